import { describe, expect, it } from "vitest";
import { type Verdict, can, listConnectivity, readManifests } from "../../src/entries/index.ts";

const text = `
apiVersion: v1
kind: Namespace
metadata: {name: x, labels: {team: red}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: x}
spec:
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: i, ports: [{name: http, containerPort: 8080}]}]}}
---
apiVersion: v1
kind: Service
metadata: {name: front, namespace: x}
spec: {selector: {app: web}, ports: [{name: plain, port: 80, targetPort: http}]}
---
apiVersion: v1
kind: Service
metadata: {name: outside, namespace: x}
spec: {type: ExternalName, externalName: example.com}
---
apiVersion: v1
kind: Service
metadata: {name: alias, namespace: x}
spec: {type: ExternalName, externalName: front.x.svc.cluster.local}
---
apiVersion: v1
kind: Service
metadata: {name: bare, namespace: x}
spec: {ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: legacy, namespace: x}
spec: {ports: [{port: 80}]}
---
apiVersion: v1
kind: Endpoints
metadata: {name: legacy, namespace: x}
subsets: [{addresses: [{ip: 10.2.0.9}], ports: [{port: 8088}]}]
---
apiVersion: v1
kind: Service
metadata: {name: headless, namespace: x}
spec: {clusterIP: None, selector: {app: web}, ports: [{name: plain, port: 80, targetPort: http}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: i, namespace: x}
spec: {rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: front, port: {number: 80}}}}]}}]}
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: db, namespace: x}
spec: {replicas: 2, selector: {matchLabels: {app: db}}, template: {metadata: {labels: {app: db}}, spec: {containers: [{name: c, image: i}]}}}
---
apiVersion: v1
kind: Pod
metadata: {name: db-1, namespace: x, labels: {app: db}, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: db, uid: u, controller: true}]}
spec: {containers: [{name: c, image: i}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db-2, namespace: x, labels: {app: db, open: "true"}, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: db, uid: u, controller: true}]}
spec: {containers: [{name: c, image: i}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: x}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress: [{from: [{podSelector: {matchLabels: {app: db}}}, {namespaceSelector: {matchLabels: {team: blue}}}], ports: [{port: http}]}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: x}
spec:
  podSelector: {matchExpressions: [{key: open, operator: DoesNotExist}, {key: app, operator: In, values: [db]}]}
  policyTypes: [Ingress]
  ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]}]
`;
const cluster = readManifests([{ name: "a.yaml", text }]);

function ask(source: string, target: string, port?: string): Verdict {
  return can(cluster, { source, target, defaultNamespace: "x", ...(port === undefined ? {} : { port }) });
}

const routedWeb = `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: x, labels: {app: web}}
spec: {containers: [{name: c}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: x}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: x}
spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
`;

