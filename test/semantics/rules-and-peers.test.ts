import { describe, expect, it } from "vitest";
import {
  connection,
  expectAccepted,
  expectAllowed,
  expectDenied,
  expectRefused,
  list,
  portsBetween,
  verdict,
} from "./answers.ts";
import { denyEgress, denyIngress, deployment, namespace, pod, policy } from "./manifests.ts";

const namespaces = namespace("a", "{team: red}") + namespace("b", "{team: blue}") + namespace("c");
const pods =
  pod("a/web", "{app: web}") +
  pod("a/db", "{app: db}") +
  pod("b/web", "{app: web}") +
  pod("b/tool", "{app: tool}") +
  pod("c/tool", "{app: tool, role: probe}");
const world = namespaces + pods;
/** A policy on a/db with these ingress rules. */
const toDb = (ingress: string): string =>
  world + policy("a/p", `podSelector: {matchLabels: {app: db}}\ningress:\n${ingress}`);
const everyone = ["a/web", "b/web", "b/tool", "c/tool"];

/** Exactly these pods reach a/db. */
function expectSources(yaml: string, sources: readonly string[]): void {
  for (const source of everyone) (sources.includes(source) ? expectAllowed : expectDenied)(yaml, [source, "a/db"]);
}

describe("rules and peers", () => {
  it("row 6: a rule with nothing in it allows everything, from outside too", () => {
    const yaml = toDb("- {}");
    expectSources(yaml, everyone);
    expectAllowed(yaml, ["1.2.3.4", "a/db", "80/UDP"]);
    expectAllowed(yaml, ["2001:db8::1", "a/db", "9/SCTP"]);
    expect(portsBetween(yaml, "b/tool", "a/db")).toBe("all");
    expectAccepted(yaml);
  });

  it("row 6: a rule whose from is empty or missing is for any source, also outside the cluster", () => {
    for (const from of ["", "from: [], ", "from: null, "]) {
      const yaml = toDb(`- {${from}ports: [{port: 80}]}`);
      expectAllowed(yaml, ["c/tool", "a/db", "80"]);
      expectAllowed(yaml, ["1.2.3.4", "a/db", "80"]);
      expectDenied(yaml, ["1.2.3.4", "a/db", "81"]);
    }
  });

  it("row 6: a rule whose ports are empty or missing is for any port and protocol", () => {
    for (const ports of ["", ", ports: []", ", ports: null"]) {
      const yaml = toDb(`- {from: [{podSelector: {matchLabels: {app: web}}}]${ports}}`);
      expect(portsBetween(yaml, "a/web", "a/db")).toBe("all");
      expectSources(yaml, ["a/web"]);
    }
  });

  it("row 6: an egress rule with nothing in it allows everything, to outside too", () => {
    const yaml = world + policy("a/p", "podSelector: {}\npolicyTypes: [Egress]\negress: [{}]");
    expectAllowed(yaml, ["a/web", "b/tool"]);
    expectAllowed(yaml, ["a/web", "8.8.8.8", "53/UDP"]);
  });

  it("row 7: a peer with no field is refused", () => {
    expectRefused(toDb("- {from: [{}]}"), /names nobody/);
    expectRefused(toDb("- {from: [{podSelector: null}]}"), /names nobody/);
  });

  it("row 10: podSelector alone means the policy's namespace only", () => {
    expectSources(toDb("- {from: [{podSelector: {matchLabels: {app: web}}}]}"), ["a/web"]);
    expectSources(toDb("- {from: [{podSelector: {matchLabels: {app: tool}}}]}"), []);
  });

  it("row 10: an empty podSelector alone means all pods of the policy's namespace", () => {
    const yaml = toDb("- {from: [{podSelector: {}}]}");
    expectSources(yaml, ["a/web"]);
    expectDenied(yaml, ["1.2.3.4", "a/db"]);
  });

  it("row 11: an empty namespaceSelector means the pods of all namespaces and no outside address", () => {
    const yaml = toDb("- {from: [{namespaceSelector: {}}]}");
    expectSources(yaml, everyone);
    expectDenied(yaml, ["1.2.3.4", "a/db"]);
    expectDenied(yaml, ["10.0.0.1", "a/db"]);
  });

  it("row 11: an empty namespaceSelector also means namespaces that the input does not define", () => {
    const yaml = `${toDb("- {from: [{namespaceSelector: {}}]}")}${pod("elsewhere/x")}`;
    expectAllowed(yaml, ["elsewhere/x", "a/db"]);
  });

  it("row 12: two selectors in one item are both required", () => {
    const peer = "{namespaceSelector: {matchLabels: {team: blue}}, podSelector: {matchLabels: {app: tool}}}";
    expectSources(toDb(`- {from: [${peer}]}`), ["b/tool"]);
  });

  it("row 12: two selectors in two items are alternatives, and the podSelector is local", () => {
    const peers = "{namespaceSelector: {matchLabels: {team: blue}}}, {podSelector: {matchLabels: {app: web}}}";
    expectSources(toDb(`- {from: [${peers}]}`), ["a/web", "b/web", "b/tool"]);
  });

  it("row 13: ipBlock together with a selector is refused", () => {
    expectRefused(toDb("- {from: [{podSelector: {}, ipBlock: {cidr: 10.0.0.0/8}}]}"), /ipBlock and a selector/);
    expectRefused(toDb("- {from: [{namespaceSelector: {}, ipBlock: {cidr: 10.0.0.0/8}}]}"), /ipBlock and a selector/);
  });

  it("row 14: within a rule a peer and a port must match; any of each will do", () => {
    const yaml = toDb(
      "- from: [{podSelector: {matchLabels: {app: web}}}, {namespaceSelector: {matchLabels: {team: blue}}}]\n" +
        "  ports: [{port: 80}, {port: 53, protocol: UDP}]",
    );
    expect(portsBetween(yaml, "a/web", "a/db")).toBe("TCP 80 UDP 53");
    expect(portsBetween(yaml, "b/tool", "a/db")).toBe("TCP 80 UDP 53");
    expectDenied(yaml, ["a/web", "a/db", "53/TCP"]);
    expectDenied(yaml, ["c/tool", "a/db", "80"]);
  });

  it("row 14: rules are a union, whatever their order", () => {
    const rules = [
      "- {from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 80}]}",
      "- {from: [{namespaceSelector: {}}], ports: [{port: 443}]}",
    ];
    for (const ingress of [rules, rules.toReversed()]) {
      const yaml = toDb(ingress.join("\n"));
      expect(portsBetween(yaml, "a/web", "a/db")).toBe("TCP 80,443");
      expect(portsBetween(yaml, "c/tool", "a/db")).toBe("TCP 443");
    }
  });

  it("row 14: policies are a union: none takes away what another allows", () => {
    const allow = policy("a/allow", "podSelector: {matchLabels: {app: db}}\ningress: [{from: [{podSelector: {}}]}]");
    for (const yaml of [world + allow + denyIngress("a"), world + denyIngress("a") + allow]) {
      expectSources(yaml, ["a/web"]);
      expectDenied(yaml, ["a/db", "a/web"]);
    }
  });

  it("row 16: a connection needs the egress of the source and the ingress of the target", () => {
    const egress = policy("a/out", "podSelector: {}\npolicyTypes: [Egress]\negress: [{to: [{namespaceSelector: {}}]}]");
    const ingress = policy("b/in", "podSelector: {}\ningress: [{from: [{namespaceSelector: {}}]}]");
    const packet = ["a/web", "b/tool"] as const;
    expectAllowed(world + egress + ingress, packet);
    expectDenied(world + egress + denyIngress("b"), packet);
    expectDenied(world + denyEgress("a") + ingress, packet);
    expectDenied(world + denyEgress("a") + denyIngress("b"), packet);
  });

  it("row 16: the ports of a connection are those that both ends allow", () => {
    const egress = "podSelector: {}\npolicyTypes: [Egress]\negress: [{ports: [{port: 70, endPort: 85}]}]";
    const ingress = "podSelector: {}\ningress: [{ports: [{port: 80, endPort: 90}, {port: 70, protocol: UDP}]}]";
    expect(portsBetween(world + policy("a/out", egress) + policy("b/in", ingress), "a/web", "b/tool")).toBe(
      "TCP 80-85",
    );
  });

  it("row 17: replies are allowed by themselves, and the reverse connection is not", () => {
    const yaml =
      world +
      policy(
        "a/p",
        "podSelector: {matchLabels: {app: db}}\npolicyTypes: [Ingress, Egress]\ningress: [{from: [{podSelector: {}}]}]",
      );
    expectAllowed(yaml, ["a/web", "a/db"]);
    expectDenied(yaml, ["a/db", "a/web"]);
  });

  it("row 18: a single pod to itself is left out of the list, isolated or not", () => {
    for (const yaml of [world, world + denyIngress("a") + denyEgress("a")])
      expect(connection(list(yaml), "a/web[Pod]", "a/web[Pod]")).toBeUndefined();
  });

  it("row 18: a pod always reaches itself, whatever isolates it", () => {
    const { answer, notes } = verdict(world + denyIngress("a") + denyEgress("a"), ["a/web", "a/web"]);
    expect(answer).toBe("yes");
    expect(notes).toContainEqual(expect.stringContaining("always reaches itself"));
  });

  it("row 18: a workload is not a pod: what its pods may send each other is listed", () => {
    const app = namespaces + deployment("a/app", "{app: app}", { replicas: 1 });
    expect(connection(list(app), "a/app[Deployment]", "a/app[Deployment]")?.all).toBe(true);
    const closed = app + denyIngress("a");
    expect(connection(list(closed), "a/app[Deployment]", "a/app[Deployment]")).toBeUndefined();
    expect(verdict(closed, ["a/app", "a/app"]).answer).toBe("no");
    const open = closed + policy("a/p", "podSelector: {}\ningress: [{from: [{podSelector: {}}], ports: [{port: 80}]}]");
    expect(connection(list(open), "a/app[Deployment]", "a/app[Deployment]")?.ports).toEqual({ TCP: ["80"] });
  });

  it("row 27: Exists and DoesNotExist in a podSelector hold in every namespace that the namespaceSelector picks", () => {
    const peer = (operator: string): string =>
      `- {from: [{namespaceSelector: {}, podSelector: {matchExpressions: [{key: role, operator: ${operator}}]}}]}`;
    expectSources(toDb(peer("Exists")), ["c/tool"]);
    expectSources(toDb(peer("DoesNotExist")), ["a/web", "b/web", "b/tool"]);
  });
});
