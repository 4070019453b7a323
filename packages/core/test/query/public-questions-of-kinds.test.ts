import { describe, expect, it } from "vitest";
import { type Asked, lacking, pod, policy, calico, cilium } from "./public-question.ts";

/* What people ask in public about policies of Calico and Cilium: see public-questions.test.ts. */

const asked: readonly Asked[] = [
  {
    what: "a policy without rules stands before one that allows (projectcalico/calico#3308)",
    input:
      pod("shop", "app-go", "app: app-go") +
      pod("shop", "nginx", "app: nginx") +
      calico("GlobalNetworkPolicy", undefined, "deny", "order: 20, selector: all(), types: [Ingress]") +
      calico(
        "NetworkPolicy",
        "shop",
        "allow",
        "order: 40, selector: app == 'nginx', ingress: [{action: Allow, protocol: TCP, source: {selector: app == 'app-go'}, destination: {ports: [80]}}]",
      ),
    ends: ["shop/app-go", "shop/nginx", "80"],
    says: ["yes  ", "+ spec.ingress[0]: allows TCP 80", "isolates the pods for ingress at the end of the tier"],
  },
  {
    what: "a rule for ingress names the source as its destination (projectcalico/calico#8948)",
    input:
      pod("shop", "a", "app: a") +
      pod("shop", "b", "app: b") +
      calico(
        "GlobalNetworkPolicy",
        undefined,
        "allow-all",
        "order: 200000, selector: all(), types: [Ingress], ingress: [{action: Log}, {action: Allow}]",
      ) +
      calico(
        "GlobalNetworkPolicy",
        undefined,
        "deny-b",
        "order: 10, selector: app == 'a', types: [Ingress], ingress: [{action: Deny, protocol: TCP, destination: {selector: app == 'b'}}]",
      ),
    ends: ["shop/b", "shop/a", "8888"],
    says: [
      "yes  ",
      "its destination is none of these pods, and that is whom a rule for ingress is asked about",
      "spec.ingress[0]: it only logs",
      "+ spec.ingress[1]: allows TCP 8888",
    ],
  },
  {
    what: "a global policy denies before that of the namespace is asked (projectcalico/calico#7896)",
    input:
      pod("my-app", "web", "app: web") +
      calico(
        "GlobalNetworkPolicy",
        undefined,
        "deny-internet",
        "order: 10, types: [Ingress], ingress: [{action: Deny, protocol: TCP, source: {nets: [0.0.0.0/0]}}]",
      ) +
      calico(
        "NetworkPolicy",
        "my-app",
        "open",
        "order: 100, types: [Ingress], ingress: [{action: Allow, protocol: TCP, source: {nets: [0.0.0.0/0]}}]",
      ),
    ends: ["internet", "my-app/web", "80"],
    says: ["no  ", "spec.ingress[0]: denies TCP 80", "spec.ingress[0]: matches TCP 80, but that is decided before it"],
  },
  {
    what: "a global policy allows before the NetworkPolicy is asked (projectcalico/calico#5940)",
    input:
      pod("test", "ubuntu", "run: ubuntu") +
      calico(
        "GlobalNetworkPolicy",
        undefined,
        "open",
        "order: 10, selector: all(), types: [Egress], egress: [{action: Allow}]",
      ) +
      policy(
        "test",
        "dns",
        "podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}], ports: [{port: 53, protocol: UDP}]}]",
      ),
    ends: ["test/ubuntu", "internet", "443"],
    says: ["yes  ", "+ spec.egress[0]: allows TCP 443", "take spec.egress[0] out of GlobalNetworkPolicy open"],
  },
  {
    what: "a policy that only logs blocks (projectcalico/calico#3801)",
    input:
      pod("shop", "client", "app: client") +
      pod("shop", "telco", "app: telco") +
      calico("NetworkPolicy", "shop", "log", "selector: app == 'telco', types: [Ingress], ingress: [{action: Log}]"),
    ends: ["shop/client", "shop/telco", "80"],
    says: ["no  ", "it only logs", "! isolates the pods for ingress: what no rule of the tier decides is denied"],
  },
  {
    what: "what a NetworkPolicy leaves out a later global policy allows (projectcalico/calico#4474)",
    input:
      pod("shop", "web", "app: web") +
      calico(
        "GlobalNetworkPolicy",
        undefined,
        "allow-all",
        "order: 5000, types: [Egress], egress: [{action: Allow, destination: {nets: [0.0.0.0/0]}}]",
      ) +
      policy(
        "shop",
        "except",
        "podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [104.21.192.7/32]}}]}]",
      ),
    ends: ["shop/web", "104.21.192.7", "443"],
    says: ["yes  ", "what its block leaves out (except)", "+ spec.egress[0]: allows TCP 443"],
  },
  {
    what: "a global policy with a deny cuts pods that no other policy selects (projectcalico/calico#9292)",
    input:
      pod("free", "web", "app: web") +
      calico(
        "GlobalNetworkPolicy",
        undefined,
        "metadata",
        "order: 999, egress: [{action: Deny, destination: {nets: [203.0.113.7/32]}}]",
      ),
    ends: ["free/web", "192.0.2.1", "443"],
    says: ["no  ", "! isolates the pods for egress: what no rule of the tier decides is denied"],
  },
  {
    what: "egress is denied, and another policy allows it all the same (ministryofjustice/cloud-platform#7295)",
    input:
      pod("stg", "web", "app: web") +
      calico(
        "GlobalNetworkPolicy",
        undefined,
        "open",
        "order: 900, selector: all(), types: [Egress], egress: [{action: Allow}]",
      ) +
      policy("stg", "block-egress", "podSelector: {}, policyTypes: [Egress]"),
    ends: ["stg/web", "internet", "443"],
    says: ["yes  ", "+ spec.egress[0]: allows TCP 443", "but what was asked is decided before"],
  },
  {
    what: "a name of DNS that nobody learns (cilium/cilium#23086)",
    input:
      pod("shop", "volvo", "app: volvo") +
      cilium(
        "shop",
        "egress",
        'endpointSelector: {matchLabels: {app: volvo}}, egress: [{toFQDNs: [{matchName: api.example.com}], toPorts: [{ports: [{port: "443", protocol: TCP}]}]}]',
      ),
    ends: ["shop/volvo", "api.example.com", "443"],
    says: ["unknown  ", "no dns rule lets the source look it up", /matches TCP 443, but only some of it/],
  },
  {
    what: "a dns rule in the wrong place is dropped (cilium/cilium#44452)",
    input:
      pod("app", "web", "app: web") +
      pod("kube-system", "dns", "k8s-app: kube-dns", "{containerPort: 53, protocol: UDP}") +
      cilium(
        "app",
        "dns",
        'endpointSelector: {}, egress: [{toEndpoints: [{matchLabels: {io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}, toPorts: [{ports: [{port: "53", protocol: UDP}], rules: {dns: [{matchPattern: "*"}]}}]}]}]',
      ) +
      cilium(
        "app",
        "web",
        "endpointSelector: {matchLabels: {app: web}}, egress: [{toFQDNs: [{matchName: api.example.com}]}]",
      ),
    ends: ["app/web", "api.example.com", "443"],
    says: ["unknown  ", "no dns rule lets the source look it up"],
  },
];

describe("what people ask in public about other kinds", () => {
  it.for(asked.map((each) => [each.what, each] as const))("%s", ([, each]) => {
    expect(lacking(each)).toEqual([]);
  });
});
