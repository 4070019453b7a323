import { describe, expect, it } from "vitest";
import { analyze } from "../../src/analysis/analyze.ts";
import type { ReportedFact } from "../../src/answers/reported-fact.ts";

/** The facts of manifests as `fact value @ object place`. */
function factsOf(yaml: string, options: Parameters<typeof analyze>[1] = {}): readonly string[] {
  return analyze([{ name: "a.yaml", text: yaml }], options).facts.map(text);
}

function text({ fact, value, object, location, overridden }: ReportedFact): string {
  return `${fact} ${value} @ ${object.kind} ${object.name} ${location.path}${overridden === true ? " overridden" : ""}`;
}

function configMap(name: string, data: Readonly<Record<string, string>>): string {
  return JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "kube-system" }, data });
}

describe("what the input tells of the cluster", () => {
  it.each([
    [
      "a pool of Calico",
      "apiVersion: crd.projectcalico.org/v1\nkind: IPPool\nmetadata: { name: p }\nspec: { cidr: 10.1.0.0/16 }",
      ["network plugin Calico @ IPPool p kind", "pod CIDR 10.1.0.0/16 @ IPPool p spec.cidr"],
    ],
    [
      "a pool of Calico that is disabled",
      "apiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: { name: p }\nspec: { cidr: 10.1.0.0/16, disabled: true }",
      ["network plugin Calico @ IPPool p kind"],
    ],
    [
      "a pool of Calico for load balancers",
      "apiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: { name: p }\nspec: { cidr: 10.1.0.0/16, allowedUses: [LoadBalancer] }",
      ["network plugin Calico @ IPPool p kind"],
    ],
    [
      "Calico's agent",
      "apiVersion: projectcalico.org/v3\nkind: FelixConfiguration\nmetadata: { name: default }\nspec: { defaultEndpointToHostAction: drop, failsafeInboundHostPorts: [{ protocol: TCP, port: 22 }, { protocol: udp, port: 68, net: 10.0.0.0/8 }], failsafeOutboundHostPorts: [] }",
      [
        "network plugin Calico @ FelixConfiguration default kind",
        "Calico setting defaultEndpointToHostAction: Drop @ FelixConfiguration default spec.defaultEndpointToHostAction",
        "Calico setting failsafeInboundHostPorts: tcp 22, udp 68 of 10.0.0.0/8 @ FelixConfiguration default spec.failsafeInboundHostPorts",
        "Calico setting failsafeOutboundHostPorts: none @ FelixConfiguration default spec.failsafeOutboundHostPorts",
      ],
    ],
    [
      "Calico's agent on one node",
      "apiVersion: projectcalico.org/v3\nkind: FelixConfiguration\nmetadata: { name: node.one }\nspec: { defaultEndpointToHostAction: Drop }",
      ["network plugin Calico @ FelixConfiguration node.one kind"],
    ],
    [
      "Calico's operator",
      "apiVersion: operator.tigera.io/v1\nkind: Installation\nmetadata: { name: default }\nspec: { calicoNetwork: { ipPools: [{ cidr: 10.2.0.0/16 }] } }",
      [
        "network plugin Calico @ Installation default kind",
        "pod CIDR 10.2.0.0/16 @ Installation default spec.calicoNetwork.ipPools[0].cidr",
      ],
    ],
    [
      "Cilium",
      configMap("cilium-config", {
        ipam: "cluster-pool",
        "cluster-pool-ipv4-cidr": "10.3.0.0/16 10.4.0.0/16",
        "enable-ipv6": "false",
        "cluster-pool-ipv6-cidr": "fd00::/104",
      }),
      [
        "network plugin Cilium @ ConfigMap cilium-config metadata.name",
        "host firewall off @ ConfigMap cilium-config metadata.name",
        "pod CIDR 10.3.0.0/16 @ ConfigMap cilium-config data.cluster-pool-ipv4-cidr",
        "pod CIDR 10.4.0.0/16 @ ConfigMap cilium-config data.cluster-pool-ipv4-cidr",
      ],
    ],
    [
      "Cilium that leaves addresses to Kubernetes",
      configMap("cilium-config", { ipam: "kubernetes", "cluster-pool-ipv4-cidr": "10.0.0.0/8" }),
      [
        "network plugin Cilium @ ConfigMap cilium-config metadata.name",
        "host firewall off @ ConfigMap cilium-config metadata.name",
      ],
    ],
    [
      "kube-proxy",
      configMap("kube-proxy", {
        "config.conf": "kind: KubeProxyConfiguration\nclusterCIDR: 10.5.0.0/16,fd00:5::/56\n",
      }),
      [
        'pod CIDR 10.5.0.0/16 @ ConfigMap kube-proxy data["config.conf"]',
        'pod CIDR fd00:5::/56 @ ConfigMap kube-proxy data["config.conf"]',
      ],
    ],
    [
      "flannel",
      configMap("kube-flannel-cfg", { "net-conf.json": '{ "Network": "10.6.0.0/16", "IPv6Network": "fd00::/56" }' }),
      ['pod CIDR 10.6.0.0/16 @ ConfigMap kube-flannel-cfg data["net-conf.json"]'],
    ],
    [
      "kubeadm",
      configMap("kubeadm-config", {
        ClusterConfiguration:
          "controlPlaneEndpoint: 10.0.0.2:6443\nnetworking: { podSubnet: 10.7.0.0/16, serviceSubnet: 10.8.0.0/16 }\n",
      }),
      [
        "pod CIDR 10.7.0.0/16 @ ConfigMap kubeadm-config data.ClusterConfiguration",
        "Service CIDR 10.8.0.0/16 @ ConfigMap kubeadm-config data.ClusterConfiguration",
        "API server 10.0.0.2:6443 @ ConfigMap kubeadm-config data.ClusterConfiguration",
      ],
    ],
    [
      "kubeadm's own file",
      "apiVersion: kubeadm.k8s.io/v1beta3\nkind: ClusterConfiguration\nnetworking: { podSubnet: 10.7.0.0/16 }\ncontrolPlaneEndpoint: api.example.com:6443\n",
      ["pod CIDR 10.7.0.0/16 @ ClusterConfiguration  networking"],
    ],
    [
      "kind",
      "apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\nnetworking: { podSubnet: 10.9.0.0/16, serviceSubnet: 10.10.0.0/16 }\n",
      [
        "pod CIDR 10.9.0.0/16 @ Cluster  networking.podSubnet",
        "Service CIDR 10.10.0.0/16 @ Cluster  networking.serviceSubnet",
      ],
    ],
    [
      "OpenShift",
      "apiVersion: config.openshift.io/v1\nkind: Network\nmetadata: { name: cluster }\nspec: { clusterNetwork: [{ cidr: 10.128.0.0/14, hostPrefix: 23 }], serviceNetwork: [172.30.0.0/16], networkType: OVNKubernetes }\n",
      [
        "pod CIDR 10.128.0.0/14 @ Network cluster spec.clusterNetwork[0].cidr",
        "Service CIDR 172.30.0.0/16 @ Network cluster spec.serviceNetwork[0]",
        "network plugin that of OpenShift @ Network cluster spec.networkType",
      ],
    ],
    [
      "ranges of Services",
      "apiVersion: networking.k8s.io/v1\nkind: ServiceCIDR\nmetadata: { name: kubernetes }\nspec: { cidrs: [10.11.0.0/16] }\n",
      ["Service CIDR 10.11.0.0/16 @ ServiceCIDR kubernetes spec.cidrs[0]"],
    ],
    [
      "a node",
      "apiVersion: v1\nkind: Node\nmetadata: { name: node-1, labels: { eks.amazonaws.com/nodegroup: a } }\nspec: { podCIDR: 10.12.0.0/24, podCIDRs: [10.12.0.0/24], providerID: 'aws:///eu-west-1a/i-0' }\n",
      ["pod CIDR 10.12.0.0/24 @ Node node-1 spec.podCIDRs[0]", "platform aws @ Node node-1 spec.providerID"],
    ],
    [
      "what is none: other ConfigMaps, and values that are no CIDRs",
      `${configMap("other", { "config.conf": "clusterCIDR: 10.0.0.0/8" })}\n---\n${configMap("kube-proxy", { "config.conf": "{ broken", "cluster-pool-ipv4-cidr": "10.0.0.0/8" })}\n---\n${configMap("kube-flannel-cfg", { "net-conf.json": '{ "Network": "$NETWORK" }' })}\n`,
      [],
    ],
  ])("%s", (_, yaml, expected) => {
    expect(factsOf(yaml)).toEqual(expected);
  });

  it("takes each thing once, and lets the settings have the last word", () => {
    const pool = (name: string): string =>
      `apiVersion: crd.projectcalico.org/v1\nkind: IPPool\nmetadata: { name: ${name} }\nspec: { cidr: 10.1.0.0/16 }\n`;
    const yaml = `${pool("a")}---\n${pool("b")}`;
    const plugin = "network plugin Calico @ IPPool a kind";
    expect(factsOf(yaml)).toEqual([plugin, "pod CIDR 10.1.0.0/16 @ IPPool a spec.cidr"]);
    expect(factsOf(yaml, { clusterCidrs: { pods: ["10.2.0.0/16"] } })).toEqual([
      plugin,
      "pod CIDR 10.1.0.0/16 @ IPPool a spec.cidr overridden",
    ]);
    expect(factsOf(yaml, { clusterCidrs: { services: ["10.2.0.0/16"] } })).toEqual(factsOf(yaml));
  });

  it("names files and kinds of a hostile cluster without harm", () => {
    const yaml = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: cilium-config, namespace: "\\u202Ex" }\ndata: { cluster-pool-ipv4-cidr: { a: b } }\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: 3\ndata: { cni-conf.json: "[]" }\n`;
    expect(factsOf(yaml)).toEqual([
      "network plugin Cilium @ ConfigMap cilium-config metadata.name",
      "host firewall off @ ConfigMap cilium-config metadata.name",
    ]);
  });
});
