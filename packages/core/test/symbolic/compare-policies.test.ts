import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Direction, directions, type Policy, type Rule } from "../../src/model/policy.ts";
import { adminTier } from "../../src/semantics/tiers.ts";
import { Budget } from "../../src/symbolic/budget.ts";
import { comparePolicies } from "../../src/symbolic/compare-policies.ts";
import { describeCounterexample } from "../../src/symbolic/describe-example.ts";
import { all, expression, label } from "./label-arbitraries.ts";
import type { PeerExample, PodExample } from "../../src/symbolic/example.ts";
import type { NamespaceFacts } from "../../src/symbolic/policy-space.ts";
import { broken } from "./laws.ts";
import { admitsNaively, isConfirmed, isIsolatedNaively } from "./naive-policies.ts";
import {
  anyPolicies,
  anyPolicy,
  block,
  nameLabel,
  named,
  pods,
  policy,
  ports,
  rule,
  sampleSubjects,
  sampleTraffic,
} from "./policy-arbitraries.ts";

const web = label("app", "web");

/** Whether a peer's namespace has the labels that are facts. */
function agrees(peer: PeerExample, facts: NamespaceFacts): boolean {
  const known = peer.type === "pod" ? facts.get(peer.namespace) : undefined;
  return known === undefined || JSON.stringify(known) === JSON.stringify((peer as PodExample).namespaceLabels);
}

/** What a brute force over samples finds: differences that surely exist. */
function sampled(
  before: readonly Policy[],
  after: readonly Policy[],
  facts: NamespaceFacts = new Map(),
): { same: boolean; looser: boolean; stricter: boolean } {
  let [same, looser, stricter] = [true, false, false];
  for (const direction of directions)
    for (const subject of sampleSubjects) {
      const was = isIsolatedNaively(before, subject, direction);
      const is = isIsolatedNaively(after, subject, direction);
      if (was !== is) same = false;
      if (was && !is) looser = true;
      if (!was && is) stricter = true;
    }
  for (const traffic of sampleTraffic.filter((one) => agrees(one.peer, facts))) {
    const was = admitsNaively(before, traffic);
    const is = admitsNaively(after, traffic);
    if (was === is) continue;
    same = false;
    const { subject, direction } = traffic;
    if (is && isIsolatedNaively(before, subject, direction)) looser = true;
    if (was && isIsolatedNaively(after, subject, direction)) stricter = true;
  }
  return { same, looser, stricter };
}

/** What is wrong with a comparison. */
function faults(before: readonly Policy[], after: readonly Policy[], facts?: NamespaceFacts): string[] {
  const { verdict, loosened, tightened } = comparePolicies(before, after, { ...(facts && { facts }) });
  const { same, looser, stricter } = sampled(before, after, facts);
  const unconfirmed = [...loosened, ...tightened].filter((example) => !isConfirmed(before, after, example));
  const expected = ["equivalent", "looser", "stricter", "incomparable"][
    (loosened.length > 0 ? 1 : 0) + (tightened.length > 0 ? 2 : 0)
  ];
  const examples = [...loosened, ...tightened].filter((example) => example.about === "admission");
  return [
    ...unconfirmed.map((example) => `not confirmed: ${describeCounterexample(example)}`),
    ...broken({
      "the verdict": verdict === expected,
      "examples keep to the facts": examples.every(({ peer }) => agrees(peer, facts ?? new Map())),
      "no difference is missed": same || verdict !== "equivalent",
      "what is looser is found": !looser || loosened.length > 0,
      "what is stricter is found": !stricter || tightened.length > 0,
    }),
  ];
}

/** The differences that a comparison finds, or, without any, its verdict. */
function differences(before: readonly Policy[], after: readonly Policy[]): string[] {
  const { verdict, loosened, tightened } = comparePolicies(before, after);
  const found = [...loosened, ...tightened].map((one) => describeCounterexample(one));
  return found.length > 0 ? found : [verdict];
}

const same = ["equivalent"];

function mutated(one: Rule, how: number): Rule[] {
  const { peers, ports: chosen } = one;
  if (how === 0) return [];
  if (how === 1) return [rule(peers === "any" ? [pods(web)] : peers.slice(1), chosen)];
  if (how === 2) return [rule(peers, chosen === "any" ? [ports("TCP", 80)] : [...chosen, ports("TCP", 80, 90)])];
  return [rule(peers === "any" ? peers : [...peers, block("10.0.0.0/8")], chosen)];
}

