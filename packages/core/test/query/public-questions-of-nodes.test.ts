import { describe, expect, it } from "vitest";
import { type Asked, cilium, lacking, namespace, pod, policy, service } from "./public-question.ts";

/* Questions about nodes, their networks, DNS and requests; as in public-questions.test.ts. */

const node = `apiVersion: v1\nkind: Node\nmetadata: {name: one}\nstatus: {addresses: [{type: InternalIP, address: 192.168.1.4}]}\n---\n`;
const onNode = "hostNetwork: true, ";
const dns =
  namespace("kube-system") +
  pod("kube-system", "coredns", "k8s-app: kube-dns", "{containerPort: 53, protocol: UDP}") +
  service(
    "kube-system",
    "kube-dns",
    "clusterIP: 10.48.60.4, selector: {k8s-app: kube-dns}, ports: [{port: 53, protocol: UDP}]",
  );
const dnsPeer =
  "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}, podSelector: {matchLabels: {k8s-app: kube-dns}}}";

const asked: readonly Asked[] = [
  {
    what: "a policy against egress to the internet cuts pods off, too (ahmetb/kubernetes-network-policy-recipes#111)",
    input:
      namespace("default") +
      dns +
      pod("default", "foo", "app: foo") +
      pod("default", "bar", "app: bar") +
      policy(
        "default",
        "deny-external",
        `podSelector: {matchLabels: {app: foo}}, policyTypes: [Egress], egress: [{to: [${dnsPeer}], ports: [{port: 53, protocol: UDP}]}]`,
      ),
    ends: ["default/foo", "default/bar", "80"],
    says: ["no  ", "lacks k8s-app=kube-dns", "it is for UDP 53, not for 80/TCP", "1. add a rule", "app: bar"],
  },
  {
    what: "a block of clients admits nobody behind a node port (aws/eks-anywhere#4406)",
    input:
      namespace("flux") +
      pod("flux", "helm", "app: helm", "{containerPort: 8080}") +
      service(
        "flux",
        "helm",
        "type: NodePort, selector: {app: helm}, ports: [{port: 8080, targetPort: 8080, nodePort: 32766}]",
      ) +
      policy("flux", "scrape", "podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 172.27.48.0/24}}]}]"),
    ends: ["172.27.48.111", "flux/Service/helm", "8080"],
    says: [
      "may have the address of a node to policies, and policies do not treat all addresses alike: with a node's, this answer may be another: externalTrafficPolicy: Local keeps their own",
    ],
  },
  {
    what: "NodeLocal DNSCache is allowed by its labels (projectcalico/calico#3795)",
    input:
      namespace("app") +
      dns +
      pod("kube-system", "node-local-dns", "k8s-app: node-local-dns", "{containerPort: 53, protocol: UDP}", onNode) +
      pod("app", "web", "app: web") +
      policy(
        "app",
        "dns",
        "podSelector: {}, policyTypes: [Egress], egress: [{to: [{namespaceSelector: {}, podSelector: {matchLabels: {k8s-app: node-local-dns}}}], ports: [{port: 53, protocol: UDP}]}]",
      ),
    ends: ["app/web", "kube-system/node-local-dns", "53/UDP"],
    says: [
      "no  ",
      "no selector matches it",
      "which an ipBlock can name; pods ask NodeLocal DNSCache at 169.254.20.10, unless the kubelet gives them another",
    ],
  },
  {
    what: "DNS is allowed to its pods, and NodeLocal DNSCache asked (restatedev/restate-operator#88)",
    input:
      namespace("app") +
      dns +
      pod("app", "web", "app: web") +
      policy(
        "app",
        "dns",
        `podSelector: {}, policyTypes: [Egress], egress: [{to: [${dnsPeer}], ports: [{port: 53, protocol: UDP}]}]`,
      ),
    ends: ["app/web", "169.254.20.10", "53/UDP"],
    says: ["no  ", "the target is no pod, and only pods are named", "cidr: 169.254.20.10/32"],
  },
  {
    what: "an admission webhook times out behind a default deny (kubernetes/kubernetes#128162)",
    input:
      namespace("agents") +
      pod("agents", "webhook", "app: webhook", "{containerPort: 8000}") +
      service("agents", "webhook", "selector: {app: webhook}, ports: [{port: 443, targetPort: 8000}]") +
      policy("agents", "deny", "podSelector: {}, policyTypes: [Ingress]"),
    ends: ["10.0.0.2", "agents/Service/webhook", "443"],
    says: ["no  ", "port 443/TCP leads to port 8000/TCP of its pods", "cidr: 10.0.0.2/32", "port: 8000"],
  },
  {
    what: "the router is on the network of its node, and another namespace has its label (okd-project/okd#329)",
    input:
      namespace("default", "network.openshift.io/policy-group: ingress") +
      namespace("openshift-ingress") +
      namespace("tenant") +
      node +
      pod("openshift-ingress", "router", "app: router", "", onNode) +
      pod("tenant", "web", "app: web", "{containerPort: 8080}") +
      policy("tenant", "own", "podSelector: {}, ingress: [{from: [{podSelector: {}}]}]") +
      policy(
        "tenant",
        "router",
        "podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {network.openshift.io/policy-group: ingress}}}]}]",
      ),
    ends: ["openshift-ingress/router", "tenant/web", "8080"],
    says: [
      "no  ",
      "the source is on its node's network: no selector matches it",
      "which an ipBlock can name (here 192.168.1.4)",
    ],
  },
  {
    what: "node-exporter is not scraped: its labels are named (gardener/gardener#7772)",
    input:
      namespace("garden") +
      namespace("kube-system") +
      node +
      pod("garden", "prometheus", "app: prometheus") +
      pod("kube-system", "exporter", "app: exporter", "{containerPort: 9100, hostPort: 9100}", onNode) +
      policy(
        "garden",
        "p",
        "podSelector: {}, policyTypes: [Egress], egress: [{to: [{namespaceSelector: {}, podSelector: {matchLabels: {app: exporter}}}], ports: [{port: 9100}]}]",
      ),
    ends: ["garden/prometheus", "kube-system/exporter", "9100"],
    says: ["no  ", "the target is on its node's network: no selector matches it", "(here 192.168.1.4)"],
  },
  {
    what: "node-exporter lets in everybody, whatever its policy says (prometheus-operator/prometheus-operator#228)",
    input:
      namespace("monitoring") +
      pod("monitoring", "exporter", "app: exporter", "{containerPort: 9100, hostPort: 9100}", onNode) +
      policy(
        "monitoring",
        "exporter",
        "podSelector: {matchLabels: {app: exporter}}, ingress: [{from: [{podSelector: {matchLabels: {app: prometheus}}}]}]",
      ),
    ends: ["internet", "monitoring/exporter", "9100"],
    says: ["yes  ", "the target runs on its node's network: no NetworkPolicy isolates it"],
  },
  {
    what: "the right peer on the wrong ports: metrics (codecentric/helm-charts#546)",
    input:
      namespace("auth") +
      namespace("observability") +
      pod("observability", "prometheus", "app: prometheus") +
      pod("auth", "keycloak", "app: keycloak", "{containerPort: 8080, name: http}, {containerPort: 9990, name: mgmt}") +
      service("auth", "keycloak", "selector: {app: keycloak}, ports: [{name: mgmt, port: 9990, targetPort: mgmt}]") +
      policy(
        "auth",
        "keycloak",
        "podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: observability}}}], ports: [{port: 8080}, {port: 8443}]}]",
      ),
    ends: ["observability/prometheus", "auth/Service/keycloak", "9990"],
    says: [
      "no  ",
      "it is for TCP 8080,8443, not for 9990/TCP",
      /1\. add the port to spec\.ingress\[0\] of NetworkPolicy auth\/keycloak; it changes nothing else[^]*port: 9990/,
    ],
  },
  {
    what: "DNS of OpenShift listens on another port (stolostron/multiclusterhub-operator#4340)",
    input:
      namespace("app") +
      namespace("openshift-dns") +
      pod("openshift-dns", "dns-default", "app: dns", "{name: dns, containerPort: 5353, protocol: UDP}") +
      service(
        "openshift-dns",
        "dns-default",
        "selector: {app: dns}, ports: [{name: dns, port: 53, protocol: UDP, targetPort: dns}]",
      ) +
      pod("app", "web", "app: web") +
      policy(
        "app",
        "dns",
        "podSelector: {}, policyTypes: [Egress], egress: [{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: openshift-dns}}}], ports: [{port: 53, protocol: UDP}]}]",
      ),
    ends: ["app/web", "openshift-dns/Service/dns-default", "53/UDP"],
    says: ["no  ", "which leads to 5353/UDP of its pods, and policies see the port of the pods", "port: 5353"],
  },
  {
    what: "names work and their addresses do not: no dns rule (cilium/cilium#11767)",
    input:
      namespace("default") +
      dns +
      pod("default", "app", "app: app") +
      cilium(
        "default",
        "names",
        'endpointSelector: {matchLabels: {app: app}}, egress: [{toEndpoints: [{matchLabels: {io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}}], toPorts: [{ports: [{port: "53", protocol: UDP}]}]}, {toFQDNs: [{matchName: api.example.com}]}]',
      ),
    ends: ["default/app", "api.example.com", "443"],
    says: ["unknown  ", "no dns rule lets the source look it up"],
  },
  {
    what: "403 for a request that the policy does not name (cilium/cilium#13280)",
    input:
      namespace("default") +
      pod("default", "client", "app: client") +
      pod("default", "httpbin", "app: httpbin", "{containerPort: 80}") +
      cilium(
        "default",
        "l7",
        'endpointSelector: {matchLabels: {app: httpbin}}, ingress: [{fromEndpoints: [{matchLabels: {app: client}}], toPorts: [{ports: [{port: "80", protocol: TCP}], rules: {http: [{method: GET, path: /status}]}}]}]',
      ),
    ends: ["default/client", "default/httpbin", "80"],
    says: ["yes, some requests  ", "allows TCP 80 for some requests only: GET /status"],
  },
];

describe("what people ask in public about nodes, DNS and requests", () => {
  it.for(asked.map((each) => [each.what, each] as const))("%s", ([, each]) => {
    expect(lacking(each)).toEqual([]);
  });
});
