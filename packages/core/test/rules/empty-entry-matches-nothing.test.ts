import { describe, expect, it } from "vitest";
import { documents, findings } from "./evaluate.ts";

const id = "empty-entry-matches-nothing";
const cilium = (name: string, spec: string): string =>
  `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: ${name}, namespace: shop }\nspec: ${spec}`;
const web = "endpointSelector: { matchLabels: { app: web } }";
const paths = (spec: string, name = "web"): readonly unknown[] =>
  findings(id, documents(cilium(name, `{ ${web}, ${spec} }`))).map(({ location }) => location?.path);

describe("empty-entry-matches-nothing", () => {
  it.each([
    ["an entry beside others", "ingress: [{ fromEndpoints: [{}] }, {}]", "spec.ingress[1]"],
    ["an empty list of peers", "ingress: [{ fromEndpoints: [] }]", "spec.ingress[0].fromEndpoints"],
    [
      "a default deny without entries",
      "enableDefaultDeny: { ingress: true }, egress: [{}]",
      "spec.enableDefaultDeny.ingress",
    ],
    ["an item without ports", "egress: [{ toPorts: [{}] }]", "spec.egress[0].toPorts[0]"],
  ])("finds %s", (_, spec, path) => {
    expect(paths(spec)).toEqual([path]);
  });

  it("leaves a default deny alone that has entries, or is off", () => {
    expect(paths("enableDefaultDeny: { ingress: true, egress: false }, ingress: [{}]")).toEqual([]);
    expect(paths("enableDefaultDeny: { ingress: true }, ingressDeny: [{ fromEntities: [world] }]")).toEqual([]);
  });

  it("finds a single entry only where the name tells that everything is meant", () => {
    expect(paths("ingress: [{}]", "allow-all")).toEqual(["spec.ingress[0]"]);
    expect(paths("ingress: [{}]", "default-deny")).toEqual([]);
    expect(paths("egress: [{ toEntities: [all] }]", "allow-all")).toEqual([]);
  });
});
