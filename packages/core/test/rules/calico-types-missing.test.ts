import { describe, expect, it } from "vitest";
import { deployment, documents, findings } from "./evaluate.ts";

const id = "calico-types-missing";
const web = deployment("web");

function stored(spec: string, apiVersion = "crd.projectcalico.org/v1"): string {
  return `apiVersion: ${apiVersion}\nkind: NetworkPolicy\nmetadata: { name: default.web, namespace: shop }\nspec: { selector: app == 'web', ${spec} }`;
}

describe("calico-types-missing", () => {
  it("finds the direction that is denied without a rule", () => {
    const [finding, ...more] = findings(id, documents(web, stored("ingress: [{ action: Allow }]")));
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ severity: "high", affected: ["shop/web[Deployment]"] });
    expect(finding?.message).toContain("denies all egress");
    expect(findings(id, documents(web, stored("egress: [{ action: Allow }]")))[0]?.message).toContain("all ingress");
  });

  it.each([
    ["types are given", stored("types: [Ingress], ingress: [{ action: Allow }]")],
    ["both directions have rules", stored("ingress: [{ action: Allow }], egress: [{ action: Allow }]")],
    ["the API server fills them in", stored("ingress: [{ action: Allow }]", "projectcalico.org/v3")],
  ])("is silent where %s", (_, written) => {
    expect(findings(id, documents(web, written))).toEqual([]);
  });
});
