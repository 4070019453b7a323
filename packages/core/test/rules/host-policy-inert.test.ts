import { describe, expect, it } from "vitest";
import { documents, evaluate, findings } from "./evaluate.ts";

const id = "host-policy-inert";
const config = (data: string): string =>
  `{apiVersion: v1, kind: ConfigMap, metadata: {name: cilium-config, namespace: kube-system}, data: {enable-ipv4: "true"${data}}}`;
const policy = (rest: string): string =>
  `{apiVersion: cilium.io/v2, kind: CiliumClusterwideNetworkPolicy, metadata: {name: nodes}, ${rest}}`;
const rule = "nodeSelector: {}, ingress: [{ fromEntities: [cluster] }]";
const nodes = policy(`spec: {${rule}}`);

describe("host-policy-inert", () => {
  it("finds policies for nodes where the host firewall is off, said or not", () => {
    for (const data of ["", ', enable-host-firewall: "false"'])
      expect(findings(id, documents(config(data), nodes))).toMatchObject([
        { location: { path: "spec.nodeSelector" }, object: { name: "nodes" }, related: [{}] },
      ]);
    const several = policy(`specs: [{endpointSelector: {}, ingress: [{}]}, {${rule}}]`);
    expect(findings(id, documents(config(""), several))).toMatchObject([
      { location: { path: "specs[1].nodeSelector" } },
    ]);
  });

  it("is silent where it is on, on policies for pods, and on what the agents refuse", () => {
    expect(findings(id, documents(config(', enable-host-firewall: "true"'), nodes))).toEqual([]);
    expect(findings(id, documents(config(""), policy("spec: {endpointSelector: {}, ingress: [{}]}")))).toEqual([]);
    expect(findings(id, documents(config(""), policy("spec: {nodeSelector: {}, ingress: []}")))).toEqual([]);
  });

  it("is not evaluated where nothing tells of the host firewall", () => {
    expect(evaluate(nodes, id)).toMatchObject({ findings: [], notEvaluated: [{ ruleId: id }] });
  });
});
