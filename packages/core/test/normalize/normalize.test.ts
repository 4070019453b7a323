import { describe, expect, it } from "vitest";
import type { Cluster } from "../../src/model/cluster.ts";
import { isKindRead } from "../../src/normalize/normalize.ts";
import { policyText, readManifests, workload } from "./read-manifests.ts";

const pod = (name: string, namespace?: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}${namespace === undefined ? "" : `, namespace: ${namespace}`}}\nspec: {}`;

describe("lists", () => {
  it("List, typed lists and lists in lists are expanded, and items know their place", () => {
    const cluster = readManifests(`apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Pod, metadata: {name: a}}
- apiVersion: v1
  kind: PodList
  items:
  - metadata: {name: b, labels: {x: v}}
`);
    expect(cluster.workloads.map(({ id }) => id)).toEqual(["default/a[Pod]", "default/b[Pod]"]);
    expect(workload(cluster, "default/b[Pod]").origin.path).toEqual(["items", 1, "items", 0]);
    expect({ ...cluster.inputs.objects }).toEqual({ Pod: 2 });
  });

  it("problems of an item are at the item", () => {
    const { problems } = readManifests(
      "kind: PodList\napiVersion: v1\nitems:\n- metadata: {name: b, labels: {x: yes}}",
    );
    expect(problems[0]?.location).toMatchObject({ line: 4, path: "items[0].metadata.labels.x" });
  });

  it("items of a List do not inherit its kind, and what is no object is counted", () => {
    const { inputs } = readManifests(
      "kind: List\napiVersion: v1\nitems: [{metadata: {name: a}}, null, 7, {kind: Pod}]",
    );
    expect(inputs).toMatchObject({ skipped: 4, documents: 1 });
  });

  it("an empty list is nothing, a list that is none a problem", () => {
    expect(readManifests("kind: List\napiVersion: v1\nitems: null").problems).toEqual([]);
    expect(readManifests("kind: PodList\napiVersion: v1\nitems: {a: b}").problems).toMatchObject([
      { code: "wrong-type", unreadable: true },
    ]);
  });
});

describe("what is counted", () => {
  it("objects by kind, also those that are not read, documents and skipped ones", () => {
    const cluster = readManifests(["a: b\n---\nkind: ConfigMap\napiVersion: v1\n---\n---\n[]", pod("a")]);
    expect(cluster.inputs).toMatchObject({ files: 2, skipped: 2 });
    expect(Object.entries(cluster.inputs.objects)).toEqual([
      ["ConfigMap", 1],
      ["Pod", 1],
    ]);
  });

  it("a kind or apiVersion that can be none is no object", () => {
    const { inputs } = readManifests('kind: "\\u001b[2J"\napiVersion: v1\n---\nkind: Pod\napiVersion: "v1\\n"');
    expect(inputs.skipped).toBe(2);
  });

  it("the reader cares for lists, for its kinds and for policy kinds that it only names", () => {
    expect(
      ["List", "FooList", "Pod", "CronJob", "Route", "HTTPRoute", "CiliumNetworkPolicy", "NetworkPolicy"].filter(
        (kind) => !isKindRead(kind),
      ),
    ).toEqual([]);
    expect(
      ["ConfigMap", "Secret", "constructor", "CustomResourceDefinition"].filter((kind) => isKindRead(kind)),
    ).toEqual([]);
  });
});

describe("namespaces", () => {
  it("row 28: the name label is always there, and overrides what is written", () => {
    const { namespaces, problems } = readManifests(
      "apiVersion: v1\nkind: Namespace\nmetadata: {name: a, labels: {kubernetes.io/metadata.name: b, x: v}}",
    );
    expect(namespaces.get("a")).toMatchObject({
      declared: true,
      labels: { "kubernetes.io/metadata.name": "a", x: "v" },
    });
    expect(problems).toMatchObject([{ code: "suspicious-value", severity: "warning" }]);
  });

  it("rows 28 and 29: namespaces that are only mentioned are there, by name", () => {
    const { namespaces } = readManifests([
      pod("p", "z"),
      pod("p", "b"),
      policyText("{}"),
      "apiVersion: v1\nkind: Namespace\nmetadata: {name: c}",
    ]);
    expect([...namespaces].map(([name, { declared }]) => `${name} ${declared}`)).toEqual([
      "b false",
      "c true",
      "default false",
      "z false",
    ]);
    expect({ ...namespaces.get("z")?.labels }).toEqual({ "kubernetes.io/metadata.name": "z" });
  });
});

describe("the same object twice", () => {
  it("rule 34: the last wins, with a problem at it that names the first", () => {
    const texts = [
      policyText("policyTypes: [Ingress]"),
      policyText("policyTypes: [Egress]").replace("name: p", "name: p, namespace: default"),
    ];
    const { policies, problems } = readManifests(texts);
    expect(policies.map(({ policyTypes }) => policyTypes)).toEqual([["Egress"]]);
    expect(problems).toMatchObject([
      { code: "duplicate-object", severity: "warning", location: { file: "1.yaml", line: 3 } },
    ]);
    expect(problems[0]?.message).toContain("NetworkPolicy default/p is already defined at 0.yaml:3:18");
  });

  it("two files that share many objects are told of once, at a policy", () => {
    const shared = [pod("a"), pod("b"), policyText("{}"), pod("c")].join("\n---\n");
    const { problems, policies } = readManifests([shared, shared]);
    expect(policies).toHaveLength(1);
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^NetworkPolicy default\/p is already defined at 0\.yaml:\d+:\d+, and so are 3 more objects of 1\.yaml: .*alternatives/,
      ),
    ]);
    expect(readManifests([`${shared}\n---\n${shared}`]).problems).toHaveLength(4);
  });

  it("a refused one does not replace one in force", () => {
    const { policies, refusedPolicies, problems } = readManifests([policyText("{}"), policyText("policyTypes: [x]")]);
    expect([policies.length, refusedPolicies.length]).toEqual([1, 1]);
    expect(problems.map(({ code }) => code)).toEqual(["invalid-policy"]);
  });

  it("same name, other kind or namespace: not the same", () => {
    const service = "apiVersion: v1\nkind: Service\nmetadata: {name: p}";
    expect(readManifests([pod("p"), pod("p", "x"), service, policyText("{}")]).problems).toEqual([]);
    expect(readManifests([service, service, pod("p"), pod("p")]).problems).toHaveLength(2);
  });
});

describe("kinds that are not evaluated are never silent", () => {
  it.each([
    ["k8s.cni.cncf.io/v1beta1", "MultiNetworkPolicy"],
    ["security.istio.io/v1", "AuthorizationPolicy"],
  ])("%s %s", (apiVersion, kind) => {
    const { notEvaluated, policies, problems } = readManifests(
      `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a, namespace: ns}\nspec: {order: 1}`,
    );
    expect(notEvaluated).toMatchObject([
      { ref: { apiVersion, kind, namespace: "ns", name: "a" }, origin: { path: [] } },
    ]);
    expect(notEvaluated[0]?.reason).toContain(`${kind} is not evaluated`);
    expect([policies, problems]).toEqual([[], []]);
  });
});

describe("services and routes", () => {
  const service = (spec: string): Cluster["services"][number] | undefined =>
    readManifests(`apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: ${spec}`).services[0];

  it("row 31: targetPort defaults to port", () => {
    expect(
      service(
        "{selector: {a: b}, ports: [{port: 80}, {port: 81, targetPort: http, name: w, protocol: UDP}, {port: 82, targetPort: 0}]}",
      ),
    ).toMatchObject({
      type: "ClusterIP",
      headless: false,
      selector: { a: "b" },
      ports: [
        { protocol: "TCP", port: 80, targetPort: 80 },
        { name: "w", protocol: "UDP", port: 81, targetPort: "http" },
        { port: 82, targetPort: 82 },
      ],
    });
  });

  it.each(["{}", "{selector: {}}", "{selector: null}", "{type: ExternalName, externalName: x.y, selector: {a: b}}"])(
    "%s has no selector",
    (spec) => {
      expect(service(spec)).not.toHaveProperty("selector");
    },
  );

  it("a headless one is marked; a Service of Knative is another kind", () => {
    expect(service("{clusterIP: None}")?.headless).toBe(true);
    expect(readManifests("apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: s}").services).toEqual(
      [],
    );
  });

  const route = (apiVersion: string, kind: string, spec: string): unknown => {
    const { routes, problems } = readManifests(
      `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: r}\nspec: ${spec}`,
    );
    expect(problems).toEqual([]);
    return routes[0]?.backends;
  };

  it("Ingress, in today's and in yesterday's words", () => {
    const today =
      "{defaultBackend: {service: {name: d, port: {number: 80}}}, rules: [{http: {paths: [{backend: {service: {name: a, port: {name: web}}}}, {backend: {resource: {}}}]}}, {host: x}]}";
    expect(route("networking.k8s.io/v1", "Ingress", today)).toEqual([
      { service: "d", port: 80, protocol: "TCP" },
      { service: "a", port: "web", protocol: "TCP" },
    ]);
    const yesterday =
      "{backend: {serviceName: d, servicePort: 80}, rules: [{http: {paths: [{backend: {serviceName: d, servicePort: 80}}]}}]}";
    expect(route("extensions/v1beta1", "Ingress", yesterday)).toEqual([{ service: "d", port: 80, protocol: "TCP" }]);
  });

  it("Route of OpenShift: a number is the pods' port, a name the Service's", () => {
    const spec =
      "{to: {kind: Service, name: a}, alternateBackends: [{kind: Service, name: b}], port: {targetPort: 8080}}";
    expect(route("route.openshift.io/v1", "Route", spec)).toEqual([
      { service: "a", targetPort: 8080, protocol: "TCP" },
      { service: "b", targetPort: 8080, protocol: "TCP" },
    ]);
    expect(route("route.openshift.io/v1", "Route", "{to: {name: a}, port: {targetPort: web}}")).toEqual([
      { service: "a", port: "web", protocol: "TCP" },
    ]);
  });

  it.each(["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute"])(
    "%s of the Gateway API, also into other namespaces",
    (kind) => {
      const spec =
        "{rules: [{backendRefs: [{name: a, port: 80}, {name: b, namespace: ns, port: 81}, {name: x, kind: Bucket, group: y.io}]}]}";
      expect(route("gateway.networking.k8s.io/v1", kind, spec)).toEqual([
        { service: "a", port: 80, protocol: "TCP" },
        { namespace: "ns", service: "b", port: 81, protocol: "TCP" },
      ]);
    },
  );
});
