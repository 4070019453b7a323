import { describe, expect, it } from "vitest";
import { clusterPolicy, deployment, documents, findings, podAt } from "./evaluate.ts";

const id = "deny-all-addresses-cuts-pods";
const web = deployment("web");
const internet = "{ action: Deny, to: [{ networks: [0.0.0.0/0] }] }";
const pods = (action: string): string => `{ action: ${action}, to: [{ namespaces: {} }] }`;

describe("deny-all-addresses-cuts-pods", () => {
  it.each([
    ["alone", internet],
    ["as one of several peers", internet.replace("[{", "[{ namespaces: { matchLabels: { a: b } } }, {")],
    ["behind a Deny of pods", `${pods("Deny")}, ${internet}`],
    ["behind what is about the internet", `{ action: Accept, to: [{ networks: [203.0.113.0/24] }] }, ${internet}`],
    ["before what would spare pods", `${internet}, ${pods("Pass")}`],
  ])("finds it %s", (_, rules) => {
    const [finding, ...more] = findings(id, documents(web, clusterPolicy("no-internet", { egress: rules })));
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ severity: "high", affected: ["shop/web[Deployment]"] });
    expect(finding?.location?.path).toMatch(/^spec\.egress\[\d\]\.to\[\d\]$/);
  });

  it("finds it in policies without pods", () => {
    expect(findings(id, clusterPolicy("no-internet", { egress: internet }))).toHaveLength(1);
    expect(findings(id, clusterPolicy("no-internet", { egress: `${pods("Pass")}, ${internet}` }))).toEqual([]);
  });

  it.each([
    ["a rule that passes pods on", [`${pods("Pass")}, ${internet}`]],
    ["a rule that allows private addresses", [`{ action: Accept, to: [{ networks: [10.0.0.0/8] }] }, ${internet}`]],
    ["less than everything", ["{ action: Deny, to: [{ networks: [203.0.113.0/24] }] }"]],
    ["an Accept", [internet.replace("Deny", "Accept")]],
  ])("is silent on %s", (_, [rules = ""]) => {
    expect(findings(id, documents(web, clusterPolicy("no-internet", { egress: rules })))).toEqual([]);
  });

  it("is silent where a policy of the same priority spares the pods, unless it is known to be asked later", () => {
    const yaml = documents(web, clusterPolicy("a", { egress: internet }), clusterPolicy("b", { egress: pods("Pass") }));
    expect(findings(id, yaml)).toEqual([]);
    expect(findings(id, yaml, { assumptions: { equalPriority: "name" } })).toHaveLength(1);
  });

  it("says over which family pods are cut off, and is silent where they have none of it", () => {
    const yaml = (...addresses: readonly string[]): string =>
      documents(podAt("db", addresses), clusterPolicy("no-internet", { egress: internet }));
    expect(findings(id, yaml("10.0.0.1"))[0]?.message).toMatch(/no Service and no DNS$/);
    expect(findings(id, yaml("10.0.0.1", "fd00::1"))[0]?.message).toMatch(/no Service and no DNS over IPv4$/);
    expect(findings(id, yaml("fd00::1"))).toEqual([]);
  });

  it("is silent on pods that an earlier policy spares", () => {
    const spare = clusterPolicy("pods", { egress: pods("Pass") }, { priority: 1 });
    const late = clusterPolicy("pods", { egress: pods("Pass") }, { priority: 99 });
    const deny = clusterPolicy("no-internet", { egress: internet });
    expect(findings(id, documents(web, deny, spare))).toEqual([]);
    expect(findings(id, documents(web, deny, late))).toHaveLength(1);
  });
});
