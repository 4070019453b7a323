import { describe, expect, it } from "vitest";
import {
  assuming,
  connection,
  expectAllowed,
  expectDenied,
  expectUnknown,
  list,
  problems,
  verdict,
} from "./answers.ts";
import { denyEgress, denyIngress, deployment, namespace, pod, policy, service } from "./manifests.ts";

const world = namespace("a") + namespace("b") + pod("a/web", "{app: web}") + pod("b/db", "{app: db}");
const onNode = (id: string, labels = "{app: agent}", address?: string): string =>
  pod(id, labels, {
    spec: "hostNetwork: true",
    ...(address === undefined ? {} : { status: `{podIP: ${address}, hostIP: ${address}}` }),
  });
const fromBlock = (cidr: string): string =>
  policy(
    "a/in",
    `podSelector: {matchLabels: {app: web}}\ningress: [{from: [{ipBlock: {cidr: "${cidr}"}}], ports: [{port: 80}]}]`,
  );

describe("pods, nodes and Services", () => {
  it("row 19: a pod that reaches itself through a Service is an assumption, which every answer states", () => {
    const yaml = world + service("a/web", "selector: {app: web}\nports: [{port: 80}]") + denyIngress("a");
    expect(list(yaml).assumptions.hairpinThroughService).toBe("allow");
    const asPolicy = list(yaml, assuming({ hairpinThroughService: "policy" }));
    expect(asPolicy.assumptions.hairpinThroughService).toBe("policy");
    expect(asPolicy.connections).toEqual(list(yaml).connections);
  });

  it("row 20: traffic from a pod's own node is always allowed: stated with every answer, listed by none", () => {
    const yaml = world + onNode("a/agent", "{app: agent}", "192.168.0.1") + denyIngress("a");
    const listed = list(yaml);
    expect(listed.assumptions.nodeLocalTraffic).toBe("allowed");
    expect(connection(listed, "a/agent[Pod]", "a/web[Pod]")).toBeUndefined();
    expect(verdict(yaml, ["b/db", "a/web"]).assumptions.nodeLocalTraffic).toBe("allowed");
  });

  it("row 21: other nodes are plain addresses, which an ipBlock may cover", () => {
    const closed = world + denyEgress("a");
    expectDenied(closed, ["a/web", "192.168.0.7", "10250"]);
    const open = policy(
      "a/out",
      "podSelector: {}\npolicyTypes: [Egress]\negress: [{to: [{ipBlock: {cidr: 192.168.0.0/24}}]}]",
    );
    expectAllowed(closed + open, ["a/web", "192.168.0.7", "10250"]);
    expectAllowed(closed + open + onNode("b/agent", "{}", "192.168.0.7"), ["a/web", "b/agent"]);
    expectDenied(closed + open + onNode("b/agent", "{}", "192.168.1.7"), ["a/web", "b/agent"]);
  });

  it("row 22: a pod on its node's network is isolated by no policy", () => {
    const yaml = world + onNode("a/agent") + denyIngress("a") + denyEgress("a");
    expectAllowed(yaml, ["b/db", "a/agent"]);
    expectAllowed(yaml, ["a/agent", "b/db"]);
    expectAllowed(yaml, ["1.2.3.4", "a/agent"]);
    expect(list(yaml).endpoints).toContainEqual(expect.objectContaining({ id: "a/agent[Pod]", hostNetwork: true }));
  });

  it("row 22: a pod on its node's network is matched by no selector", () => {
    const yaml =
      world +
      onNode("a/agent") +
      policy(
        "a/in",
        "podSelector: {matchLabels: {app: web}}\ningress: [{from: [{namespaceSelector: {}}, {podSelector: {matchLabels: {app: agent}}}]}]",
      );
    expectDenied(yaml, ["a/agent", "a/web"]);
    expectAllowed(yaml, ["b/db", "a/web"]);
  });

  it("row 22: opposite an isolated pod it is its node's address", () => {
    const known = world + onNode("b/agent", "{}", "192.168.0.7");
    expectAllowed(known + fromBlock("192.168.0.0/24"), ["b/agent", "a/web", "80"]);
    expectDenied(known + fromBlock("192.168.0.0/24"), ["b/agent", "a/web", "81"]);
    expectDenied(known + fromBlock("192.168.1.0/24"), ["b/agent", "a/web", "80"]);
    expectAllowed(known + policy("a/any", "podSelector: {}\ningress: [{}]"), ["b/agent", "a/web"]);
  });

  it("row 22: with an unknown address each family that the two may speak must be covered; a part of it leaves the answer open", () => {
    const unknown = world + onNode("b/agent");
    const both = fromBlock("0.0.0.0/0").replace("}}]", '}}, {ipBlock: {cidr: "::/0"}}]');
    expectAllowed(unknown + both, ["b/agent", "a/web", "80"]);
    expectUnknown(unknown + fromBlock("0.0.0.0/0"), ["b/agent", "a/web", "80"]);
    expectUnknown(unknown + fromBlock("::/0"), ["b/agent", "a/web", "80"]);
    expectUnknown(unknown + fromBlock("192.168.0.0/24"), ["b/agent", "a/web", "80"]);
    expectDenied(unknown + denyIngress("a"), ["b/agent", "a/web", "80"]);
    const open = verdict(unknown + fromBlock("192.168.0.0/24"), ["b/agent", "a/web", "80"]);
    expect(open.because).toEqual([{ endpoint: "b/agent[Pod]", missing: "address" }]);
  });

  it("row 22: opposite a pod whose addresses are known, only the families of the pod count", () => {
    const web = pod("a/web", "{app: web}", { status: "{podIPs: [{ip: 10.0.0.7}]}" });
    const known = namespace("a") + namespace("b") + web + onNode("b/agent");
    expectAllowed(known + fromBlock("0.0.0.0/0"), ["b/agent", "a/web", "80"]);
    expectDenied(known + fromBlock("::/0"), ["b/agent", "a/web", "80"]);
  });

  it("row 22: of two that have one family in common, a block of the other opens nothing", () => {
    const host = pod("b/agent", "{}", {
      spec: "hostNetwork: true",
      status: '{hostIPs: [{ip: 192.168.0.7}, {ip: "fd01::7"}]}',
    });
    const web = (ips: string): string =>
      namespace("a") + namespace("b") + host + pod("a/web", "{app: web}", { status: `{podIPs: [${ips}]}` });
    const ask = ["b/agent", "a/web", "80"] as const;
    expectAllowed(web("{ip: 10.0.0.7}") + fromBlock("192.168.0.0/24"), ask);
    expectDenied(web("{ip: 10.0.0.7}") + fromBlock("fd01::/16"), ask);
    expectAllowed(web('{ip: 10.0.0.7}, {ip: "fd00::7"}') + fromBlock("fd01::/16"), ask);
    // Of which families the pod is, is not known.
    expectUnknown(web("") + fromBlock("fd01::/16"), ask);
  });

  it("row 22: two halves of a family cover it together", () => {
    const halves = policy(
      "a/in",
      "podSelector: {matchLabels: {app: web}}\ningress: [{from: [{ipBlock: {cidr: 0.0.0.0/1}}, {ipBlock: {cidr: 128.0.0.0/1}}, {ipBlock: {cidr: '::/0'}}]}]",
    );
    expectAllowed(world + onNode("b/agent") + halves, ["b/agent", "a/web"]);
    expectUnknown(world + onNode("b/agent") + halves.replace("128.0.0.0/1", "128.0.0.0/2"), ["b/agent", "a/web"]);
  });

  it("row 22: the name of a port of a pod on its node's network means nothing, as with any other address", () => {
    const named = pod("b/agent", "{app: agent}", {
      spec: "hostNetwork: true",
      ports: "[{name: http, containerPort: 80}]",
    });
    const out = (ports: string): string =>
      world + named + policy("a/out", `podSelector: {}\npolicyTypes: [Egress]\negress: [{ports: ${ports}}]`);
    expectDenied(out("[{port: http}]"), ["a/web", "b/agent", "80"]);
    expectAllowed(out("[{port: 80}]"), ["a/web", "b/agent", "80"]);
  });

  it("row 23: a pod that has ended is no subject, no peer and no endpoint", () => {
    for (const phase of ["Succeeded", "Failed"]) {
      const ended = pod("a/done", "{app: done}", { status: `{phase: ${phase}}` });
      const ids = list(world + ended).endpoints.map(({ id }) => id);
      expect(ids).not.toContain("a/done[Pod]");
      expect(ids).toContain("a/web[Pod]");
      expect(() => verdict(world + ended, ["a/done", "a/web"])).toThrow(/no workload "a\/done"/);
      expectAllowed(world + ended, ["a/done", "a/web"], assuming({ terminatedPods: "keep" }));
    }
    const running = pod("a/done", "{app: done}", { status: "{phase: Running}" });
    expectAllowed(world + running, ["a/done", "a/web"]);
  });

  it("row 48: default-deny egress also denies DNS", () => {
    const dns = namespace("kube-system") + pod("kube-system/coredns", "{k8s-app: kube-dns}");
    const yaml = world + dns + denyEgress("a");
    for (const port of ["53/UDP", "53/TCP"]) {
      expectDenied(yaml, ["a/web", "kube-system/coredns", port]);
      expectDenied(yaml, ["a/web", "169.254.20.10", port]);
    }
    const open = policy(
      "a/dns",
      "podSelector: {}\npolicyTypes: [Egress]\negress: [{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}, podSelector: {matchLabels: {k8s-app: kube-dns}}}], ports: [{port: 53, protocol: UDP}]}]",
    );
    expectAllowed(yaml + open, ["a/web", "kube-system/coredns", "53/UDP"]);
    expectDenied(yaml + open, ["a/web", "kube-system/coredns", "53/TCP"]);
  });

  it("row 51: a policy that selects no pod is valid and changes nothing", () => {
    const yaml =
      world + policy("a/future", "podSelector: {matchLabels: {app: not-yet}}\npolicyTypes: [Ingress, Egress]");
    expect(list(yaml).connections).toEqual(list(world).connections);
    expect(list(yaml).inputs.problems).toEqual([]);
    expect(problems(yaml + policy("nowhere/p", "podSelector: {}"), "invalid-policy")).toEqual([]);
  });

  it("row 52: the answer is about new connections: what was open before a policy does not stay open", () => {
    expectAllowed(world, ["b/db", "a/web"]);
    expectDenied(world + denyIngress("a"), ["b/db", "a/web"]);
  });

  it("replicas say how many pods there are; none is possible", () => {
    const yaml =
      namespace("a") +
      deployment("a/app", "{app: app}", { replicas: 3 }) +
      deployment("a/idle", "{app: idle}", { replicas: 0 });
    const pods = list(yaml).endpoints.flatMap((endpoint) =>
      endpoint.type === "workload" ? [[endpoint.id, endpoint.pods]] : [],
    );
    expect(pods).toEqual([
      ["a/app[Deployment]", 3],
      ["a/idle[Deployment]", 0],
    ]);
  });
});
