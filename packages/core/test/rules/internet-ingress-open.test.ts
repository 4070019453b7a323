import { describe, expect, it } from "vitest";
import { deployment, documents, findings, placeOf, policy, service } from "./evaluate.ts";

const id = "internet-ingress-open";
const blocks = (...cidrs: readonly string[]): string =>
  `{ from: [${cidrs.map((cidr) => `{ ipBlock: { cidr: "${cidr}" } }`).join(", ")}], ports: [{ port: 443 }] }`;
const open = (name: string, rules: string, podSelector = "{}"): string =>
  policy(name, `{ podSelector: ${podSelector}, policyTypes: [Ingress], ingress: [${rules}] }`);

describe("internet-ingress-open", () => {
  it.each([
    [
      "IPv4",
      ["10.0.0.0/8", "0.0.0.0/0"],
      "the whole IPv4 internet (0.0.0.0/0) on TCP 443",
      "spec.ingress[0].from[1].ipBlock.cidr",
    ],
    ["IPv6", ["::/0"], "the whole IPv6 internet", "spec.ingress[0].from[0].ipBlock.cidr"],
    ["both", ["0.0.0.0/0", "::/0"], "IPv4 and IPv6", "spec.ingress[0].from[1].ipBlock.cidr"],
    ["halves", ["0.0.0.0/1", "128.0.0.0/1"], "(0.0.0.0/1 and 128.0.0.0/1)", "spec.ingress[0].from[0].ipBlock.cidr"],
    ["all global IPv6", ["2000::/3"], "the whole IPv6 internet", "spec.ingress[0].from[0].ipBlock.cidr"],
  ])("finds %s", (_, cidrs, words, path) => {
    const [finding, ...more] = findings(id, open("web", blocks(...cidrs)));
    expect(more).toEqual([]);
    expect(finding?.message).toContain(words);
    expect(finding?.location?.path).toBe(path);
  });

  it("does not care for private ranges left out, but for public ones", () => {
    const except = (range: string): string => `{ from: [{ ipBlock: { cidr: 0.0.0.0/0, except: [${range}] } }] }`;
    expect(findings(id, open("web", except("10.0.0.0/8, 192.168.0.0/16")))).toHaveLength(1);
    expect(findings(id, open("web", except("8.0.0.0/8")))).toEqual([]);
    expect(findings(id, open("web", blocks("0.0.0.0/1")))).toEqual([]);
  });

  it.each([[[]], [[deployment("web"), deployment("db")]]])(
    "judges the union of the policies that select a pod",
    (pods) => {
      const low = open("low", blocks("0.0.0.0/1"));
      const high = open("high", blocks("128.0.0.0/1"), "{ matchLabels: { app: web } }");
      const [finding, ...more] = findings(id, documents(...pods, low, high));
      expect(more).toEqual([]);
      expect(finding?.message).toContain("together open");
      expect(finding?.affected).toEqual(pods.length === 0 ? [] : ["shop/web[Deployment]"]);
      const apart = open("low", blocks("0.0.0.0/1"), "{ matchLabels: { app: db } }");
      expect(findings(id, documents(...pods, apart, high))).toEqual([]);
    },
  );

  it("leaves a rule without peers to all-namespaces-peer", () => {
    expect(findings(id, open("web", "{}"))).toEqual([]);
  });

  it.each([
    ["LoadBalancer", "443", []],
    ["NodePort", "443", []],
    ["LoadBalancer", "80", [id]],
    ["ClusterIP", "443", [id]],
  ])(
    "does not speak of what a Service of type %s on port %s is there for, and of what is more",
    (type, port, found) => {
      const published = service("web", { app: "web" }, `{ port: ${port} }`).replace(
        "spec: {",
        `spec: { type: ${type},`,
      );
      const yaml = documents(
        deployment("web"),
        published,
        open("web", blocks("0.0.0.0/0"), "{ matchLabels: { app: web } }"),
      );
      expect(findings(id, yaml).map(({ ruleId }) => ruleId)).toEqual(found);
    },
  );

  it("finds what cluster-wide policies of Cilium open, with pods and without", () => {
    const wide =
      "{apiVersion: cilium.io/v2, kind: CiliumClusterwideNetworkPolicy, metadata: {name: open}, spec: {endpointSelector: {matchLabels: {app: web}}, ingress: [{fromEntities: [world]}]}}";
    const found = {
      object: { kind: "CiliumClusterwideNetworkPolicy" },
      location: { path: "spec.ingress[0].fromEntities[0]" },
    };
    expect(findings(id, wide)).toMatchObject([found]);
    const yaml = documents(deployment("web"), deployment("web", { app: "web" }, "other"), wide);
    expect(findings(id, yaml)).toMatchObject([
      { ...found, affected: ["other/web[Deployment]", "shop/web[Deployment]"] },
    ]);
  });

  it("reports each policy at its own place", () => {
    expect(findings(id, documents(open("a", blocks("0.0.0.0/0")), open("b", blocks("::/0")))).map(placeOf)).toEqual([
      "4 spec.ingress[0].from[0].ipBlock.cidr",
      "9 spec.ingress[0].from[0].ipBlock.cidr",
    ]);
  });
});
