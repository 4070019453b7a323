import { describe, expect, it } from "vitest";
import { documents, findings, deployment } from "./evaluate.ts";

const id = "fqdn-without-dns-rule";
const cilium = (name: string, spec: string): string =>
  `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: ${name}, namespace: shop }\nspec: ${spec}`;
const web = "endpointSelector: { matchLabels: { app: web } }";
const names = "{ toFQDNs: [{ matchName: api.example.com }, { matchPattern: '*.cdn.example.com' }] }";
const dns = (rules: string): string =>
  `{ toEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': kube-system, k8s-app: kube-dns } }], toPorts: [{ ports: [{ port: "53", protocol: ANY }]${rules} }] }`;
const seeing = (rule: string): string => dns(`, rules: { dns: [${rule}] }`);
const found = (...egress: readonly string[]): readonly unknown[] =>
  findings(id, documents(deployment("web"), cilium("web", `{ ${web}, egress: [${egress.join()}] }`)));

describe("fqdn-without-dns-rule", () => {
  it("finds names that nobody sees looked up, at their place", () => {
    expect(found(dns(""), names)).toMatchObject([
      { severity: "high", affected: ["shop/web[Deployment]"], location: { path: "spec.egress[1].toFQDNs" } },
    ]);
    expect(findings(id, cilium("web", `{ ${web}, egress: [${dns("")}, ${names}] }`))).toHaveLength(1);
  });

  it("names those that the dns rules leave out", () => {
    expect(found(seeing("{ matchName: api.example.com }"), names)).toMatchObject([
      { message: expect.stringContaining("allows *.cdn.example.com by name") as string },
    ]);
  });

  it("leaves pods that may not ask DNS at all to missing-dns-egress", () => {
    expect(found(names)).toEqual([]);
    const yaml = documents(deployment("web"), cilium("web", `{ ${web}, egress: [${names}] }`));
    expect(findings("missing-dns-egress", yaml)).toMatchObject([
      { object: { kind: "CiliumNetworkPolicy" }, location: { path: "spec.egress" }, fix: { kind: "manual" } },
    ]);
  });

  it("is silent where all are seen, also by another policy, and where nothing isolates", () => {
    expect(found(seeing("{ matchPattern: '*' }"), names)).toEqual([]);
    expect(found(seeing("{ matchName: API.example.com. }, { matchPattern: '**.example.com' }"), names)).toEqual([]);
    const other = cilium("dns", `{ endpointSelector: {}, egress: [${seeing("{ matchPattern: '*' }")}] }`);
    expect(findings(id, documents(deployment("web"), cilium("web", `{ ${web}, egress: [${names}] }`), other))).toEqual(
      [],
    );
    const open = cilium("web", `{ ${web}, enableDefaultDeny: { egress: false }, egress: [${names}] }`);
    expect(findings(id, documents(deployment("web"), open))).toEqual([]);
  });
});
