import { describe, expect, it } from "vitest";
import { type Asked, lacking, namespace, pod, service, policy } from "./public-question.ts";

/*
 * What people who are stuck with a policy ask in public, each in an own small version: what npa explain says must hold what
 * helped them in the end. The threads are named where there are any.
 */

const asked: readonly Asked[] = [
  {
    what: "egress to the port of a Service is blocked (projectcalico/calico#8049)",
    input:
      namespace("shop") +
      pod("shop", "backend", "app: backend") +
      pod("shop", "db1", "app: db1", "{containerPort: 8080}") +
      service("shop", "db1", "selector: {app: db1}, ports: [{port: 80, targetPort: 8080}]") +
      policy(
        "shop",
        "backend",
        "podSelector: {matchLabels: {app: backend}}, policyTypes: [Egress], egress: [{to: [{podSelector: {matchLabels: {app: db1}}}], ports: [{port: 80}]}]",
      ),
    ends: ["shop/backend", "shop/Service/db1", "80"],
    says: [
      "no  ",
      "leads to port 8080/TCP of its pods",
      "policies see the port of the pods",
      "1. add the port",
      "port: 8080",
    ],
  },
  {
    what: "a namespaceSelector by name is ignored (projectcalico/calico#6898)",
    input:
      namespace("app") +
      namespace("kube-system") +
      pod("kube-system", "tools", "app: tools") +
      pod("app", "api", "app: api") +
      policy(
        "app",
        "api",
        "podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {name: kube-system}}}]}]",
      ),
    ends: ["kube-system/tools", "app/api", "8080"],
    says: [
      "lacks name=kube-system on its namespace (the name of a namespace is its label kubernetes.io/metadata.name)",
    ],
  },
  {
    what: "the ingress controller is in another namespace: 504 (kubernetes/kubernetes#112467)",
    input:
      namespace("pay") +
      namespace("ingress-nginx") +
      pod("ingress-nginx", "controller", "app: ingress-nginx") +
      pod("pay", "web", "app: web") +
      policy(
        "pay",
        "nginx",
        "podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: ingress-nginx}}}]}]",
      ),
    ends: ["ingress-nginx/controller", "pay/web", "80"],
    says: [
      "is in namespace ingress-nginx, and without a namespaceSelector the peer means pay",
      /1\. add the source to[^]*kubernetes\.io\/metadata\.name: ingress-nginx\n +podSelector:\n +matchLabels:\n +app: ingress-nginx/,
    ],
  },
  {
    what: "the ingress controller is on the network of its node (projectcalico/calico#5566)",
    input:
      namespace("front") +
      namespace("edge") +
      pod("edge", "controller", "app: nginx", "", "hostNetwork: true, ") +
      pod("front", "web", "app: web") +
      `apiVersion: v1\nkind: Node\nmetadata: {name: one}\nstatus: {addresses: [{type: InternalIP, address: 192.168.1.4}]}\n---\n` +
      policy(
        "front",
        "web",
        "podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: edge}}, podSelector: {matchLabels: {app: nginx}}}]}]",
      ),
    ends: ["edge/controller", "front/web", "80"],
    says: ["is on its node's network: no selector matches it, and to its peers it is the node's address"],
  },
  {
    what: "the API server is not reached by its Service's address (ahmetb/kubernetes-network-policy-recipes#26)",
    input:
      namespace("dmz") +
      service("default", "kubernetes", "clusterIP: 10.96.0.1, ports: [{port: 443, targetPort: 6443}]") +
      pod("dmz", "nginx", "app: nginx") +
      policy(
        "dmz",
        "nginx",
        "podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 10.96.0.1/32}}], ports: [{port: 443}]}]",
      ),
    ends: ["dmz/nginx", "192.168.49.2", "6443"],
    says: [
      "10.96.0.1/32 holds the address of Service default/kubernetes",
      "name the addresses and the port of its endpoints",
      "cidr: 192.168.49.2/32",
    ],
  },
  {
    what: "a load balancer stops working (ahmetb/kubernetes-network-policy-recipes#1)",
    input:
      namespace("default") +
      pod("default", "api", "app: books") +
      service("default", "outside", "type: LoadBalancer, selector: {app: books}, ports: [{port: 80}]") +
      policy("default", "api", "podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: books}}}]}]"),
    ends: ["internet", "default/Service/outside", "80"],
    says: ["the source is no pod, and only pods are named", "may have the address of a node to policies", "0.0.0.0/0"],
  },
  {
    what: "everything times out after a default deny of egress (thecodeforge.io)",
    input:
      namespace("shop") +
      pod("shop", "web", "app: web") +
      pod("shop", "db", "app: db") +
      policy(
        "shop",
        "web",
        "podSelector: {}, policyTypes: [Egress], egress: [{to: [{podSelector: {matchLabels: {app: db}}}], ports: [{port: 5432}]}]",
      ),
    ends: ["shop/web", "shop/db", "5432"],
    says: ["yes  ", "may send DNS (port 53) to nobody: a client that connects by name fails before it connects"],
  },
  {
    what: "the same with a rule for DNS, whose pods no manifest shows: nothing is said of DNS",
    input:
      namespace("shop") +
      pod("shop", "web", "app: web") +
      pod("shop", "db", "app: db") +
      policy(
        "shop",
        "web",
        "podSelector: {}, policyTypes: [Egress], egress: [{to: [{podSelector: {matchLabels: {app: db}}}], ports: [{port: 5432}]}, {to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}, podSelector: {matchLabels: {k8s-app: kube-dns}}}], ports: [{port: 53, protocol: UDP}]}]",
      ),
    ends: ["shop/web", "shop/db", "5432"],
    says: ["yes  ", /^(?![\s\S]*DNS \(port 53\))/],
  },
  {
    what: "pods get in that nobody meant: OR for AND (ahmetb/kubernetes-network-policy-recipes#98)",
    input:
      namespace("prod") +
      namespace("dev", "env: dev") +
      pod("dev", "frontend", "app: frontend") +
      pod("prod", "db", "app: db") +
      policy(
        "prod",
        "db",
        "podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {env: dev}}}, {podSelector: {matchLabels: {app: backend}}}]}]",
      ),
    ends: ["dev/frontend", "prod/db", "8080"],
    says: [
      "yes  ",
      "items of the list are alternatives, so every pod of these namespaces matches, whatever its labels are",
      "make from[0] and from[1] of NetworkPolicy prod/db one item, which asks for both",
    ],
  },
  {
    what: "one workload cannot reach an API outside (koti.dev)",
    input:
      namespace("prod") +
      pod("prod", "billing", "app: billing") +
      policy("prod", "deny", "podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}]"),
    ends: ["prod/billing", "54.187.1.1", "443"],
    says: ["the target is at no address that it names", "cidr: 54.187.1.1/32"],
  },
  {
    what: "a policy that denies does not block: its selector misses the pods (agentbeck.bot)",
    input:
      namespace("prod") +
      namespace("other") +
      pod("other", "x", "app: x") +
      pod("prod", "payment", "app: payments") +
      policy("prod", "deny", "podSelector: {matchLabels: {app: payment}}, policyTypes: [Ingress]"),
    ends: ["other/x", "prod/payment", "80"],
    says: [
      "yes  ",
      "near: NetworkPolicy prod/deny",
      "it does not select prod/payment[Pod], which lacks app=payment (it has app=payments)",
      "write the labels of the pods into the podSelector of NetworkPolicy prod/deny",
    ],
  },
  {
    what: "a rule for the node port (projectcalico/felix#2836)",
    input:
      namespace("default") +
      pod("default", "web", "app: web", "{containerPort: 8080}") +
      service(
        "default",
        "web",
        "type: NodePort, selector: {app: web}, ports: [{port: 80, targetPort: 8080, nodePort: 30644}]",
      ) +
      policy("default", "web", "podSelector: {}, ingress: [{ports: [{port: 30644}]}]"),
    ends: ["internet", "default/Service/web", "80"],
    says: ["that is the node port of Service default/web, which leads to 8080/TCP of its pods"],
  },
  {
    what: "a namespace that is left out gets in (mikepietsch.com)",
    input:
      namespace("prod") +
      namespace("testing") +
      pod("testing", "t", "app: t") +
      pod("prod", "p", "app: p") +
      policy(
        "prod",
        "block",
        "podSelector: {}, ingress: [{from: [{namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [testing]}]}}, {namespaceSelector: {}}]}]",
      ),
    ends: ["testing/t", "prod/p", "80"],
    says: [
      "through from[1]: items of the list are alternatives, and an empty namespaceSelector is every pod of every namespace",
    ],
  },
  {
    what: "ingress rules without effect: policyTypes has only Egress",
    input:
      namespace("shop") +
      pod("shop", "web", "app: web") +
      pod("shop", "db", "app: db") +
      policy(
        "shop",
        "db",
        "podSelector: {matchLabels: {app: db}}, policyTypes: [Egress], ingress: [{from: [{podSelector: {matchLabels: {app: api}}}]}]",
      ),
    ends: ["shop/web", "shop/db", "5432"],
    says: [
      "its ingress rules are not in force: policyTypes lacks Ingress",
      "1. add Ingress to the policyTypes of NetworkPolicy shop/db",
    ],
  },
  {
    what: "ports of a rule are the names of the Service's ports (cloudnativelabs/kube-router#1617)",
    input:
      namespace("kube-system") +
      namespace("test") +
      pod("kube-system", "traefik", "app.kubernetes.io/name: traefik") +
      pod("test", "app", "app: app", "{containerPort: 8080}") +
      service("test", "app", "selector: {app: app}, ports: [{name: http, port: 80, targetPort: 8080}]") +
      policy(
        "test",
        "web",
        "podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}, podSelector: {matchLabels: {app.kubernetes.io/name: traefik}}}], ports: [{port: http}, {port: api}]}]",
      ),
    ends: ["kube-system/traefik", "test/Service/app", "80"],
    says: [
      "it is for the ports named http, api, and the pods give no port a name; http is what Service test/app calls its port",
      "port: 8080",
    ],
  },
  {
    what: "DNS is allowed to the pods of another label (cloudnativelabs/kube-router#1617)",
    input:
      namespace("kube-system") +
      pod("kube-system", "coredns", "k8s-app: kube-dns") +
      service(
        "kube-system",
        "kube-dns",
        "selector: {k8s-app: kube-dns}, ports: [{name: dns, port: 53, protocol: UDP}]",
      ) +
      namespace("test") +
      pod("test", "app", "app: app") +
      policy(
        "test",
        "egress",
        "podSelector: {}, policyTypes: [Egress], egress: [{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}, podSelector: {matchLabels: {app.kubernetes.io/name: coredns}}}], ports: [{port: 53, protocol: UDP}]}]",
      ),
    ends: ["test/app", "kube-system/Service/kube-dns", "53/UDP"],
    says: [
      "the target lacks app.kubernetes.io/name=coredns; its namespace matches, but namespaceSelector and podSelector in one item must both match",
    ],
  },
  {
    what: "DNS is cut, and egress is open: it is not the policy (k3s-io/k3s#3361)",
    input:
      namespace("kube-system") +
      pod("kube-system", "coredns", "k8s-app: kube-dns") +
      namespace("np") +
      pod("np", "app", "app: app") +
      policy(
        "np",
        "allow-egress",
        "podSelector: {}, policyTypes: [Ingress, Egress], egress: [{}], ingress: [{from: [{podSelector: {}}]}]",
      ),
    ends: ["np/app", "kube-system/coredns", "53/UDP"],
    says: ["yes  ", "egress of np/app[Pod]: allowed by a rule"],
  },
  {
    what: "the address of the DNS Service in an ipBlock",
    input:
      namespace("kube-system") +
      pod("kube-system", "coredns", "k8s-app: kube-dns") +
      service(
        "kube-system",
        "kube-dns",
        "clusterIP: 10.96.0.10, selector: {k8s-app: kube-dns}, ports: [{port: 53, protocol: UDP}]",
      ) +
      namespace("test") +
      pod("test", "app", "app: app") +
      policy(
        "test",
        "dns",
        "podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 10.96.0.10/32}}], ports: [{port: 53, protocol: UDP}]}]",
      ),
    ends: ["test/app", "kube-system/Service/kube-dns", "53/UDP"],
    says: ["10.96.0.10/32 holds the address of Service kube-system/kube-dns, but mostly traffic is sent on"],
  },
  {
    what: "a CronJob by the name of a Job that does not repeat",
    input:
      namespace("test") +
      pod("test", "app", "app: app") +
      "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: backup, namespace: test}\nspec: {schedule: '0 0 * * *', jobTemplate: {spec: {template: {metadata: {labels: {app: backup}}, spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}}}\n---\n" +
      policy(
        "test",
        "jobs",
        "podSelector: {matchLabels: {app: app}}, ingress: [{from: [{podSelector: {matchLabels: {job-name: backup}}}]}]",
      ),
    ends: ["test/backup", "test/app", "8080"],
    says: ["lacks job-name=backup (each pod of a CronJob gets a value that begins with backup-)"],
  },
  {
    what: "an address that the block leaves out",
    input:
      namespace("test") +
      pod("test", "app", "app: app") +
      policy(
        "test",
        "range",
        "podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 192.168.0.0/16, except: [192.168.7.0/24]}}]}]",
      ),
    ends: ["192.168.7.9", "test/app", "8080"],
    says: ["the source is in what its block leaves out (except)"],
  },
  {
    what: "peers and ports in two items: the ports are open to everybody",
    input:
      namespace("kube-system") +
      namespace("test") +
      pod("test", "app", "app: app") +
      policy(
        "test",
        "split",
        "podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}]}, {ports: [{port: 8080}]}]",
      ),
    ends: ["internet", "test/app", "8080"],
    says: ["spec.ingress[1]: allows TCP 8080, from everybody: it names no from"],
  },
  {
    what: "nothing is blocked: the plugin does not enforce policies",
    input:
      namespace("shop") +
      pod("shop", "web", "app: web") +
      policy("shop", "deny", "podSelector: {}, policyTypes: [Ingress]") +
      "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: kube-flannel-ds, namespace: kube-flannel}\nspec: {selector: {matchLabels: {app: flannel}}, template: {metadata: {labels: {app: flannel}}, spec: {containers: [{name: kube-flannel, image: docker.io/flannel/flannel:v0.25.0}]}}}\n",
    ends: ["internet", "shop/web", "80"],
    says: ["does not enforce policies: what is blocked here may pass all the same"],
  },
];

describe("what people ask in public", () => {
  it.for(asked.map((each) => [each.what, each] as const))("%s", ([, each]) => {
    expect(lacking(each)).toEqual([]);
  });
});
