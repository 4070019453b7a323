import { describe, expect, it } from "vitest";
import {
  assuming,
  expectAccepted,
  expectAllowed,
  expectDenied,
  expectRefused,
  list,
  portsBetween,
  problems,
} from "./answers.ts";
import { deployment, namespace, pod, policy, service } from "./manifests.ts";

const http = "[{name: http, containerPort: 8080}]";
const world =
  namespace("a") +
  namespace("b") +
  pod("a/client", "{app: client}") +
  pod("a/web", "{app: web}", { ports: http }) +
  pod("a/api", "{app: api}", { ports: "[{name: http, containerPort: 9090}]" }) +
  pod("a/plain", "{app: plain}") +
  pod("b/web", "{app: web}", { ports: http });
/** All pods of `a` admit these ports. */
const ingressPorts = (ports: string, from = ""): string =>
  policy("a/in", `podSelector: {}\ningress: [{${from}ports: ${ports}}]`);
/** The client may send to these ports. */
const egressPorts = (ports: string, to = ""): string =>
  policy("a/out", `podSelector: {matchLabels: {app: client}}\npolicyTypes: [Egress]\negress: [{${to}ports: ${ports}}]`);
const toWeb = (yaml: string): string => portsBetween(yaml, "a/client", "a/web");

describe("ports", () => {
  it("row 8: a port entry with nothing in it means all TCP ports, and no other protocol", () => {
    const yaml = world + ingressPorts("[{}]");
    expect(toWeb(yaml)).toBe("TCP 1-65535");
    expectDenied(yaml, ["a/client", "a/web", "53/UDP"]);
    expectAccepted(yaml);
  });

  it("row 8: a protocol without a port means all ports of that protocol", () => {
    expect(toWeb(world + ingressPorts("[{protocol: UDP}]"))).toBe("UDP 1-65535");
  });

  it("row 30: ports are those of the destination, for ingress and egress alike", () => {
    for (const yaml of [world + ingressPorts("[{port: 8080}]"), world + egressPorts("[{port: 8080}]")])
      expect(toWeb(yaml)).toBe("TCP 8080");
    // A reply leaves from port 8080, and a rule for it would open nothing.
    expectDenied(`${world}${egressPorts("[{port: 8080}]")}${ingressPorts("[{port: 40000}]")}`, ["a/client", "a/web"]);
  });

  it("row 31: the port of a Service is irrelevant: a policy sees the target port", () => {
    const front = service("a/web", "selector: {app: web}\nports: [{port: 80, targetPort: 8080}]");
    const yaml = world + front + ingressPorts("[{port: 80}]");
    expectDenied(yaml, ["a/client", "a/web", "8080"]);
    expectAllowed(world + front + ingressPorts("[{port: 8080}]"), ["a/client", "a/web", "8080"]);
  });

  it("row 33: a named port is another number on another pod, and none on a pod without it", () => {
    for (const yaml of [world + ingressPorts("[{port: http}]"), world + egressPorts("[{port: http}]")]) {
      expect(portsBetween(yaml, "a/client", "a/web")).toBe("TCP 8080");
      expect(portsBetween(yaml, "a/client", "a/api")).toBe("TCP 9090");
      expect(portsBetween(yaml, "a/client", "a/plain")).toBe("none");
    }
  });

  it("row 34: a named port must match the name and the protocol, both TCP by default", () => {
    const dns = world + pod("a/dns", "{app: dns}", { ports: "[{name: dns, containerPort: 53, protocol: UDP}]" });
    expect(portsBetween(dns + ingressPorts("[{port: dns}]"), "a/client", "a/dns")).toBe("none");
    expect(portsBetween(dns + ingressPorts("[{port: dns, protocol: TCP}]"), "a/client", "a/dns")).toBe("none");
    expect(portsBetween(dns + ingressPorts("[{port: dns, protocol: UDP}]"), "a/client", "a/dns")).toBe("UDP 53");
    expect(portsBetween(world + ingressPorts("[{port: http, protocol: UDP}]"), "a/client", "a/web")).toBe("none");
  });

  it("row 35: an egress rule with a named port only is for any pod of any namespace, and for no outside address", () => {
    const yaml = world + egressPorts("[{port: http}]");
    expect(portsBetween(yaml, "a/client", "b/web")).toBe("TCP 8080");
    expectDenied(yaml, ["a/client", "1.2.3.4", "8080"]);
    expectDenied(yaml, ["a/client", "1.2.3.4"]);
    expectAllowed(world + egressPorts("[{port: 8080}]"), ["a/client", "1.2.3.4", "8080"]);
  });

  it("row 36: a named port with an ipBlock resolves on the selected pods for ingress, and matches nothing for egress", () => {
    const block = "[{ipBlock: {cidr: 1.2.3.0/24}}]";
    const ingress = world + ingressPorts("[{port: http}]", `from: ${block}, `);
    expectAllowed(ingress, ["1.2.3.4", "a/web", "8080"]);
    expectDenied(ingress, ["1.2.3.4", "a/web", "9090"]);
    expectAllowed(ingress, ["1.2.3.4", "a/api", "9090"]);
    expectDenied(ingress, ["1.2.3.4", "a/plain"]);
    expectDenied(world + egressPorts("[{port: http}]", `to: ${block}, `), ["a/client", "1.2.3.4"]);
  });

  it("row 36: where an ipBlock matches pods, the name is that of each pod in it, whatever decides beside the policy", () => {
    const all = "to: [{ipBlock: {cidr: 0.0.0.0/0}}, {ipBlock: {cidr: '::/0'}}], ";
    const yaml = world + egressPorts("[{port: http}]", all);
    const matching = assuming({ ipBlockMatchesPods: true });
    const elsewhere = `---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: elsewhere}
spec: {tier: Admin, priority: 1, subject: {namespaces: {}}, egress: [{action: Deny, to: [{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: db}}}}]}]}
`;
    for (const input of [yaml, yaml + elsewhere]) {
      expect(portsBetween(input, "a/client", "b/web")).toBe("none");
      expect(portsBetween(input, "a/client", "b/web", matching)).toBe("TCP 8080");
      expect(portsBetween(input, "a/client", "a/api", matching)).toBe("TCP 9090");
      expect(portsBetween(input, "a/client", "a/plain", matching)).toBe("none");
    }
    const ingress = world + ingressPorts("[{port: http}]", all.replace("to:", "from:"));
    for (const input of [ingress, ingress + elsewhere]) {
      expect(portsBetween(input, "a/api", "a/web", matching)).toBe("TCP 8080");
      expect(list(input, matching).uncertain).toEqual([]);
    }
  });

  it("row 37: one name and protocol for several numbers of a pod means all of them, and is a problem", () => {
    const twice = pod("a/twice", "{app: twice}", {
      spec: "initContainers: []",
      ports: "[{name: http, containerPort: 8080}]",
    }).replace("containers: [{", "containers: [{name: d, image: i, ports: [{name: http, containerPort: 8081}]}, {");
    const yaml = world + twice + ingressPorts("[{port: http}]");
    expect(portsBetween(yaml, "a/client", "a/twice")).toBe("TCP 8080-8081");
    expect(problems(yaml, "duplicate-named-port")).toHaveLength(1);
  });

  it("row 38: named ports of sidecars count, those of plain init containers do not", () => {
    const init = (name: string, restart: string): string =>
      pod(`a/${name}`, "{}", {
        spec: `initContainers: [{name: s, image: i, ${restart}ports: [{name: http, containerPort: 7070}]}]`,
      });
    const yaml = world + init("sidecar", "restartPolicy: Always, ") + init("init", "") + ingressPorts("[{port: http}]");
    expect(portsBetween(yaml, "a/client", "a/sidecar")).toBe("TCP 7070");
    expect(portsBetween(yaml, "a/client", "a/init")).toBe("none");
    const without = assuming({ sidecarNamedPorts: false });
    expect(portsBetween(yaml, "a/client", "a/sidecar", without)).toBe("none");
  });

  it("row 39: a numeric port needs no declared container port", () => {
    const yaml = world + ingressPorts("[{port: 1234}]");
    expect(portsBetween(yaml, "a/client", "a/plain")).toBe("TCP 1234");
    expect(toWeb(yaml)).toBe("TCP 1234");
    expectDenied(yaml, ["a/client", "a/web", "8080"]);
  });

  it("row 40: endPort is inclusive, and may equal port", () => {
    expect(toWeb(world + ingressPorts("[{port: 80, endPort: 90}]"))).toBe("TCP 80-90");
    expect(toWeb(world + ingressPorts("[{port: 80, endPort: 80}]"))).toBe("TCP 80");
    const all = world + ingressPorts("[{port: 1, endPort: 65535}]");
    expectAllowed(all, ["a/client", "a/web", "65535"]);
    expectAllowed(all, ["a/client", "a/web", "1"]);
    expectDenied(world + ingressPorts("[{port: 80, endPort: 90}]"), ["a/client", "a/web", "91"]);
  });

  it("row 40: endPort below port, with a named port, or without a port is refused", () => {
    expectRefused(
      world + ingressPorts("[{port: 80, endPort: 79}]"),
      /endPort 79: endPort must not be smaller than port/,
    );
    expectRefused(world + ingressPorts("[{port: http, endPort: 90}]"), /endPort 90 needs a number/);
    expectRefused(world + ingressPorts("[{endPort: 90}]"), /endPort 90 needs a port/);
  });

  it("row 40: ports outside 1 to 65535 are refused, and so is a number in quotes", () => {
    expectRefused(world + ingressPorts("[{port: 0}]"), /port 0 is out of range/);
    expectRefused(world + ingressPorts("[{port: 65536}]"), /port 65536 is out of range/);
    expectRefused(world + ingressPorts("[{port: 80, endPort: 70000}]"), /endPort 70000 is out of range/);
    expectRefused(world + ingressPorts("[{port: -1}]"), /port -1 is out of range/);
    expectRefused(world + ingressPorts('[{port: "80"}]'), /a name needs a letter: write 80 without quotes/);
  });

  it("row 41: protocols are TCP, UDP and SCTP, in capitals", () => {
    for (const protocol of ["TCP", "UDP", "SCTP"])
      expect(toWeb(world + ingressPorts(`[{port: 9, protocol: ${protocol}}]`))).toBe(`${protocol} 9`);
    expectRefused(world + ingressPorts("[{port: 9, protocol: udp}]"), /protocol "udp" is not known: write UDP/);
    expectRefused(world + ingressPorts("[{port: 9, protocol: ICMP}]"), /protocol "ICMP" is not known/);
  });

  it("row 41: a rule for SCTP only isolates TCP and UDP", () => {
    const yaml = world + ingressPorts("[{protocol: SCTP}]");
    expect(toWeb(yaml)).toBe("SCTP 1-65535");
    expectDenied(yaml, ["a/client", "a/web", "80/TCP"]);
    expectDenied(yaml, ["a/client", "a/web", "80/UDP"]);
  });

  it("row 42: a rule for every port of every protocol prints as everything, like a rule without ports", () => {
    const spelled = world + ingressPorts("[{protocol: TCP}, {protocol: UDP}, {protocol: SCTP}]");
    expect(toWeb(spelled)).toBe("all");
    expect(toWeb(world + policy("a/in", "ingress: [{}]"))).toBe("all");
    expect(toWeb(world + ingressPorts("[{protocol: TCP}, {protocol: UDP}]"))).toBe("TCP 1-65535 UDP 1-65535");
  });

  it("row 49: init, sidecar and app containers are one pod to a policy", () => {
    const job = pod("a/job", "{app: job}", {
      spec: "initContainers: [{name: s, image: i, ports: [{containerPort: 5000}]}]",
    });
    const yaml = world + job + ingressPorts("[{port: 5000}]");
    expect(portsBetween(yaml, "a/client", "a/job")).toBe("TCP 5000");
    expectDenied(yaml, ["a/client", "a/job", "5001"]);
  });

  it("a workload whose parts declare a name differently is split, so that each part is exact", () => {
    const yaml = world + deployment("a/app", "{app: app}", { ports: http }) + ingressPorts("[{port: http}]");
    expect(portsBetween(yaml, "a/client", "a/app")).toBe("TCP 8080");
  });
});