describe("comparePolicies against brute force", () => {
  it("misses no difference, and every counterexample is true", () => {
    fc.assert(
      fc.property(anyPolicies, anyPolicies, (before, after) => {
        expect(faults(before, after)).toEqual([]);
      }),
      { numRuns: 120 },
    );
  });

  it("the same where namespace labels are facts", () => {
    const facts = new Map([
      ["n1", { [nameLabel]: "n1" }],
      ["n2", { [nameLabel]: "n2", t: "x" }],
    ]);
    fc.assert(
      fc.property(anyPolicies, anyPolicies, (before, after) => {
        expect(faults(before, after, facts)).toEqual([]);
      }),
      { numRuns: 120 },
    );
  });

  it("catches mutations", () => {
    fc.assert(
      fc.property(anyPolicy, fc.array(anyPolicy, { maxLength: 2 }), fc.nat(3), (first, rest, how) => {
        const ingress = first.rules.ingress.flatMap((one) => mutated(one, how));
        const egress = first.rules.egress.flatMap((one) => mutated(one, how));
        const changed: Policy = { ...first, rules: { ingress, egress } };
        expect(faults([first, ...rest], [changed, ...rest])).toEqual([]);
      }),
      { numRuns: 120 },
    );
  });
});

/** A policy of one direction as many: one that only isolates, and one for every peer of every rule. */
function splitUp(one: Policy, direction: Direction): Policy[] {
  if (!one.isolates[direction]) return [];
  const isolates = { ingress: direction === "ingress", egress: direction === "egress" };
  const part = (name: string, rules: readonly Rule[]): Policy => ({
    ...one,
    name: `${one.name}-${direction}-${name}`,
    applies: isolates,
    isolates,
    rules: { ingress: [], egress: [], [direction]: rules },
  });
  const rules = one.rules[direction].flatMap(({ peers, ports: chosen }) =>
    peers === "any" ? [rule(peers, chosen)] : peers.map((peer) => rule([peer], chosen)),
  );
  return [part("deny", []), ...rules.map((each, i) => part(`${i}`, [each]))];
}

describe("rewrites that keep the meaning are proved", () => {
  it("order, duplicates, rules as policies of their own, peers as rules of their own", () => {
    fc.assert(
      fc.property(fc.array(anyPolicy, { maxLength: 3 }), (policies) => {
        const split = policies.flatMap((one) => [...splitUp(one, "egress"), ...splitUp(one, "ingress")]);
        expect(differences(policies, split.toReversed())).toEqual(same);
        const again = policies.map((one): Policy => Object.assign({}, one, { name: `${one.name}-again` }));
        expect(differences(policies, [...policies, ...again])).toEqual(same);
      }),
      { numRuns: 60 },
    );
  });

  it("two halves of a CIDR, of a port range, of a selector; an except written out", () => {
    const of = (...rules: Rule[]): Policy[] => [policy({ podSelector: web, ingress: rules, name: "p" })];
    expect(
      differences(of(rule([block("10.0.0.0/8")])), of(rule([block("10.0.0.0/9"), block("10.128.0.0/9")]))),
    ).toEqual(same);
    expect(
      differences(of(rule([block("fd00::/8")])), of(rule([block("fd00::/9")]), rule([block("fd80::/9")]))),
    ).toEqual(same);
    expect(
      differences(
        of(rule("any", [ports("TCP", 1, 100)])),
        of(rule("any", [ports("TCP", 51, 100)]), rule("any", [ports("TCP", 1, 50)])),
      ),
    ).toEqual(same);
    expect(differences(of(rule([block("10.0.0.0/8", "10.0.0.0/9")])), of(rule([block("10.128.0.0/9")])))).toEqual(same);
    const halves = [label("app", "web"), expression("app", "NotIn", "web")];
    expect(
      differences(
        [policy({ name: "p", ingress: [rule([pods()])] })],
        halves.map((podSelector, i) => policy({ name: `p${i}`, podSelector, ingress: [rule([pods()])] })),
      ),
    ).toEqual(same);
    expect(differences(of(rule([pods(web)])), of(rule([pods(expression("app", "In", "web"))])))).toEqual(same);
    expect(differences(of(rule([pods(web)])), of(rule([pods(all(web, expression("app", "Exists")))])))).toEqual(same);
    expect(differences(of(rule([pods(web)])), of(rule([pods(web, label(nameLabel, "n1"))])))).toEqual(same);
    expect(
      differences(
        of(rule([pods(undefined, expression(nameLabel, "Exists"))])),
        of(rule([pods(undefined, { requirements: [] })])),
      ),
    ).toEqual(same);
  });

  it("named ports are exact", () => {
    const of = (...rules: Rule[]): Policy[] => [policy({ podSelector: web, ingress: rules, name: "p" })];
    const tcp = ports("TCP", 1, 65_535);
    expect(differences(of(rule("any", [tcp])), of(rule("any", [tcp, named("http")])))).toEqual(same);
    expect(comparePolicies(of(rule("any", [named("http")])), of(rule("any", [named("http", "UDP")]))).verdict).toBe(
      "incomparable",
    );
    expect(comparePolicies(of(rule("any", [named("http")])), of(rule("any", [tcp]))).verdict).toBe("looser");
  });
});

