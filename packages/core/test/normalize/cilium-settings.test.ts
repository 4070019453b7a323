import { readManifests } from "@npa/core";
import { describe, expect, it } from "vitest";

const values =
  "{policyEnforcementMode: always, policyCIDRMatchMode: [nodes], hostFirewall: {enabled: true}, extraConfig: {allow-localhost: policy}}";

function assumedOf(object: string): unknown {
  return readManifests([{ name: "a.yaml", text: object }]).assumed;
}

function helmRelease(chart: string, rest: string): string {
  return `{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: network}, spec: {${chart}, ${rest}}}`;
}

const all = {
  dataplane: "cilium",
  ciliumAuthentication: "disabled",
  ciliumEnforcement: "always",
  ciliumCidrMatchMode: "nodes",
  ciliumHostFirewall: true,
  ciliumClusterNetworkPolicies: false,
  ciliumAllowLocalhost: "policy",
};

describe("the Helm chart of Cilium", () => {
  it.each([
    ["Flux", helmRelease("chart: {spec: {chart: cilium}}", `values: ${values}`), all],
    ["Flux, by reference", helmRelease("chartRef: {kind: OCIRepository, name: cilium}", `values: ${values}`), all],
    [
      "K3s",
      `{apiVersion: helm.cattle.io/v1, kind: HelmChart, metadata: {name: network}, spec: {chart: cilium, valuesContent: '${values}'}}`,
      all,
    ],
    [
      "Argo CD",
      `{apiVersion: argoproj.io/v1alpha1, kind: Application, metadata: {name: network}, spec: {source: {chart: cilium, helm: {valuesObject: ${values}}}}}`,
      all,
    ],
    [
      "Argo CD, of several sources",
      `{apiVersion: argoproj.io/v1alpha1, kind: Application, metadata: {name: network}, spec: {sources: [{repoURL: x, ref: values}, {chart: cilium, targetRevision: 1.18.3, helm: {valuesObject: ${values}}}]}}`,
      { ...all, ciliumVersion: "1.18" },
    ],
    [
      "what it does not say is as Cilium has it",
      helmRelease("chart: {spec: {chart: cilium, version: 1.17.4}}", "values: {}"),
      {
        dataplane: "cilium",
        ciliumAuthentication: "disabled",
        ciliumHostFirewall: false,
        ciliumClusterNetworkPolicies: false,
        ciliumVersion: "1.17",
      },
    ],
    [
      "what others may say is open",
      helmRelease("chart: {spec: {chart: cilium, version: '>=1.16'}}", "valuesFrom: [{kind: ConfigMap, name: v}]"),
      { dataplane: "cilium" },
    ],
    [
      "what it does without",
      helmRelease(
        "chart: {spec: {chart: cilium}}",
        "values: {l7Proxy: false, extraConfig: {enable-icmp-rules: 'false', enable-non-default-deny-policies: 'false'}}",
      ),
      {
        dataplane: "cilium",
        ciliumAuthentication: "disabled",
        ciliumHostFirewall: false,
        ciliumClusterNetworkPolicies: false,
        ciliumL7Proxy: false,
        ciliumIcmpRules: false,
        ciliumNonDefaultDeny: false,
      },
    ],
    [
      "what blocks match",
      helmRelease("chart: {spec: {chart: cilium}}", "values: {policyCIDRMatchMode: [nodes, pods]}"),
      {
        dataplane: "cilium",
        ciliumAuthentication: "disabled",
        ciliumHostFirewall: false,
        ciliumClusterNetworkPolicies: false,
        ciliumCidrMatchMode: "nodes",
        ipBlockMatchesPods: true,
      },
    ],
    [
      "what identities are made of",
      helmRelease("chart: {spec: {chart: cilium}}", "values: {labels: 'k8s:app k8s:!release'}"),
      {
        dataplane: "cilium",
        ciliumAuthentication: "disabled",
        ciliumHostFirewall: false,
        ciliumClusterNetworkPolicies: false,
        ciliumIdentityLabels: "k8s:app k8s:!release",
      },
    ],
    [
      "that policies may name nodes",
      helmRelease("chart: {spec: {chart: cilium}}", "values: {nodeSelectorLabels: true}"),
      {
        dataplane: "cilium",
        ciliumAuthentication: "disabled",
        ciliumHostFirewall: false,
        ciliumClusterNetworkPolicies: false,
        ciliumNodeLabels: "all",
      },
    ],
    [
      "by which labels policies may name nodes",
      helmRelease("chart: {spec: {chart: cilium}}", "values: {nodeSelectorLabels: true, nodeLabels: 'zone !zone.x'}"),
      {
        dataplane: "cilium",
        ciliumAuthentication: "disabled",
        ciliumHostFirewall: false,
        ciliumClusterNetworkPolicies: false,
        ciliumNodeLabels: "zone !zone.x",
      },
    ],
    [
      "what nodes are named by where they may not be",
      helmRelease("chart: {spec: {chart: cilium}}", "values: {nodeLabels: zone}"),
      {
        dataplane: "cilium",
        ciliumAuthentication: "disabled",
        ciliumHostFirewall: false,
        ciliumClusterNetworkPolicies: false,
      },
    ],
    [
      "that agents authenticate",
      helmRelease(
        "chart: {spec: {chart: cilium}}",
        "values: {authentication: {enabled: true, mutual: {spire: {enabled: true}}}}",
      ),
      {
        dataplane: "cilium",
        ciliumAuthentication: "enabled",
        ciliumHostFirewall: false,
        ciliumClusterNetworkPolicies: false,
      },
    ],
    [
      "that they do where the version says so",
      helmRelease("chart: {spec: {chart: cilium}}", "values: {authentication: {mutual: {spire: {enabled: true}}}}"),
      {
        dataplane: "cilium",
        ciliumAuthentication: "version",
        ciliumHostFirewall: false,
        ciliumClusterNetworkPolicies: false,
      },
    ],
    [
      "that they do not, by whom ever",
      helmRelease(
        "chart: {spec: {chart: cilium}}",
        "valuesFrom: [{kind: ConfigMap, name: v}], values: {authentication: {enabled: true, mutual: {port: 0, spire: {enabled: true}}}}",
      ),
      { dataplane: "cilium", ciliumAuthentication: "disabled" },
    ],
    [
      "its name in a mesh",
      helmRelease("chart: {spec: {chart: cilium}}", "values: {cluster: {name: prod, id: 1}}"),
      {
        dataplane: "cilium",
        ciliumAuthentication: "disabled",
        ciliumHostFirewall: false,
        ciliumClusterNetworkPolicies: false,
        ciliumClusterName: "prod",
      },
    ],
    [
      "which kinds it reads, and whose pods selectors mean",
      helmRelease(
        "chart: {spec: {chart: cilium}}",
        "values: {enableNonDefaultDenyPolicies: false, k8sNetworkPolicy: {enabled: false}, k8sClusterNetworkPolicy: {enabled: true}, clustermesh: {policyDefaultLocalCluster: false}}",
      ),
      {
        dataplane: "cilium",
        ciliumAuthentication: "disabled",
        ciliumHostFirewall: false,
        ciliumNonDefaultDeny: false,
        ciliumNetworkPolicies: false,
        ciliumDefaultCluster: "any",
      },
    ],
    [
      "as Go reads truth values, and modes in any case",
      helmRelease(
        "chart: {spec: {chart: cilium}}",
        "values: {policyEnforcementMode: Always, l7Proxy: 'F', hostFirewall: {enabled: 'T'}, k8sClusterNetworkPolicy: {enabled: '1'}, extraConfig: {allow-localhost: Policy}}",
      ),
      {
        dataplane: "cilium",
        ciliumAuthentication: "disabled",
        ciliumEnforcement: "always",
        ciliumHostFirewall: true,
        ciliumL7Proxy: false,
        ciliumAllowLocalhost: "policy",
      },
    ],
    [
      "in audit mode nothing is dropped",
      helmRelease("chart: {spec: {chart: cilium}}", "values: {policyEnforcementMode: always, policyAuditMode: true}"),
      {
        dataplane: "cilium",
        ciliumAuthentication: "disabled",
        ciliumEnforcement: "never",
        ciliumHostFirewall: false,
        ciliumClusterNetworkPolicies: false,
      },
    ],
    ["another chart", helmRelease("chart: {spec: {chart: cilium-extras}}", `values: ${values}`), undefined],
    ["no values at all", helmRelease("chart: 3", "values: [x]"), undefined],
  ])("tells how policies are enforced: %s", (_, object, assumed) => {
    expect(assumedOf(object)).toEqual(assumed);
  });

  const ociRepository = (rest: string, metadata = "{name: cilium}"): string =>
    `{apiVersion: source.toolkit.fluxcd.io/v1, kind: OCIRepository, metadata: ${metadata}, spec: ${rest}}`;
  const releaseByReference = helmRelease("chartRef: {kind: OCIRepository, name: cilium}", "values: {}");
  const told = (ciliumVersion: string | undefined): unknown => ({
    dataplane: "cilium",
    ciliumAuthentication: "disabled",
    ciliumHostFirewall: false,
    ciliumClusterNetworkPolicies: false,
    ...(ciliumVersion === undefined ? {} : { ciliumVersion }),
  });

  it.each([
    ["a tag", [ociRepository("{url: 'oci://quay.io/cilium/charts/cilium', ref: {tag: 1.18.6}}")], told("1.18")],
    ["a range", [ociRepository("{url: 'oci://quay.io/cilium/charts/cilium', ref: {semver: 1.17.x}}")], told("1.17")],
    [
      "a range goes before a tag",
      [ociRepository("{url: 'oci://quay.io/cilium/charts/cilium', ref: {semver: '>=1.17', tag: 1.18.6}}")],
      told(undefined),
    ],
    ["another object of the name", [ociRepository("{ref: {tag: 1.18.6}}", "{name: coredns}")], told(undefined)],
    [
      "those of two clusters",
      [ociRepository("{ref: {tag: 1.18.6}}"), ociRepository("{ref: {tag: 1.19.1}}")],
      told(undefined),
    ],
    [
      "two of one version",
      [ociRepository("{ref: {tag: 1.18.6}}"), ociRepository("{ref: {tag: 1.18.6}}")],
      told("1.18"),
    ],
    [
      "what the chart is called",
      [ociRepository("{url: 'oci://ghcr.io/x/cilium-extras', ref: {tag: 1.18.6}}")],
      undefined,
    ],
  ])("tells the version by the source that a HelmRelease of Flux refers to: %s", (_, sources, assumed) => {
    expect(assumedOf([releaseByReference, ...sources].join("\n---\n"))).toEqual(assumed);
    expect(assumedOf([...sources, releaseByReference].join("\n---\n"))).toEqual(assumed);
  });

  it("tells the data plane by objects that only Cilium has", () => {
    const node = "{apiVersion: cilium.io/v2, kind: CiliumNode, metadata: {name: a}, spec: {}}";
    const group = "{apiVersion: cilium.io/v2, kind: CiliumCIDRGroup, metadata: {name: a}, spec: {externalCIDRs: []}}";
    const pool =
      "{apiVersion: crd.projectcalico.org/v1, kind: NetworkSet, metadata: {name: a, namespace: s}, spec: {}}";
    for (const object of [node, group]) {
      expect(assumedOf(object)).toMatchObject({ dataplane: "cilium" });
      expect(assumedOf(`${object}\n---\n${pool}`)).toMatchObject({ dataplane: "calico" });
    }
  });

  it("knows a source by its namespace, where it is written", () => {
    const release = helmRelease("chartRef: {kind: OCIRepository, name: net, namespace: flux-system}", "values: {}");
    const at = (namespace: string, tag: string): string =>
      ociRepository(
        `{url: 'oci://quay.io/cilium/charts/cilium', ref: {tag: ${tag}}}`,
        `{name: net, namespace: ${namespace}}`,
      );
    expect(assumedOf([at("other", "1.16.1"), at("flux-system", "1.19.6"), release].join("\n---\n"))).toEqual(
      told("1.19"),
    );
  });

  it("reads a HelmChart of Flux as a source", () => {
    const chart =
      "{apiVersion: source.toolkit.fluxcd.io/v1, kind: HelmChart, metadata: {name: net}, spec: {chart: cilium, version: 1.17.9}}";
    const release = helmRelease("chartRef: {kind: HelmChart, name: net}", "values: {}");
    expect(assumedOf([release, chart].join("\n---\n"))).toEqual(told("1.17"));
  });

  it.each([
    ["labels that are no filter", "labels: 'k8s:app('", "its labels"],
    ["labels of nodes that are no filter", "nodeSelectorLabels: true, nodeLabels: 'zone('", "its node-labels"],
  ])("names settings that are not taken into account: %s", (_, set, named) => {
    const { notEvaluated } = readManifests([
      { name: "a.yaml", text: helmRelease("chart: {spec: {chart: cilium}}", `values: {${set}}`) },
    ]);
    expect(notEvaluated.map(({ reason }) => reason)).toEqual([expect.stringContaining(named)]);
  });

  it("names none where all are", () => {
    const { notEvaluated } = readManifests([
      { name: "a.yaml", text: helmRelease("chart: {spec: {chart: cilium}}", `values: ${values}`) },
    ]);
    expect(notEvaluated).toEqual([]);
  });
});

