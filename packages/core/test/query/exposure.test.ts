import { describe, expect, it } from "vitest";
import { can, readManifests } from "../../src/entries/index.ts";
import {
  exposure,
  exposureCsv,
  exposureMarkdown,
  type ExposureReport,
  exposureText,
  toExposureJson,
} from "../../src/entries/exposure.ts";
import { schemaErrors } from "../report/schemas.ts";

const pods = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: shop}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: i, ports: [{name: http, containerPort: 8080}]}]}}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: c, image: i}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}
`;

function policy(rules: string, egress?: string): string {
  const types = egress === undefined ? "[Ingress]" : `[Ingress, Egress]\n  egress: ${egress}`;
  return `---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web, namespace: shop}\nspec:\n  podSelector: {matchLabels: {app: web}}\n  policyTypes: ${types}\n  ingress: ${rules}\n`;
}

function report(text: string): ExposureReport {
  const answer = exposure(readManifests([{ name: "a.yaml", text: `${pods}${text}` }]));
  expect(schemaErrors(toExposureJson(answer))).toEqual([]);
  return answer;
}

function webIngress(rules: string): ExposureReport["workloads"][number]["ingress"] {
  return (report(policy(rules)).workloads.find(({ id }) => id === "shop/web[Deployment]") as never)["ingress"];
}

const ports = (...tcp: readonly string[]): object => ({ ports: { TCP: tcp }, all: false });

describe("exposure", () => {
  it("tells what is open to whom, the widest once", () => {
    const ingress = webIngress(`
    - {from: [{namespaceSelector: {}}], ports: [{port: 1}]}
    - {from: [{namespaceSelector: {matchLabels: {team: ops}}}], ports: [{port: 1}, {port: 2}]}
    - {from: [{namespaceSelector: {matchExpressions: [{key: team, operator: In, values: [ops]}]}, podSelector: {matchLabels: {app: x}}}], ports: [{port: 2}, {port: 3}]}
    - {from: [{podSelector: {matchLabels: {app: db}}}], ports: [{port: 4}]}
    - {from: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 5}]}`);
    expect(ingress).toMatchObject({
      isolated: true,
      internet: [{ ranges: ["10.0.0.0/8"], ...ports("5"), through: [expect.any(Number)] }],
      cluster: ports("1"),
      namespaces: [{ selector: { matchLabels: { team: "ops" } }, ...ports("2") }],
    });
    expect(ingress.labels).toMatchObject([
      { podSelector: { matchLabels: { app: "db" } }, present: true, ...ports("4") },
      { podSelector: { matchLabels: { app: "x" } }, present: false, ...ports("3") },
    ]);
    expect(ingress.through.map(({ rule }) => rule).toSorted()).toEqual(
      [0, 1, 2, 3, 4].map((i) => `spec.ingress[${i}]`),
    );
  });

  it("does not take almost everybody for everybody", () => {
    const most = webIngress(
      "[{from: [{namespaceSelector: {}, podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [bad]}]}}]}]",
    );
    expect(most.cluster).toBeNull();
    expect(most.labels).toMatchObject([{ all: true, present: true }]);
    const admin = `---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: bad}
spec:
  priority: 5
  subject: {namespaces: {}}
  ingress: [{name: bad, action: Deny, from: [{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: bad}}}}], ports: [{portNumber: {protocol: TCP, port: 9}}]}]
