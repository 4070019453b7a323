import { readManifests } from "@npa/core";
import { exposure } from "@npa/core/exposure";
import { describe, expect, it } from "vitest";

const pod = (name: string, more = "", ports = "[{containerPort: 8080, name: http}]"): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: shop, labels: {app: ${name}}}\nspec: {containers: [{name: c, image: i, ports: ${ports}}]}\n${more}---\n`;
const service = (name: string, spec: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: shop}\nspec: ${spec}\n---\n`;
const web = `${pod("web")}${service("web", "{selector: {app: web}, ports: [{port: 80, targetPort: http}]}")}`;
const object = (kind: string, namespace: string, name: string, spec: string): string =>
  `apiVersion: gateway.networking.k8s.io/v1\nkind: ${kind}\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec: ${spec}\n---\n`;
const namespaces =
  "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {team: a}}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: infra}\n---\n";
const gateway = (listeners: string, namespace = "infra"): string =>
  object("Gateway", namespace, "gw", `{gatewayClassName: x, listeners: ${listeners}}`);
const route = ({
  kind = "HTTPRoute",
  parent = "{name: gw, namespace: infra}",
  backends = "[{name: web, port: 80}]",
  namespace = "shop",
  more = "",
} = {}): string =>
  object(kind, namespace, "r", `{parentRefs: [${parent}], ${more}rules: [{backendRefs: ${backends}}]}`);

/** What comes in through the doors of some manifests, as `backend ports` or why nothing does. */
function doors(...texts: readonly string[]): readonly string[] {
  const cluster = readManifests([{ name: "a.yaml", text: texts.join("") }]);
  expect(cluster.problems).toEqual([]);
  return exposure(cluster).doors.map(({ backend, ports, open, because }) =>
    open === "no"
      ? because
      : [backend, ...Object.entries(ports).map(([protocol, each]) => `${protocol} ${each.join()}`)].join(" "),
  );
}

const served = "shop/web[Pod] TCP 8080";
const listener = (fields: string): string => `[{name: l, port: 80, protocol: HTTP, ${fields}}]`;
const from = (value: string): string => `allowedRoutes: {namespaces: {from: ${value}}}`;

describe("routes of the Gateway API", () => {
  it.each([
    ["a Gateway that is not in the input", "", {}, served],
    ["all namespaces", gateway(listener(from("All"))), {}, served],
    ["the default, its own namespace", gateway(listener("")), {}, /listener l takes routes of namespace infra only/],
    ["its own namespace", gateway(listener(""), "shop"), { parent: "{name: gw}" }, served],
    ["labels that match", gateway(listener(from("Selector, selector: {matchLabels: {team: a}}"))), {}, served],
    [
      "labels that do not",
      gateway(listener(from("Selector, selector: {matchLabels: {team: b}}"))),
      {},
      /shop lacks them/,
    ],
    ["no namespace", gateway(listener(from("None"))), {}, /takes routes of no namespace/],
    ["no parent", "", { parent: "" }, /names no Gateway/],
    ["a Service as parent", "", { parent: "{kind: Service, group: '', name: web}" }, /within the mesh/],
    ["a section", gateway(listener(from("All"))), { parent: "{name: gw, namespace: infra, sectionName: l}" }, served],
    [
      "a section that is not there",
      gateway(listener(from("All"))),
      { parent: "{name: gw, namespace: infra, sectionName: m, port: 81}" },
      "Gateway infra/gw has no listener m on port 81, which the HTTPRoute asks for",
    ],
    ["a host", gateway(listener(`${from("All")}, hostname: "*.a.org"`)), { more: "hostnames: [x.y.a.org], " }, served],
    ["hosts", gateway(listener(`${from("All")}, hostname: x.a.org`)), { more: 'hostnames: ["*.a.org"], ' }, served],
    ["any host", gateway(listener(`${from("All")}, hostname: x.a.org`)), {}, served],
    [
      "another host",
      gateway(listener(`${from("All")}, hostname: "*.a.org"`)),
      { more: "hostnames: [a.org], " },
      /is for \*\.a\.org/,
    ],
    ["another kind", gateway(listener(from("All"))), { kind: "TCPRoute" }, /takes HTTPRoute and GRPCRoute only/],
    [
      "kinds that are named",
      gateway(listener("allowedRoutes: {namespaces: {from: All}, kinds: [{kind: GRPCRoute}]}")),
      {},
      /takes GRPCRoute only/,
    ],
    [
      "a Gateway without class",
      object("Gateway", "infra", "gw", `{listeners: ${listener(from("All"))}}`),
      {},
      /no gatewayClassName/,
    ],
    ["one of two parents", gateway(listener("")), { parent: "{name: gw, namespace: infra}, {name: other}" }, served],
    ["a weight of 0", "", { backends: "[{name: web, port: 80, weight: 0}]" }, /weight is 0/],
    ["another port", "", { backends: "[{name: web, port: 81}]" }, /leads to no pod of the input on these ports/],
  ])("%s", (_, objects, asked, expected) => {
    expect(doors(namespaces, web, objects, route(asked))).toEqual([
      typeof expected === "string" ? expected : expect.stringMatching(expected),
    ]);
  });

  it("send to other namespaces where a ReferenceGrant lets them", () => {
    const far = route({ namespace: "edge", backends: "[{name: web, namespace: shop, port: 80}]" });
    const grant = (kind: string, to: string): string =>
      object(
        "ReferenceGrant",
        "shop",
        "g",
        `{from: [{group: gateway.networking.k8s.io, kind: ${kind}, namespace: edge}], to: [${to}]}`,
      );
    expect(doors(web, far)).toEqual(["no ReferenceGrant of namespace shop lets HTTPRoute objects of edge send to it"]);
    expect(doors(web, far, grant("HTTPRoute", "{group: '', kind: Service}"))).toEqual([served]);
    expect(doors(web, far, grant("HTTPRoute", "{group: '', kind: Service, name: web}"))).toEqual([served]);
    for (const [kind, to] of [
      ["TCPRoute", "{group: '', kind: Service}"],
      ["HTTPRoute", "{group: '', kind: Service, name: db}"],
      ["HTTPRoute", "{group: '', kind: Secret}"],
    ] as const)
      expect(doors(web, far, grant(kind, to))[0]).toContain("no ReferenceGrant");
  });

  it("are served by the pods that were made for the Gateway", () => {
    const made = pod("gw-x").replace("{app: gw-x}", "{gateway.networking.k8s.io/gateway-name: gw}");
    const only = (label: string): string =>
      `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\nspec: {podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {matchLabels: {${label}}}}]}]}\n---\n`;
    expect(doors(web, made, route(), only("gateway.networking.k8s.io/gateway-name: gw"))).toEqual([served]);
    expect(doors(web, made, route(), only("app: other"))).toEqual(["asked for the ingress controller shop/gw-x[Pod]"]);
  });

  it("send one protocol, and copies to mirrors", () => {
    const dns = `${pod("web")}${service("web", "{selector: {app: web}, ports: [{name: u, port: 53, protocol: UDP}, {name: t, port: 53}]}")}`;
    const asked = { backends: "[{name: web, port: 53}]" };
    expect(doors(dns, route({ ...asked, kind: "UDPRoute" }))).toEqual(["shop/web[Pod] UDP 53"]);
    expect(doors(dns, route({ ...asked, kind: "TLSRoute" }))).toEqual(["shop/web[Pod] TCP 53"]);
    const mirror = "filters: [{type: RequestMirror, requestMirror: {backendRef: {name: copy, port: 80}}}]";
    const copy = `${pod("copy")}${service("copy", "{selector: {app: copy}, ports: [{port: 80, targetPort: 9}]}")}`;
    expect(doors(web, copy, route({ backends: `[{name: web, port: 80}], ${mirror}` }))).toEqual([
      served,
      "shop/copy[Pod] TCP 9",
    ]);
  });
});

