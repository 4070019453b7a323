import { describe, expect, it } from "vitest";
import { documents, findings, deployment } from "./evaluate.ts";

const id = "request-limit-lifted";
const cilium = (name: string, spec: string): string =>
  `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: ${name}, namespace: shop }\nspec: ${spec}`;
const web = "endpointSelector: { matchLabels: { app: web } }";
const limit = (method = "GET"): string =>
  `{ fromEndpoints: [{ matchLabels: { app: a } }], toPorts: [{ ports: [{ port: "80", protocol: TCP }], rules: { http: [{ method: ${method} }] } }] }`;
const pods = [deployment("web"), deployment("a"), deployment("b")];
const found = (...policies: readonly string[]): readonly unknown[] => findings(id, documents(...pods, ...policies));
const limited = cilium("limited", `{ ${web}, ingress: [${limit()}] }`);

describe("request-limit-lifted", () => {
  it("names the rule that lifts it", () => {
    const lifting = cilium("all", `{ ${web}, ingress: [{ fromEndpoints: [{}] }] }`);
    expect(found(limited, lifting)).toMatchObject([
      {
        affected: ["shop/web[Deployment]"],
        location: { path: "spec.ingress[0]" },
        message: expect.stringContaining("spec.ingress[0] of CiliumNetworkPolicy shop/all") as string,
      },
    ]);
  });

  it("finds a limit in a policy that isolates nothing", () => {
    const open = cilium("open", `{ ${web}, enableDefaultDeny: { ingress: false }, ingress: [${limit()}] }`);
    expect(found(open)).toMatchObject([{ message: expect.stringContaining("no policy isolates") as string }]);
  });

  it.each([
    ["a limit alone", []],
    ["a second limit", [cilium("more", `{ ${web}, ingress: [${limit("PUT")}] }`)]],
    ["another peer", [cilium("b", `{ ${web}, ingress: [{ fromEndpoints: [{ matchLabels: { app: b } }] }] }`)]],
    ["another port", [cilium("p", `{ ${web}, ingress: [{ toPorts: [{ ports: [{ port: "81" }] }] }] }`)]],
  ])("is silent on %s", (_, others) => {
    expect(found(limited, ...others)).toEqual([]);
  });
});
