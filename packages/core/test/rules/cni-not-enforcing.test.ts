import { describe, expect, it } from "vitest";
import { documents, evaluate, findings, policy } from "./evaluate.ts";

const id = "cni-not-enforcing";
const deny = policy("deny", "{ podSelector: {} }");
const daemonSet = (name: string, ...containers: readonly string[]): string => `apiVersion: apps/v1
kind: DaemonSet
metadata: { name: ${name}, namespace: kube-system }
spec:
  selector: { matchLabels: { k8s-app: net } }
  template:
    metadata: { labels: { k8s-app: net } }
    spec: { hostNetwork: true, containers: [${containers.map((each) => `{ ${each} }`).join()}] }`;
const flannel = daemonSet("kube-flannel-ds", "name: kube-flannel");
const configMap = (name: string, data: Readonly<Record<string, string>>): string =>
  JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "kube-system" }, data });
const cni = (...types: readonly string[]): string =>
  JSON.stringify({ name: "net", plugins: types.map((type) => ({ type })) });

const object = (apiVersion: string, kind: string, spec: string): string =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: a, namespace: fleet }\n${spec}`;
const joining = (args: string): string =>
  object("kubeadm.k8s.io/v1beta4", "JoinConfiguration", `nodeRegistration: { kubeletExtraArgs: ${args} }`);
const aks = (profile: string): string =>
  object("containerservice.azure.com/v1api20240901", "ManagedCluster", `spec: { networkProfile: ${profile} }`);
const crossplaneAks = (profile: string): string =>
  object(
    "containerservice.azure.upbound.io/v1beta1",
    "KubernetesCluster",
    `spec: { forProvider: { networkProfile: ${profile} } }`,
  );
const gke = (spec: string): string =>
  object("container.cnrm.cloud.google.com/v1beta1", "ContainerCluster", `spec: ${spec}`);

describe("cni-not-enforcing", () => {
  it.each([
    ["flannel", flannel, "flannel does not"],
    ["flannel for one architecture", daemonSet("kube-flannel-ds-amd64", "name: kube-flannel"), "flannel does not"],
    [
      "flannel by its configuration",
      configMap("kube-flannel-cfg", { "cni-conf.json": cni("flannel", "portmap") }),
      "flannel",
    ],
    ["the bridge plugin", configMap("cni", { "10-net.conflist": cni("bridge") }), "the bridge plugin does not"],
    ["the AWS plugin alone", daemonSet("aws-node", "name: aws-node"), "without its network policy agent does not"],
    [
      "the AWS plugin with its agent turned off",
      daemonSet("aws-node", "name: aws-node", 'name: aws-eks-nodeagent, args: ["--enable-network-policy=false"]'),
      "turned off does not",
    ],
    [
      "kubenet",
      "apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\nmetadata: { name: a.example.com }\nspec: { networking: { kubenet: {} } }",
      "kubenet does not",
    ],
    [
      "the bridge plugin in a plain configuration",
      configMap("cni", { "10-bridge.conf": '{"type": "bridge"}' }),
      "the bridge",
    ],
    ["kubenet by a flag of kubelets", joining("{ network-plugin: kubenet }"), "kubenet does not"],
    ["kubenet by a list of flags", joining("[{ name: network-plugin, value: kubenet }]"), "kubenet does not"],
    ["AKS with kubenet", aks("{ networkPlugin: kubenet }"), "kubenet without a network policy engine does not"],
    ["AKS without a policy engine", aks("{ networkPlugin: azure, networkPolicy: none }"), "the Azure CNI without"],
    ["AKS by Crossplane", crossplaneAks("[{ networkPlugin: azure }]"), "the Azure CNI without"],
    ["GKE without enforcement", gke("{ location: a }"), "that of GKE without network policy enforcement"],
  ])("finds %s", (_, plugin, words) => {
    const [finding, ...more] = findings(id, documents(deny, plugin));
    expect(more).toEqual([]);
    expect(finding?.severity).toBe("high");
    expect(finding?.message).toContain(words);
    expect(finding?.message).toContain("1 policy without effect");
  });

  it.each([
    [
      "flannel with a policy controller in it",
      daemonSet("kube-flannel-ds", "name: kube-flannel", "name: kube-network-policies"),
    ],
    ["Canal", daemonSet("canal", "name: calico-node", "name: kube-flannel")],
    ["the AWS plugin with its agent", daemonSet("aws-node", "name: aws-node", "name: aws-eks-nodeagent")],
    [
      "Calico beside the AWS plugin",
      documents(daemonSet("aws-node", "name: aws-node"), daemonSet("calico-node", "name: a")),
    ],
    [
      "kube-router, whose CNI configuration is of the bridge plugin",
      documents(
        configMap("kube-router-cfg", { "cni-conf.json": cni("bridge") }),
        daemonSet("kube-router", "name: kube-router"),
      ),
    ],
    ["AKS with Calico", aks("{ networkPlugin: kubenet, networkPolicy: calico }")],
    ["AKS with Cilium", aks("{ networkPlugin: azure, networkDataplane: cilium }")],
    ["GKE with network policies", gke("{ networkPolicy: { enabled: true } }")],
    ["GKE Dataplane V2", gke("{ datapathProvider: ADVANCED_DATAPATH }")],
    ["another plugin by its configuration", configMap("cni", { "10-net.conflist": cni("calico", "portmap") })],
    [
      "pools of Calico",
      documents(
        flannel,
        "apiVersion: crd.projectcalico.org/v1\nkind: IPPool\nmetadata: { name: p }\nspec: { cidr: 10.0.0.0/8 }",
      ),
    ],
  ])("is silent on %s", (_, plugin) => {
    expect(evaluate(documents(deny, plugin), id)).toEqual({ findings: [], notEvaluated: [] });
  });

  it("says nothing where there is no policy to enforce, and is not evaluated where no plugin is shown", () => {
    expect(findings(id, flannel)).toEqual([]);
    expect(evaluate(deny, id).notEvaluated).toMatchObject([{ ruleId: id }]);
    const pool = configMap("kube-proxy", { "config.conf": "clusterCIDR: 10.0.0.0/8" });
    expect(evaluate(documents(deny, pool), id).notEvaluated).toEqual([
      { ruleId: id, reason: "the input does not show which network plugin there is" },
    ]);
  });

  it("is not evaluated where a chart may bring another plugin", () => {
    const release =
      "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: { name: calico, namespace: net }\nspec: {}";
    const { findings: found, notEvaluated } = evaluate(documents(flannel, deny, release), id);
    expect(found).toEqual([]);
    expect(notEvaluated[0]?.reason).toContain("HelmRelease net/calico");
  });
});
