import { describe, expect, it } from "vitest";
import { analyze } from "../../src/analysis/analyze.ts";
import { deployment, documents } from "./evaluate.ts";

/* Rules that NetworkPolicies gave the reason for, on policies of Calico, which are asked in an order. */

const dns = deployment("coredns", { "k8s-app": "kube-dns" }, "kube-system");
const pods = documents(deployment("web"), deployment("db"), dns);
const closed = "types: [Ingress, Egress]";

/** A policy of each kind for the pods of one namespace. */
const kinds = {
  NetworkPolicy: (name: string, spec: string) =>
    `apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: { name: ${name}, namespace: shop }\nspec: { ${spec} }`,
  GlobalNetworkPolicy: (name: string, spec: string) =>
    `apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: { name: ${name} }\nspec: { namespaceSelector: projectcalico.org/name == 'shop', ${spec} }`,
};

/** What one rule finds, as the name of the policy and the path. */
function found(id: string, ...policies: readonly string[]): readonly string[] {
  return analyze([{ name: "test.yaml", text: documents(pods, ...policies) }], { rules: [id] }).findings.map(
    ({ object, location }) => `${object.name} ${location?.path}`,
  );
}

const open =
  "ingress: [{ action: Allow, protocol: TCP, source: { nets: [0.0.0.0/0] }, destination: { ports: [8080] } }]";
const out = "egress: [{ action: Allow, protocol: TCP, destination: { nets: [0.0.0.0/0], ports: [80] } }]";
const toDns = "destination: { namespaceSelector: projectcalico.org/name == 'kube-system', ports: [53] }";
const wide =
  "ingress: [{ action: Allow, protocol: TCP, source: { namespaceSelector: all() }, destination: { ports: [5432] } }]";
const cut = "{ action: Deny, destination: { nets: [0.0.0.0/0] } }";

describe.each(["NetworkPolicy", "GlobalNetworkPolicy"] as const)("rules on a %s of Calico", (kind) => {
  const policy = kinds[kind];
  const end = policy("end", closed);

  it.each([
    ["missing-dns-egress", closed, "end spec.types[1]"],
    [
      "dns-egress-missing-tcp",
      `order: 1, types: [Egress], egress: [{ action: Allow, protocol: UDP, ${toDns} }]`,
      "p spec.egress[0].destination.ports[0]",
    ],
    ["internet-ingress-open", `order: 1, types: [Ingress], ${open}`, "p spec.ingress[0].source.nets"],
    ["internet-egress-open", `order: 1, types: [Egress], ${out}`, "p spec.egress[0].destination.nets"],
    ["metadata-endpoint-reachable", `order: 1, types: [Egress], ${out}`, "p spec.egress[0].destination.nets"],
    ["all-namespaces-peer", `order: 1, types: [Ingress], ${wide}`, "p spec.ingress[0].source.namespaceSelector"],
    ["sensitive-port-exposed", `order: 1, types: [Ingress], ${wide}`, "p spec.ingress[0].destination.ports[0]"],
    [
      "all-namespaces-egress",
      "order: 1, types: [Egress], egress: [{ action: Allow, protocol: TCP, destination: { namespaceSelector: all() } }]",
      "p spec.egress[0].destination.namespaceSelector",
    ],
    [
      "ports-too-broad",
      "order: 1, types: [Ingress], ingress: [{ action: Allow, source: { selector: app == 'db' } }]",
      "p spec.ingress[0]",
    ],
    [
      "one-sided-allow",
      "order: 1, selector: app == 'web', types: [Egress], egress: [{ action: Allow, protocol: TCP, destination: { selector: app == 'db', ports: [5432] } }]",
      "p spec.egress[0].destination.selector",
    ],
  ])("%s", (id, spec, place) => {
    expect(found(id, end, ...(spec === closed ? [] : [policy("p", spec)]))).toEqual([place]);
  });

  it.each([
    ["missing-dns-egress", `order: 1, types: [Egress], egress: [{ action: Allow, protocol: UDP, ${toDns} }]`],
    ["internet-egress-open", `order: 1, types: [Egress], egress: [${cut}], ${open}`],
    [
      "internet-ingress-open",
      "order: 1, types: [Ingress], ingress: [{ action: Allow, source: { nets: [10.0.0.0/8] } }]",
    ],
  ])("is silent: %s", (id, spec) => {
    expect(found(id, end, policy("p", spec))).toEqual([]);
  });

  it("counts no rule that opens nothing, because something denies it before", () => {
    const first = policy(
      "first",
      `order: 1, types: [Ingress, Egress], ingress: [{ action: Deny }], egress: [${cut}, { action: Deny }]`,
    );
    for (const [id, spec] of [
      ["internet-ingress-open", open],
      ["internet-egress-open", out],
      ["all-namespaces-peer", wide],
      ["sensitive-port-exposed", wide],
    ] as const)
      expect(found(id, end, first, policy("p", `order: 2, ${spec}`))).toEqual([]);
  });

  it("says nothing of DNS where a rule names a Service that the input does not have", () => {
    const named =
      "order: 1, types: [Egress], egress: [{ action: Allow, destination: { services: { name: dns, namespace: kube-system } } }]";
    expect(found("missing-dns-egress", end, policy("p", named))).toEqual([]);
  });

  it("finds DNS open where a rule asks for more than its pods, as by addresses", () => {
    const but = "order: 1, types: [Egress], egress: [{ action: Allow, destination: { notSelector: app == 'db' } }]";
    expect(found("missing-dns-egress", end, policy("p", but))).toEqual(
      kind === "NetworkPolicy" ? ["end spec.types[1]"] : [],
    );
  });

  it("says nothing of DNS where what is not allowed is passed on, and nobody denies it", () => {
    expect(found("missing-dns-egress", policy("p", "order: 1, types: [Egress], egress: [{ action: Pass }]"))).toEqual(
      [],
    );
  });
});

describe("a GlobalNetworkPolicy that selects no pods", () => {
  it("may be about host endpoints: what it opens is no matter of pods", () => {
    const hosts = kinds
      .GlobalNetworkPolicy("hosts", `order: 1, selector: has(host), ${wide}`)
      .replace("namespaceSelector: projectcalico.org/name == 'shop', ", "");
    expect(found("all-namespaces-peer", hosts)).toEqual([]);
    expect(found("sensitive-port-exposed", hosts)).toEqual([]);
  });
});
