import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultAssessSettings } from "../../src/assess/settings.ts";
import type { Selector } from "../../src/model/selector.ts";
import { matchesSelector } from "../../src/semantics/match-selector.ts";
import { assessmentOf, deployment, policiesOf, policy, selecting } from "./read.ts";

function labelsOf(a: string | undefined, b: string | undefined): Readonly<Record<string, string>> {
  return { ...(a === undefined ? {} : { a }), ...(b === undefined ? {} : { b }) };
}

describe("overlaps", () => {
  it("tells same, contained and partial, with an example and the shared workloads", () => {
    const yaml = [
      deployment("web", { app: "web", tier: "front" }),
      deployment("job", { app: "job" }),
      policy("all", "{ podSelector: {}, policyTypes: [Ingress, Egress] }"),
      selecting("front", { tier: "front" }),
      selecting("web", { app: "web" }),
      policy(
        "web-too",
        "{ podSelector: { matchExpressions: [{ key: app, operator: In, values: [web] }] }, policyTypes: [Egress] }",
      ),
    ].join("");
    const { overlaps, overlapCount } = assessmentOf(yaml);
    expect(overlapCount).toBe(6);
    expect(
      overlaps.map(({ policies, kind, directions }) => `${policies.join(" ")} ${kind} ${directions.join()}`),
    ).toEqual([
      "all front contained ingress",
      "all web contained ingress",
      "all web-too contained egress",
      "front web partial ingress",
      "front web-too partial ",
      "web web-too same ",
    ]);
    expect(overlaps[3]).toMatchObject({
      selector: { matchLabels: { app: "web", tier: "front" } },
      exampleLabels: { app: "web", tier: "front" },
      sharedWorkloads: ["shop/web[Deployment]"],
      sharedWorkloadCount: 1,
    });
  });

  it("keeps namespaces and disjoint subjects apart", () => {
    const yaml = [
      selecting("a", { app: "web" }),
      selecting("b", { app: "db" }),
      selecting("c", { app: "web" }, "other"),
      policy("d", "{ podSelector: { matchExpressions: [{ key: app, operator: NotIn, values: [web, db] }] } }"),
    ].join("");
    expect(assessmentOf(yaml)).toMatchObject({ overlaps: [], overlapCount: 0 });
  });

  it.each([
    [
      "the same peers",
      "{ from: [{ podSelector: { matchLabels: { a: x } } }] }",
      "{ from: [{ podSelector: { matchLabels: { b: w } } }] }",
      true,
    ],
    [
      "disjoint peers",
      "{ from: [{ podSelector: { matchLabels: { a: x } } }] }",
      "{ from: [{ podSelector: { matchLabels: { a: z } } }] }",
      false,
    ],
    ["disjoint ports", "{ ports: [{ port: 80 }] }", "{ ports: [{ port: 80, protocol: UDP }, { port: 81 }] }", false],
    ["ranges that meet", "{ ports: [{ port: 80, endPort: 90 }] }", "{ ports: [{ port: 90 }] }", true],
    ["pods and addresses", "{ from: [{ podSelector: {} }] }", "{ from: [{ ipBlock: { cidr: 0.0.0.0/0 } }] }", false],
    [
      "addresses",
      "{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }",
      "{ from: [{ ipBlock: { cidr: 10.1.0.0/16 } }] }",
      true,
    ],
    [
      "another namespace",
      "{ from: [{ podSelector: {} }] }",
      "{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: x } } }] }",
      false,
    ],
    ["any namespace", "{ from: [{ podSelector: {} }] }", "{ from: [{ namespaceSelector: {} }] }", true],
  ])("sees whether rules overlap: %s", (_, one, other, expected) => {
    const { overlaps } = assessmentOf(policy("a", `{ ingress: [${one}] }`) + policy("b", `{ ingress: [${other}] }`));
    expect(overlaps.map(({ rulesOverlap }) => rulesOverlap)).toEqual([expected]);
  });

  it("tells whose rules contain the other's, in the order of the policies", () => {
    const [all, some] = ["[{ ports: [{ port: 1, endPort: 99 }] }]", "[{ ports: [{ port: 80 }] }]"];
    const rulesOf = (one: string, other: string): readonly unknown[] =>
      assessmentOf(policy("a", one) + policy("b", other)).overlaps.map(({ policies, rules }) => [...policies, rules]);
    expect(rulesOf(`{ ingress: ${all} }`, `{ ingress: ${some} }`)).toEqual([
      ["a", "b", { ingress: "first-contains-second" }],
    ]);
    // The policy that selects more comes first.
    expect(
      rulesOf(
        `{ podSelector: { matchLabels: { x: z } }, policyTypes: [Ingress, Egress], ingress: ${all}, egress: ${some} }`,
        `{ policyTypes: [Ingress, Egress], ingress: ${some}, egress: ${some} }`,
      ),
    ).toEqual([["b", "a", { ingress: "second-contains-first", egress: "same" }]]);
    expect(
      rulesOf(
        "{ ingress: [{ ports: [{ port: 1, endPort: 9 }] }] }",
        "{ ingress: [{ ports: [{ port: 9, endPort: 99 }] }] }",
      ),
    ).toEqual([["a", "b", { ingress: "overlap" }]]);
    expect(rulesOf(`{ ingress: ${all} }`, "{ policyTypes: [Egress] }")).toEqual([["a", "b", {}]]);
  });

  it("writes the exact intersection as a selector", () => {
    const expressions = (operator: string): string =>
      `{ podSelector: { matchExpressions: [{ key: k, operator: ${operator} }] } }`;
    const { overlaps } = assessmentOf(
      policy("a", expressions("NotIn, values: [x]")) + policy("b", expressions("Exists")),
    );
    expect(overlaps.map(({ selector }) => selector)).toEqual([
      {
        matchExpressions: [
          { key: "k", operator: "Exists" },
          { key: "k", operator: "NotIn", values: ["x"] },
        ],
      },
    ]);
  });

  it("can be turned off", () => {
    const yaml = selecting("a", { app: "web" }) + selecting("b", { app: "web" });
    const result = assessmentOf(yaml, { settings: { ...defaultAssessSettings, overlapDetection: false } });
    expect(result).toMatchObject({ overlaps: [], overlapCount: 0 });
    expect(result.namespaces["shop"]?.policies[0]?.overlapPotential).toEqual([]);
    expect(assessmentOf(yaml).overlapCount).toBe(1);
  });

  it("counts ten thousand policies of one namespace at once, and lists few", { timeout: 20_000 }, () => {
    const many = (labels: (i: number) => Readonly<Record<string, string>>): string =>
      Array.from({ length: 10_000 }, (_, i) => selecting(`p-${i}`, labels(i))).join("");
    const same = assessmentOf(many(() => ({ app: "web" })));
    expect(same.overlapCount).toBe((10_000 * 9_999) / 2);
    expect(same.overlaps).toHaveLength(100);
    expect(assessmentOf(many((i) => ({ [`key-${i}`]: "x" }))).overlapCount).toBe((10_000 * 9_999) / 2);
    expect(assessmentOf(many((i) => ({ app: `a-${i}` }))).overlapCount).toBe(0);
  });

  it("agrees with a search over all labels of a small world", () => {
    const values = ["x", "y", "z"];
    const requirement = fc.oneof(
      fc.record({
        key: fc.constantFrom("a", "b"),
        operator: fc.constantFrom("In", "NotIn"),
        values: fc.uniqueArray(fc.constantFrom("x", "y"), { minLength: 1 }),
      }),
      fc.record({ key: fc.constantFrom("a", "b"), operator: fc.constantFrom("Exists", "DoesNotExist") }),
    );
    const pods = [undefined, ...values].flatMap((a) => [undefined, ...values].map((b) => labelsOf(a, b)));
    const selects = (selector: Selector): readonly unknown[] =>
      pods.filter((labels) => matchesSelector(selector, labels));
    fc.assert(
      fc.property(fc.array(fc.array(requirement, { maxLength: 3 }), { maxLength: 6 }), (selectors) => {
        const yaml = selectors
          .map((matchExpressions, i) => policy(`p-${i}`, `{ podSelector: ${JSON.stringify({ matchExpressions })} }`))
          .join("");
        const found = assessmentOf(yaml);
        const subjects = policiesOf(yaml).map(({ name, subject }) => ({ name, pods: selects(subject.podSelector) }));
        const expected = subjects.flatMap((one, i) =>
          subjects.slice(i + 1).flatMap((other) => {
            const shared = one.pods.filter((labels) => other.pods.includes(labels)).length;
            if (shared === 0) return [];
            const kind =
              shared === one.pods.length && shared === other.pods.length
                ? "same"
                : shared === Math.min(one.pods.length, other.pods.length)
                  ? "contained"
                  : "partial";
            const [first, second] =
              kind === "contained" && one.pods.length < other.pods.length ? [other, one] : [one, other];
            return [`${first.name} ${second.name} ${kind}`];
          }),
        );
        expect(found.overlaps.map(({ policies, kind }) => `${policies.join(" ")} ${kind}`).toSorted()).toEqual(
          expected.toSorted(),
        );
        expect(found.overlapCount).toBe(expected.length);
      }),
      { numRuns: 200 },
    );
  });
});