`;
    const [, web] = report(admin).workloads;
    expect(web?.ingress.cluster).toMatchObject({
      all: true,
      except: [
        {
          namespaceSelector: {},
          podSelector: { matchLabels: { app: "bad" } },
          ports: { TCP: ["1-8", "10-65535"], UDP: ["1-65535"], SCTP: ["1-65535"] },
          all: false,
        },
      ],
    });
  });

  it("says what nobody isolates", () => {
    expect(report(policy("[]")).unprotected).toEqual([
      { id: "shop/db[Pod]", directions: ["ingress", "egress"] },
      { id: "shop/web[Deployment]", directions: ["egress"] },
    ]);
  });

  it("agrees with can about pods that are not there", () => {
    const text = policy(
      "[{from: [{namespaceSelector: {matchLabels: {team: shop}}, podSelector: {matchLabels: {role: probe}}}], ports: [{port: http}]}]",
    );
    const [opening] = report(text).workloads[1]?.ingress.labels ?? [];
    expect(opening).toMatchObject({ present: false, ...ports("8080") });
    const cluster = readManifests([{ name: "a.yaml", text: `${pods}${text}` }]);
    const verdict = can(cluster, { source: "role=probe in shop", target: "shop/web" });
    expect(verdict.ports).toEqual(opening?.ports);
  });

  it("opens and closes doors", () => {
    const balancer = (more: string): string =>
      `---\napiVersion: v1\nkind: Service\nmetadata: {name: pub, namespace: shop}\nspec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80, targetPort: http}]${more}}\n`;
    const open = (text: string): unknown =>
      report(text).doors.map((door) => [door.object.kind, door.backend, door.open]);
    const local = ", externalTrafficPolicy: Local";
    const block = policy("[{from: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 8080}]}]");
    expect(open(balancer(""))).toEqual([["Service", "shop/web[Deployment]", "yes"]]);
    expect(open(`${balancer("")}${policy("[]")}`)).toEqual([["Service", "shop/web[Deployment]", "no"]]);
    expect(open(`${balancer("")}${block}`)).toEqual([["Service", "shop/web[Deployment]", "unknown"]]);
    expect(open(`${balancer(local)}${block}`)).toEqual([["Service", "shop/web[Deployment]", "yes"]]);
    expect(open(`${balancer(`${local}, loadBalancerSourceRanges: [192.168.0.0/16]`)}${block}`)).toEqual([
      ["Service", "shop/web[Deployment]", "no"],
    ]);
    const node =
      "---\napiVersion: v1\nkind: Node\nmetadata: {name: node-1}\nstatus: {addresses: [{type: InternalIP, address: 10.0.0.7}]}\n";
    expect(open(`${balancer("")}${block}${node}`)).toEqual([["Service", "shop/web[Deployment]", "yes"]]);
  });

  it("asks for the ingress controller of the input, where it has one", () => {
    const route = (backend: string): string =>
      `---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: r, namespace: shop}\nspec: {parentRefs: [{name: g}], rules: [{backendRefs: [{name: ${backend}, port: 80}]}]}\n`;
    const controller =
      "---\napiVersion: v1\nkind: Pod\nmetadata: {name: c, namespace: edge, labels: {app.kubernetes.io/name: ingress-nginx}}\nspec: {containers: [{name: c, image: i}]}\n";
    const edge = policy("[{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: edge}}}]}]");
    const doors = (text: string): unknown => report(text).doors.map((door) => door.open);
    expect(doors(`${route("web")}${edge}`)).toEqual(["unknown"]);
    expect(doors(`${route("web")}${edge}${controller}`)).toEqual(["yes"]);
    expect(doors(`${route("web")}${policy("[]")}${controller}`)).toEqual(["no"]);
    expect(report(route("nothing")).doors[0]).toMatchObject({ open: "no", because: "the Service is not in the input" });
  });

  it("tells ports by name of pods that are not there, and by number of the own ones", () => {
    const named = policy(
      "[{from: [{namespaceSelector: {}}], ports: [{port: http}]}]",
      "[{to: [{namespaceSelector: {}}], ports: [{port: http}, {port: 53, protocol: UDP}]}, {to: [{podSelector: {matchLabels: {app: x}}}], ports: [{port: 1, endPort: 65535}, {port: dns, protocol: UDP}]}]",
    );
    const exposed = report(named).workloads.find(({ id }) => id === "shop/web[Deployment]");
    expect(exposed?.egress.cluster).toMatchObject({ ports: { UDP: ["53"] }, all: false, named: ["http/TCP"] });
    expect(exposed?.egress.labels).toMatchObject([{ ports: { TCP: ["1-65535"] }, named: ["dns/UDP"] }]);
    expect(exposed?.ingress.cluster?.named).toBeUndefined();
    expect([...exposureText(report(named))].join("")).toContain("UDP 53 and the port named http/TCP");
  });

  it("names the pods that rules deny what every other pod may", () => {
    const deny = `---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: deny}
spec:
  priority: 1
  subject: {namespaces: {matchLabels: {team: shop}}}
  egress:
  - {action: Deny, to: [{namespaces: {matchLabels: {team: ops}}}], ports: [{portNumber: {protocol: TCP, port: 80}}]}
  - {action: Deny, to: [{pods: {namespaceSelector: {}, podSelector: {matchLabels: {role: vault}}}}]}
