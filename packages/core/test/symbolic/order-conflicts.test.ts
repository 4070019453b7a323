import { describe, expect, it } from "vitest";
import type { Policy } from "../../src/model/policy.ts";
import { readManifests } from "../../src/read/read-manifests.ts";
import { Budget } from "../../src/symbolic/budget.ts";
import { findOrderConflicts } from "../../src/symbolic/order-conflicts.ts";

const to = (team: string): string => `{namespaces: {matchLabels: {team: ${team}}}}`;
const rule = (action: string, ...peers: readonly string[]): string => `{action: ${action}, to: [${peers.join()}]}`;
const policy = (name: string, egress: readonly string[], priority = 1, tier = "Admin"): string =>
  `{apiVersion: policy.networking.k8s.io/v1alpha2, kind: ClusterNetworkPolicy, metadata: {name: ${name}}, spec: {tier: ${tier}, priority: ${priority}, subject: {namespaces: {}}, egress: [${egress.join()}]}}`;
const read = (...texts: readonly string[]): readonly Policy[] =>
  readManifests([{ name: "a.yaml", text: texts.join("\n---\n") }]).policies;

/** The rules that conflict, and why some are not known. */
function conflictsOf(...texts: readonly string[]): readonly [readonly string[], readonly string[]] {
  const { conflicts, undecided } = findOrderConflicts(read(...texts));
  const place = ({ policy: { name }, rule: at }: { readonly policy: Policy; readonly rule: number }): string =>
    `${name}[${at}]`;
  return [conflicts.map(({ rules }) => rules.map(place).join(" ")), undecided];
}

describe("policies of equal priority that decide differently", () => {
  const denying = policy("a", [rule("Deny", to("red")), rule("Deny", to("blue"))]);
  const allowing = policy("b", [rule("Accept", to("red")), rule("Accept", to("blue"))]);

  it("are one conflict for each two, told by the rules that are first", () => {
    expect(conflictsOf(denying, allowing)).toEqual([["a[0] b[0]"], []]);
    const third = policy("c", [rule("Accept", to("blue"))]);
    expect(conflictsOf(denying, allowing, third)).toEqual([["a[0] b[0]", "a[1] c[0]"], []]);
    expect(conflictsOf(denying, policy("b", [rule("Accept", to("red"))], 2))).toEqual([[], []]);
  });

  it("are none where what one passes on meets the same end", () => {
    const passing = policy("b", [rule("Pass", to("red"))]);
    const after = (action: string): string => policy("c", [rule(action, to("red"))], 1, "Baseline");
    expect(conflictsOf(denying, passing)[0]).toEqual(["a[0] b[0]"]);
    expect(conflictsOf(denying, passing, after("Deny"))[0]).toEqual([]);
    expect(conflictsOf(denying, allowing, after("Deny"))[0]).toEqual(["a[0] b[0]"]);
    expect(conflictsOf(policy("a", [rule("Accept", to("red"))]), passing)[0]).toEqual([]);
    expect(conflictsOf(policy("a", [rule("Accept", to("red"))]), passing, after("Deny"))[0]).toEqual(["a[0] b[0]"]);
  });

  it("are none where an earlier tier decides", () => {
    const baseline = [
      policy("a", [rule("Deny", to("red"))], 1, "Baseline"),
      policy("b", [rule("Accept", to("red"))], 1, "Baseline"),
    ];
    expect(conflictsOf(...baseline)[0]).toEqual(["a[0] b[0]"]);
    expect(conflictsOf(...baseline, policy("c", [rule("Deny", to("red"))]))[0]).toEqual([]);
    expect(conflictsOf(...baseline, policy("c", [rule("Pass", to("red"))]))[0]).toEqual(["a[0] b[0]"]);
  });

  it("are not known where one says what boxes cannot, and only there", () => {
    const named = (priority: number): string =>
      policy("b", [rule("Accept", "{domainNames: [www.example.com]}")], priority);
    expect(conflictsOf(denying, policy("z", [rule("Deny", to("blue"))]), named(1))[1]).not.toEqual([]);
    expect(conflictsOf(denying, named(2))).toEqual([[], []]);
    const ofCilium =
      "{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: c, namespace: shop}, spec: {endpointSelector: {}, egress: [{toFQDNs: [{matchName: www.example.com}]}]}}";
    expect(conflictsOf(denying, allowing, ofCilium)).toEqual([["a[0] b[0]"], []]);
  });

  it("are told where a budget ends only as far as they are known", () => {
    const policies = read(
      denying,
      policy("b", [rule("Accept", to("red")), rule("Pass", to("blue"))]),
      policy("c", [rule("Deny", to("blue"))]),
    );
    const keysOf = (budget: Budget): readonly string[] =>
      findOrderConflicts(policies, { budget }).conflicts.map(({ rules }) =>
        rules.map((each) => `${each.policy.name}${each.rule}`).join(),
      );
    const all = keysOf(new Budget());
    expect(all).toHaveLength(2);
    let cut = 0;
    for (let steps = 1; steps < 200; steps++) {
      const budget = new Budget(steps);
      const found = keysOf(budget);
      expect(all).toEqual(expect.arrayContaining([...found]));
      if (!budget.exhausted) expect(found).toEqual(all);
      else {
        cut++;
        expect(findOrderConflicts(policies, { budget: new Budget(steps) }).undecided).not.toEqual([]);
      }
    }
    expect(cut).toBeGreaterThan(0);
  });
});