describe("the ends of a question", () => {
  it.each([
    ["a Service by its port, which leads to another port", "x/db", "svc/front", "80", "yes"],
    ["a Service by the name of its port", "db", "x/Service/front", "plain", "yes"],
    ["a Service by the port of its pods", "db", "x/svc/front", "8080", "yes"],
    ["a Service by a port that nobody has", "db", "svc/front", "81", "no"],
    ["a Service without a port", "db", "svc/front", undefined, "yes"],
    ["a Service by a bare name that no workload has", "db", "front", "80", "yes"],
    ["the Service's port of the workload", "db", "web", "80", "no"],
    ["a port by name", "db", "deploy/web", "http", "yes"],
    ["a pod by its own name", "internet", "db-2", undefined, "yes"],
    ["another pod of the same owner", "8.8.8.8", "x/db-1", undefined, "no"],
    ["a pod by kind and name", "8.8.8.8", "x/pod/db-1", undefined, "no"],
    ["a pod that is not there", "app=db in x", "web", "8080", "yes"],
    ["a pod that is not there, with other labels", "app=other,tier=a in x", "web", "8080", "no"],
    ["a pod that is not there as the target", "10.2.0.1", "'app=db in x'".slice(1, -1), "5432", "yes"],
    ["a pod without labels, of a namespace that is not there", "{} in other", "web", "8080", "unknown"],
    ["the ingress controller", "ingress-controller", "web", undefined, "unknown"],
    ["a range", "10.0.0.0-10.0.255.255", "x/db-1", undefined, "yes"],
    ["public addresses of a family", "internet (IPv4)", "x/db-1", undefined, "no"],
  ] as const)("%s", (_, source, target, port, expected) => {
    expect(ask(source, target, port).answer).toBe(expected);
  });

  it("names both ports of a Service", () => {
    expect(ask("db", "svc/front", "80").notes).toContainEqual(
      "port 80/TCP of Service x/front leads to port http of its pods, and that is the one which policies see",
    );
  });

  it("says that a pod which is not there names no ports", () => {
    expect(ask("db", "app=web in x", "8080").notes.join()).toContain("names no ports");
  });

  it("names the rules that decide about the ingress controller", () => {
    const rules = (yaml: string): readonly string[] => {
      const read = readManifests([{ name: "a.yaml", text: `${routedWeb}---\n${yaml}` }]);
      const { allowedBy, blockedBy } = can(read, { source: "ingress-controller", target: "x/web" }).ingress;
      return [...allowedBy, ...blockedBy].map(({ action, path, reason }) => `${action} ${path}: ${reason}`);
    };
    const ingress = (name: string, list: string): string =>
      `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}, namespace: x}\nspec: {podSelector: {}, ingress: [${list}]}\n`;
    expect(rules(ingress("p", "{ports: [{port: 9}]}, {}"))).toEqual([
      "allow spec.ingress[1]: ingress rule 2 of NetworkPolicy x/p allows it",
    ]);
    expect(rules(ingress("p", "{from: [{podSelector: {matchLabels: {app: edge}}}]}"))).toEqual([
      "allow spec.ingress[0]: ingress rule 1 of NetworkPolicy x/p allows it, if the source has the labels that it asks for",
    ]);
    expect(rules(`${ingress("p", "{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}")}---\n${ingress("q", "")}`)).toEqual([
      "isolate spec: NetworkPolicy x/p isolates the pods for ingress and no rule of it admits what is routed to them",
      "isolate spec: NetworkPolicy x/q isolates the pods for ingress and has no ingress rule",
    ]);
    expect(rules("apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n")).toEqual([]);
  });

  it("follows Services of other kinds to where they lead", () => {
    expect(ask("db", "svc/alias", "80").answer).toBe("yes");
    expect(ask("db", "svc/headless", "plain").answer).toBe("yes");
    const headless = ask("db", "svc/headless", "80");
    expect(headless.answer).toBe("no");
    expect(headless.notes[0]).toContain("who connects to 80/TCP comes to port 80 of the pods, not to targetPort http");
    const legacy = ask("web", "svc/legacy", "80");
    expect(legacy.notes).toEqual(["port 80/TCP of Service x/legacy leads to port 8088 of its endpoints"]);
    expect(legacy.parts.map(({ target }) => target)).toEqual([
      "external[10.0.0.0-10.0.255.255,10.2.0.0-10.255.255.255]",
    ]);
  });

  it("says what a peer lacks", () => {
    const reasons = ask("app=other in x", "web").ingress.blockedBy.map(({ reason }) => reason);
    expect(reasons[0]).toMatch(/it lacks (?:app=db \(it has app=other\)|team=blue on its namespace)$/);
  });

  it.each([
    ["svc/nobody", "no Service"],
    ["svc/outside", 'it is a DNS name for "example.com"'],
    ["svc/bare", "has no selector, and the input has no EndpointSlice of it"],
    ["a=b=c in x", "is not the labels of a pod"],
    ["x/wep", "did you mean x/web?"],
  ])("refuses %s", (target, message) => {
    expect(() => ask("db", target)).toThrow(message);
  });

  it("refuses a port name that nobody has, with those there are", () => {
    expect(() => ask("db", "svc/front", "https")).toThrow("it has plain, http");
  });

  it("takes every name that a list has", () => {
    const { endpoints } = listConnectivity(cluster);
    for (const { id } of endpoints)
      expect(() =>
        ask(id, id === "ingress-controller" ? "web" : id === "x/web[Deployment]" ? "db" : "web"),
      ).not.toThrow();
  });

  it("takes what is written like an address for a mistaken one", () => {
    for (const odd of ["999.1.1.1", "10.0.0.0/99", "10.0.0.9-", "10.1.2", "fd00::/200", "::1::"])
      expect(() => ask(odd, "web")).toThrow(
        `"${odd}" is neither an address, a CIDR nor a range, nor the name of a workload`,
      );
    for (const name of ["web-2", "x/10.0.0.1-web"]) expect(() => ask(name, "web")).toThrow("no workload");
  });

  it("takes no two addresses that no packet has both", () => {
    for (const [source, target] of [
      ["10.0.0.1", "2001:db8::1"],
      ["2001:db8::/32", "10.0.0.0/8"],
      ["10.0.0.1-10.0.0.9", "internet (IPv6)"],
    ] as const)
      expect(() => ask(source, target)).toThrow(
        `no packet goes from "${source}" to "${target}": one is of IPv${source.includes(":") ? 6 : 4}`,
      );
    expect(() => ask("2001:db8::1", "2001:db8::2")).not.toThrow();
  });

  it("points to labels where the input has policies only", () => {
    const only = readManifests([
      { name: "p.yaml", text: text.slice(text.indexOf("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy")) },
    ]);
    expect(() => can(only, { source: "x/web", target: "x/db" })).toThrow(
      "ask about pods by their labels, like 'app=web in x'",
    );
    for (const odd of ["", "/", "app in", "x/-", "_/web"])
      expect(() => can(only, { source: odd, target: "x/db" })).toThrow("like 'app=web in shop'");
    expect(can(only, { source: "app=db in x", target: "app=web in x" }).answer).toBe("no");
  });
});