describe("Services behind a door", () => {
  const balancer = (name: string, spec: string): string => service(name, `{type: LoadBalancer, ${spec}}`);

  it("lead to the pods that have the addresses of their endpoints", () => {
    const open = balancer("web", "ports: [{name: a, port: 80}]");
    const slice =
      "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: s, namespace: shop, labels: {kubernetes.io/service-name: web}}\naddressType: IPv4\nports: [{name: a, port: 8080}]\n";
    const own = `${slice}endpoints: [{addresses: [10.1.0.7]}]\n---\n`;
    const endpoints =
      "apiVersion: v1\nkind: Endpoints\nmetadata: {name: web, namespace: shop}\nsubsets: [{addresses: [{ip: 10.1.0.7}], ports: [{name: a, port: 8081}]}]\n---\n";
    const withAddress = pod("web", "status: {podIP: 10.1.0.7, podIPs: [{ip: 10.1.0.7}]}\n");
    expect(doors(withAddress, open, own)).toEqual(["shop/web[Pod] TCP 8080"]);
    expect(doors(withAddress, open, endpoints)).toEqual(["shop/web[Pod] TCP 8081"]);
    expect(doors(withAddress, open)).toEqual(["it leads to no pod of the input on these ports"]);
    expect(doors(pod("web"), open, own)).toEqual(["its endpoints are 10.1.0.7, which no pod of the input has"]);
  });

  it("lead where the Service leads that their name stands for", () => {
    const ingress =
      "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i, namespace: edge}\nspec: {defaultBackend: {service: {name: out, port: {number: 80}}}}\n---\n";
    const alias = (name: string): string =>
      `apiVersion: v1\nkind: Service\nmetadata: {name: out, namespace: edge}\nspec: {type: ExternalName, externalName: ${name}}\n---\n`;
    expect(doors(web, ingress, alias("web.shop.svc.cluster.local"))).toEqual([served]);
    expect(doors(web, ingress, alias("out.edge.svc"))).toEqual([
      "it stands for out.edge.svc, and no policy of the input is about that",
    ]);
    expect(doors(web, ingress, alias("example.com"))[0]).toContain("it stands for example.com");
  });

  it("give a named port the number that it has on each pod", () => {
    const other = pod("web2", "", "[{containerPort: 9090, name: http}]").replace("{app: web2}", "{app: web}");
    const all = balancer("web", "selector: {app: web}, ports: [{port: 80, targetPort: http}]");
    expect(doors(pod("web"), other, all)).toEqual(["shop/web2[Pod] TCP 9090", served]);
    const openshift = (spec: string): string =>
      `apiVersion: route.openshift.io/v1\nkind: Route\nmetadata: {name: o, namespace: shop}\nspec: ${spec}\n---\n`;
    expect(doors(web, openshift("{to: {kind: Service, name: web}, port: {targetPort: 8080}}"))).toEqual([served]);
    expect(
      doors(
        web,
        openshift("{to: {kind: Service, name: web, weight: 0}, alternateBackends: [{kind: Service, name: none}]}"),
      ),
    ).toEqual(["its weight is 0, so nothing is sent to it", "the Service is not in the input"]);
  });
});