`;
    const answer = report(deny);
    expect(answer.workloads[0]?.egress.cluster).toMatchObject({
      all: true,
      except: [
        { namespaceSelector: {}, podSelector: { matchLabels: { role: "vault" } }, ports: {}, all: false },
        { namespaceSelector: { matchLabels: { team: "ops" } }, podSelector: {}, all: false },
      ],
    });
    expect([...exposureText(answer)].join("")).toContain(
      "All, but pods role=vault in any namespace (nothing), all pods in namespaces team=ops (only TCP 1-79,81-65535",
    );
  });

  it("reads well with many workloads", () => {
    const many = Array.from({ length: 300 }, (_, i) =>
      pods.slice(pods.indexOf("---\napiVersion: apps")).split("---\n")[1]?.replaceAll("web", `web-${i}`),
    ).join("---\n");
    const answer = exposure(readManifests([{ name: "a.yaml", text: many }]));
    const text = [...exposureText(answer)].join("");
    expect(text.split("\n").length).toBeLessThan(30);
    expect(text).toContain("300 workloads: shop/web-0[Deployment]");
    expect([...exposureCsv(answer)]).toHaveLength(1 + 300 * 4);
    expect([...exposureMarkdown(answer)].join("")).toContain("| ingress | internet | All |");
  });
});

describe("what is not known, in an exposure", () => {
  const deny = policy("[{from: [{podSelector: {matchLabels: {app: db}}}], ports: [{port: 80}]}]");
  const cluster = readManifests([{ name: "a.yaml", text: `${pods}${deny}` }]);
  const hiding = (apiVersion: string, kind: string, more: object = {}): ExposureReport => {
    const object = { ref: { apiVersion, kind, name: "*" }, reason: "RBAC forbids it", ...more };
    const answer = exposure({ ...cluster, notEvaluated: [object] });
    expect(schemaErrors(toExposureJson(answer))).toEqual([]);
    return answer;
  };
  const hidden = hiding("networking.k8s.io/v1", "NetworkPolicy", { readNamespaces: [] });
  const all = { ports: {}, all: true };
  const [db, web] = hidden.workloads;

  it("policies that could not be read may isolate, and may open; what is certain is told beside it", () => {
    expect(db?.ingress).toMatchObject({ isolated: false, mayBeIsolated: true, cluster: { ...all, uncertain: all } });
    expect(web?.ingress).toMatchObject({ isolated: true, internet: [{ ...all, uncertain: all, through: [] }] });
    expect(web?.ingress.mayBeIsolated).toBeUndefined();
    expect(web?.ingress.labels).toEqual([expect.objectContaining({ ...ports("80"), through: [0] })]);
    expect(web?.ingress.labels[0]?.uncertain).toBeUndefined();
    expect(hidden.unprotected).toEqual([
      { id: "shop/db[Pod]", directions: ["ingress", "egress"], uncertain: ["ingress", "egress"] },
      { id: "shop/web[Deployment]", directions: ["egress"], uncertain: ["egress"] },
    ]);
  });

  it("is said in every format", () => {
    const text = [...exposureText(hidden)].join("");
    expect(text).toContain("internet : All (uncertain)");
    expect(text).toContain("it hangs on what the input does not give, or could not be read");
    expect(text).toContain("in and out (uncertain)");
    expect([...exposureMarkdown(hidden)].join("")).toContain("ingress, egress (uncertain)");
    expect([...exposureCsv(hidden)].join("")).toContain("All (uncertain)");
  });

  it("a kind that is not evaluated may isolate in its namespace and direction", () => {
    const firewall = { ref: { apiVersion: "k8s.ovn.org/v1", kind: "EgressFirewall", namespace: "shop", name: "d" } };
    const of = (more: object): ExposureReport["unprotected"] =>
      exposure({
        ...cluster,
        notEvaluated: [{ ...firewall, reason: "", mayChange: { denies: ["egress"] }, ...more }],
      }).unprotected;
    expect(of({}).map(({ uncertain }) => uncertain)).toEqual([["egress"], ["egress"]]);
    expect(of({ ref: { ...firewall.ref, namespace: "other" } }).map(({ uncertain }) => uncertain)).toEqual([
      undefined,
      undefined,
    ]);
  });

  it("a part of the ports may be what is not certain", () => {
    const names = policy("[]", "[{to: [{namespaceSelector: {}}], ports: [{port: 80}]}]");
    const dns = `---\napiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\nmetadata: {name: a}\nspec:\n  tier: Admin\n  priority: 1\n  subject: {namespaces: {}}\n  egress: [{action: Accept, to: [{domainNames: [example.com]}], protocols: [{tcp: {destinationPort: {number: 443}}}]}]\n`;
    const answer = report(`${names}${dns}`);
    const egress = answer.workloads.find(({ id }) => id === "shop/web[Deployment]")?.egress;
    expect(egress?.internet).toEqual([
      expect.objectContaining({ ...ports("443"), uncertain: ports("443"), through: [0] }),
    ]);
    expect(egress?.cluster).not.toHaveProperty("uncertain");
  });
});