describe("verdicts", () => {
  it("all TCP, UDP and SCTP is not all: ICMP is left", () => {
    const before = [policy({ name: "p", podSelector: web, ingress: [rule("any")] })];
    const transport = [ports("TCP", 1, 65_535), ports("UDP", 1, 65_535), ports("SCTP", 1, 65_535)];
    const after = [policy({ name: "p", podSelector: web, ingress: [rule("any", transport)] })];
    const comparison = comparePolicies(before, after);
    expect(comparison.verdict).toBe("stricter");
    expect(comparison.tightened).toMatchObject([{ about: "admission", packet: "other" }]);
  });

  it("all addresses of both families are not all peers, and 0.0.0.0/0 is not ::/0", () => {
    const of = (...peers: Rule["peers"] & object): Policy[] => [policy({ name: "p", ingress: [rule(peers)] })];
    const v4 = block("0.0.0.0/0");
    const v6 = block("::/0");
    const everyone = [policy({ name: "p", ingress: [rule("any")] })];
    expect(comparePolicies(of(v4, v6), everyone).loosened).toMatchObject([{ peer: { type: "pod" } }]);
    expect(comparePolicies(of(v4), of(v4, v6)).loosened).toMatchObject([{ peer: { address: "::" } }]);
    expect(differences(of(v4, v6, pods(undefined, { requirements: [] })), everyone)).toEqual(same);
  });

  it("isolation counts, even where the rules admit everything", () => {
    const open = policy({ podSelector: web, ingress: [rule("any")] });
    expect(comparePolicies([], [open])).toMatchObject({
      verdict: "stricter",
      tightened: [{ about: "isolation", onlyIn: "after", subject: { namespace: "n1", podLabels: { app: "web" } } }],
    });
    expect(comparePolicies([open], []).verdict).toBe("looser");
  });

  it("reads like a sentence", () => {
    const before = [
      policy({ podSelector: web, ingress: [rule([pods(label("app", "x"), label("team", "b"))], [ports("TCP", 80)])] }),
    ];
    const after = before.map((one) => ({ ...one, rules: { ingress: [], egress: [] } }));
    const sentence =
      "a pod with app=x in namespace other labelled team=b could reach a pod with app=web in namespace n1 on TCP 80 before, not after";
    expect(comparePolicies(before, after).tightened.map((one) => describeCounterexample(one))).toEqual([sentence]);
    expect(comparePolicies(before, []).loosened.map((one) => describeCounterexample(one))).toEqual([
      "a pod with app=web in namespace n1 is isolated for ingress before, not after",
    ]);
  });

  it("takes namespace labels as facts only when told", () => {
    const before = [policy({ name: "p", ingress: [rule([pods(undefined, label("team", "b"))])] })];
    const after = [
      policy({
        name: "p",
        ingress: [
          rule([
            pods(undefined, label(nameLabel, "n2")),
            pods(undefined, all(label("team", "b"), expression(nameLabel, "NotIn", "n1", "n2"))),
          ]),
        ],
      }),
    ];
    expect(comparePolicies(before, after).verdict).toBe("incomparable");
    const facts = new Map([
      ["n1", { [nameLabel]: "n1" }],
      ["n2", { [nameLabel]: "n2", team: "b" }],
    ]);
    expect(comparePolicies(before, after, { facts }).verdict).toBe("equivalent");
  });

  it("a later policy of the same name is the one in force; other tiers are compared as a whole", () => {
    const first = policy({ name: "p", ingress: [rule("any")] });
    const second = policy({ name: "p" });
    expect(differences([first, second], [second])).toEqual(same);
    const admin: Policy = { ...first, tier: adminTier };
    expect(comparePolicies([admin], [{ ...admin, rules: first.rules }]).verdict).toBe("equivalent");
    expect(comparePolicies([admin], []).verdict).toBe("same-traffic");
    const strange: Policy = { ...admin, rules: { ...first.rules, ingress: [{ ...rule("any"), unknown: "a path" }] } };
    expect(comparePolicies([strange], [strange]).verdict).toBe("equivalent");
    expect(comparePolicies([strange], [])).toMatchObject({
      verdict: "undecided",
      undecided: [expect.stringContaining("a path")],
    });
  });

  it("parts of one object, and objects of other kinds, do not overwrite each other", () => {
    const first = policy({ name: "p", ingress: [rule("any")] });
    const part: Policy = { ...policy({ name: "p" }), part: 1 };
    expect(differences([first, part], [first])).toEqual(same);
    expect(differences([first, part], [part])).not.toEqual(same);
    const ref = { ...first.ref, apiVersion: "cilium.io/v2", kind: "CiliumNetworkPolicy" };
    expect(differences([first, { ...part, ref }], [first])).toEqual(same);
  });

  it("does not guess without a budget", () => {
    const of = (cidr: string): Policy[] => [policy({ name: "p", ingress: [rule([block(cidr)])] })];
    expect(comparePolicies(of("10.0.0.0/8"), of("10.0.0.0/9"), { budget: new Budget(2) }).verdict).toBe("undecided");
  });
});
