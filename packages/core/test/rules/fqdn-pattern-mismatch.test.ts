import { describe, expect, it } from "vitest";
import { deployment, documents, findings } from "./evaluate.ts";

const id = "fqdn-pattern-mismatch";
const cilium = (spec: string, name = "web"): string =>
  `{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: ${name}, namespace: shop}, spec: {${spec}}}`;
const web = "endpointSelector: { matchLabels: { app: web } }";
const dns = (...names: readonly string[]): string =>
  `{ toEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': kube-system, k8s-app: kube-dns } }], toPorts: [{ ports: [{ port: "53", protocol: ANY }]${names.length === 0 ? "" : `, rules: { dns: [${names.join()}] }`} }] }`;
const found = (...egress: readonly string[]): readonly unknown[] =>
  findings(id, documents(deployment("web"), cilium(`${web}, egress: [${egress.join()}]`))).map(
    ({ severity, location }) => [severity, location?.path],
  );
const fqdn = (item: string): string => `{ toFQDNs: [${item}] }`;

describe("fqdn-pattern-mismatch", () => {
  it.each([
    "{ matchName: api.shop.svc.cluster.local }",
    "{ matchName: api.shop.svc.cluster.local. }",
    "{ matchPattern: '*.shop.svc.cluster.local' }",
    "{ matchPattern: '*.svc' }",
  ])("finds the Service %s in toFQDNs", (item) => {
    expect(found(fqdn(item))).toEqual([["high", "spec.egress[0].toFQDNs"]]);
  });

  it("finds a star that is glued to a domain", () => {
    expect(found(fqdn("{ matchPattern: '*example.com' }"))).toEqual([["medium", "spec.egress[0].toFQDNs"]]);
    for (const pattern of ["*.example.com", "*cdn.example.com", "eu-*.example.com", "*", "**.example.com"])
      expect(found(fqdn(`{ matchPattern: '${pattern}' }`))).toEqual([]);
  });

  it.each(["*.cluster.local", "*.svc.cluster.local", "*.*.cluster.local"])("finds that %s is no Service", (pattern) => {
    const own = `{ matchPattern: '${pattern}' }`;
    expect(found(dns(own))).toEqual([["medium", "spec.egress[0]"]]);
    expect(findings(id, cilium(`${web}, egress: [${dns(own)}]`))).toHaveLength(1);
    for (const other of ["'*'", "'**.cluster.local'", "'*.*.svc.cluster.local'", "'*.db.svc.cluster.local'"])
      expect(found(dns(own, `{ matchPattern: ${other} }`))).toEqual([]);
    expect(found(dns(own, "{ matchName: db.shop.svc.cluster.local }"))).toEqual([]);
  });

  it("finds a name without the namespace of the Service, unless the right one stands beside it", () => {
    const short = "{ matchName: db.svc.cluster.local. }";
    expect(findings(id, cilium(`${web}, egress: [${dns(short)}]`))).toMatchObject([
      {
        severity: "medium",
        location: { path: "spec.egress[0]" },
        fix: { description: expect.stringContaining("matchName: db.shop.svc.cluster.local") as string },
      },
    ]);
    for (const right of ["matchName: db.shop.svc.cluster.local", "matchPattern: '*.shop.svc.cluster.local'"])
      expect(found(dns(short, `{ ${right} }`))).toEqual([]);
    for (const name of ["db.shop.svc.cluster.local", "a.db.shop.svc.cluster.local", "svc.cluster.local"])
      expect(found(dns(`{ matchName: ${name} }`))).toEqual([]);
  });

  it("is silent about search domains that nobody asks for, and where refusals are answers", () => {
    const policy = cilium(`${web}, egress: [${dns("{ matchName: api.example.com }")}]`);
    const pods = (spec: string, name = "web"): string => deployment(name, { app: "web" }, "shop", spec);
    const ndots = (value: string): string => `dnsConfig: { options: [{ name: ndots, value: "${value}" }] }`;
    for (const spec of [ndots("1"), ndots("2"), "dnsPolicy: Default", "dnsPolicy: None"])
      expect(findings(id, documents(pods(spec), policy))).toEqual([]);
    for (const spec of [ndots("3"), "dnsConfig: { options: [{ name: ndots }] }", "dnsPolicy: ClusterFirst"])
      expect(findings(id, documents(pods(spec), policy))).toHaveLength(1);
    expect(findings(id, documents(pods(ndots("1")), pods(ndots("5"), "other"), policy))).toHaveLength(1);
    const settings = (code: string): string =>
      `{apiVersion: v1, kind: ConfigMap, metadata: {name: cilium-config, namespace: kube-system}, data: {tofqdns-dns-reject-response-code: ${code}}}`;
    expect(findings(id, documents(policy, settings("nameError")))).toEqual([]);
    expect(findings(id, documents(policy, settings("refused")))).toHaveLength(1);
    const chart =
      "{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: cilium}, spec: {chart: {spec: {chart: cilium}}, values: {dnsProxy: {dnsRejectResponseCode: nameError}}}}";
    expect(findings(id, documents(policy, chart))).toEqual([]);
  });

  it("finds names whose look-up in the search domains is refused", () => {
    const name = "{ matchName: api.example.com }";
    expect(found(dns(name))).toEqual([["low", "spec.egress[0]"]]);
    for (const more of ["'*'", "'**.cluster.local'", "'*.*.*.*.svc.cluster.local'"])
      expect(found(dns(name, `{ matchPattern: ${more} }`))).toEqual([]);
    // An allow of the port lifts the limit; one of names with enough dots is not searched for.
    expect(found(dns(name), dns())).toEqual([]);
    expect(found(dns("{ matchName: a.b.c.d.example.com }"))).toEqual([]);
    const all = cilium(`endpointSelector: {}, egress: [${dns("{ matchPattern: '*' }")}]`, "all");
    expect(findings(id, documents(deployment("web"), cilium(`${web}, egress: [${dns(name)}]`), all))).toEqual([]);
  });
});