describe("the Helm chart of Cilium in a kustomization", () => {
  const chart = (rest: string): string => `helmCharts: [{name: cilium, version: 1.19.4, ${rest}}]`;
  const told = (kustomization: string, file?: string): unknown =>
    readManifests([
      { name: "net/cilium/kustomization.yaml", text: kustomization },
      ...(file === undefined ? [] : [{ name: "net/cilium/values.yaml", text: file }]),
    ]).assumed;

  it("tells how policies are enforced, by its values and by files of them", () => {
    expect(told(chart(`valuesInline: ${values}`))).toEqual({ ...all, ciliumVersion: "1.19" });
    expect(told(chart("valuesFile: values.yaml"), values)).toEqual({ ...all, ciliumVersion: "1.19" });
    expect(
      told(
        chart("valuesFile: values.yaml, valuesInline: {cluster: {name: prod}}"),
        "{cluster: {name: test, id: 1}, hostFirewall: {enabled: true}}",
      ),
    ).toEqual({
      dataplane: "cilium",
      ciliumAuthentication: "disabled",
      ciliumHostFirewall: true,
      ciliumClusterNetworkPolicies: false,
      ciliumClusterName: "prod",
      ciliumVersion: "1.19",
    });
  });

  it("leaves open what a file may say that is not in the input", () => {
    expect(told(chart("valuesFile: values.yaml"))).toEqual({ dataplane: "cilium", ciliumVersion: "1.19" });
  });

  it("names the kustomization", () => {
    const cluster = readManifests([{ name: "net/cilium/kustomization.yaml", text: chart("valuesInline: {}") }]);
    expect(cluster.facts?.[0]).toMatchObject({ name: "Cilium", object: { kind: "Kustomization", name: "net/cilium" } });
  });
});
