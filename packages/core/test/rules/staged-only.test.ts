import { describe, expect, it } from "vitest";
import { deployment, documents, findings, policy } from "./evaluate.ts";

const id = "staged-only";
const web = deployment("web");
const staged =
  "apiVersion: projectcalico.org/v3\nkind: StagedGlobalNetworkPolicy\nmetadata: { name: deny }\nspec: { selector: all(), types: [Ingress] }";

describe("staged-only", () => {
  it("finds that nothing is enforced, once, at the first of them", () => {
    const other = staged.replace("deny", "other");
    expect(findings(id, documents(web, staged, other))).toMatchObject([
      { severity: "medium", object: { kind: "StagedGlobalNetworkPolicy", name: "deny" } },
    ]);
  });

  it("is silent where some policy is in force, and where none is staged", () => {
    expect(findings(id, documents(web, staged, policy("deny", "{ podSelector: {} }")))).toEqual([]);
    expect(findings(id, web)).toEqual([]);
  });
});
