import { describe, expect, it } from "vitest";
import { type Claim, checkClaims, specificationMarkdown, specificationText } from "../../src/entries/proof.ts";
import { schemaErrors } from "../report/schemas.ts";
import { clusterOf, denyAll, policy, webFrom } from "./policies.ts";

function claim(type: Exclude<Claim["claim"], "denies-nothing">, ...documents: readonly string[]): Claim {
  return { claim: type, name: "spec.yaml", specification: clusterOf(...documents) };
}

const policies = clusterOf(denyAll, webFrom("a", "b"));

function answer(...claims: readonly Claim[]): readonly string[] {
  const report = checkClaims(policies, claims);
  expect(schemaErrors(report)).toEqual([]);
  return report.claims.map(({ status, sentence }) => `${status}: ${sentence}`);
}

const traffic = (team: string, port: number): string =>
  `a pod with app=x in namespace other labelled team=${team} could reach a pod with app=web in namespace shop on TCP ${port}`;

describe("checkClaims", () => {
  it("permits: all that the specification admits is allowed", () => {
    expect(answer(claim("permits", webFrom("s", "b")), claim("permits", webFrom("s", "b", 81)))).toEqual([
      "holds: all that spec.yaml admits is allowed",
      `fails: ${traffic("b", 81)} by spec.yaml, but the policies deny it`,
    ]);
  });

  it("forbids: nothing that the specification admits is allowed", () => {
    expect(answer(claim("forbids", webFrom("s", "b", 81)), claim("forbids", webFrom("s", "b")))).toEqual([
      "holds: nothing that spec.yaml admits is allowed",
      `fails: ${traffic("b", 80)}, which spec.yaml names as forbidden`,
    ]);
    // "By default, a pod is non-isolated": what no policy selects is allowed.
    expect(answer(claim("forbids", policy("s", "{ podSelector: {}, ingress: [{}] }", "bank")))[0]).toMatch(/^fails: /);
  });

  it("disjoint: no pod is selected by both", () => {
    const spec = (value: string): string => policy("s", `{ podSelector: { matchLabels: { app: ${value} } } }`, "bank");
    expect(answer(claim("disjoint", spec("x")), claim("disjoint", webFrom("s", "b")))).toEqual([
      "holds: no pod is selected by both",
      "fails: a pod with app=web in namespace shop is selected by both",
    ]);
  });

  it("denies-nothing: the policies are decoration", () => {
    expect(answer({ claim: "denies-nothing" })[0]).toMatch(/^fails: .* without the policies, not with them$/);
    const open = checkClaims(clusterOf(policy("all", "{ podSelector: {}, ingress: [{}] }")), [
      { claim: "denies-nothing" },
    ]);
    expect(open).toMatchObject({ holds: true, claims: [{ status: "holds" }] });
  });

  it("counts the policies that were looked at", () => {
    const two = clusterOf(denyAll, policy("other", "{ podSelector: {} }", "bank"));
    const counted = (options: object): number => checkClaims(two, [{ claim: "denies-nothing" }], options).policies;
    expect([counted({}), counted({ namespaces: ["bank"] })]).toEqual([2, 1]);
  });

  it("prints each claim, and never guesses", () => {
    const report = checkClaims(policies, [claim("permits", webFrom("s", "b")), { claim: "denies-nothing" }]);
    expect(report.holds).toBe(false);
    expect(specificationText(report)).toMatch(/^holds {2}permits spec\.yaml: all that .*\nfails {2}denies nothing: /);
    expect(specificationMarkdown(report)).toContain("| permits spec.yaml | **holds** |");
    const open = checkClaims(policies, [claim("permits", webFrom("s", "b")), claim("disjoint", denyAll)], { steps: 0 });
    expect(open.claims.map(({ status }) => status)).toEqual(["undecided", "undecided"]);
    expect(schemaErrors(open)).toEqual([]);
  });
});
