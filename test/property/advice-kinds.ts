import { arbitraryCalicoScenario, arbitraryCiliumScenario, arbitraryTieredScenario } from "@npa/fixtures";
import * as fc from "fast-check";
import { type AdviceInput, adviceInputs } from "./advice-inputs.ts";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const nameLabel = "kubernetes.io/metadata.name";
const apps = ["web", "db", "proxy"] as const;
const spaces = ["shop", "data", "kube-system"] as const;

const appLabels = fc.constantFrom<Json>(...apps.map((app) => ({ app })));
const spaceLabels = fc.constantFrom<Json>(...spaces.map((name) => ({ [nameLabel]: name })));
const podSelector = fc.oneof(
  fc.constant<Json>({}),
  appLabels.map((matchLabels): Json => ({ matchLabels })),
);
const namespaceSelector = fc.oneof(
  fc.constant<Json>({}),
  spaceLabels.map((matchLabels): Json => ({ matchLabels })),
);
const podsOf = fc.record({ namespaceSelector, podSelector }).map((pods): Json => ({ pods }));
const podsOrNamespaces = fc.oneof(
  podsOf,
  namespaceSelector.map((namespaces): Json => ({ namespaces })),
);
const number = fc.constantFrom(53, 80, 5432);

function list(item: fc.Arbitrary<Json>, minLength = 0): fc.Arbitrary<Json> {
  return fc.array(item, { minLength, maxLength: 2 });
}

const clusterRule = (key: "from" | "to", isAdmin: boolean): fc.Arbitrary<Json> =>
  fc
    .record({
      action: fc.constantFrom(...(isAdmin ? ["Accept", "Deny", "Pass"] : ["Accept", "Deny"])),
      peers: list(
        key === "from" ? podsOrNamespaces : fc.oneof(podsOrNamespaces, fc.constant<Json>({ networks: ["0.0.0.0/0"] })),
        1,
      ),
      protocols: fc.constantFrom<Json>(
        null,
        [{ tcp: { destinationPort: { number: 80 } } }],
        [{ udp: { destinationPort: { number: 53 } } }],
      ),
    })
    .map(({ action, peers, protocols }): Json => ({
      action,
      [key]: peers,
      ...(protocols === null ? {} : { protocols }),
    }));

const clusterNetworkPolicy = fc.constantFrom("Admin", "Baseline").chain((tier) =>
  fc
    .record({
      subject: podsOrNamespaces,
      priority: fc.constantFrom(1, 2, 3),
      ingress: list(clusterRule("from", tier === "Admin")),
      egress: list(clusterRule("to", tier === "Admin")),
    })
    .map((spec) => (name: string): Json => ({
      apiVersion: "policy.networking.k8s.io/v1alpha2",
      kind: "ClusterNetworkPolicy",
      metadata: { name },
      spec: { tier, ...spec },
    })),
);

const ciliumLabels = fc.oneof(
  appLabels,
  fc.tuple(fc.constantFrom(...spaces), fc.constantFrom(...apps)).map(([space, app]): Json => ({
    app,
    "k8s:io.kubernetes.pod.namespace": space,
  })),
);
const ciliumPorts = fc.option(
  number.map((port): Json => [{ ports: [{ port: `${port}`, protocol: port === 53 ? "UDP" : "TCP" }] }]),
);
const ciliumRule = (side: "from" | "to"): fc.Arbitrary<Json> =>
  fc
    .record({
      peer: fc.oneof(
        ciliumLabels.map((matchLabels): Json => ({ [`${side}Endpoints`]: [{ matchLabels }] })),
        fc.constantFrom<Json>(
          { [`${side}Endpoints`]: [{}] },
          { [`${side}Entities`]: ["cluster"] },
          { [`${side}Entities`]: ["world"] },
          { [`${side}CIDR`]: ["10.0.0.0/8"] },
        ),
      ),
      toPorts: ciliumPorts,
    })
    .map(({ peer, toPorts }): Json => ({
      ...(peer as { readonly [key: string]: Json }),
      ...(toPorts === null ? {} : { toPorts }),
    }));
const ciliumPolicy = fc
  .record({
    namespace: fc.constantFrom(undefined, "shop", "data"),
    endpointSelector: podSelector,
    ingress: list(ciliumRule("from"), 1),
    egress: list(ciliumRule("to")),
    ingressDeny: list(ciliumRule("from")),
  })
  .map(({ namespace, ...spec }) => (name: string): Json => ({
    apiVersion: "cilium.io/v2",
    kind: namespace === undefined ? "CiliumClusterwideNetworkPolicy" : "CiliumNetworkPolicy",
    metadata: namespace === undefined ? { name } : { name, namespace },
    spec,
  }));

const calicoSelector = fc.constantFrom("all()", ...apps.map((app) => `app == '${app}'`));
const calicoRule = (far: "source" | "destination"): fc.Arbitrary<Json> =>
  fc
    .record({
      action: fc.constantFrom("Allow", "Deny", "Pass"),
      peer: fc.oneof(
        fc.record({ selector: calicoSelector }).map((it): { readonly [key: string]: Json } => it),
        fc.constantFrom<{ readonly [key: string]: Json }>({ nets: ["10.0.0.0/8"] }, {}),
      ),
      port: fc.option(number),
    })
    .map(({ action, peer, port }): Json => {
      const ports = port === null ? {} : { ports: [port] };
      return {
        action,
        ...(port === null ? {} : { protocol: port === 53 ? "UDP" : "TCP" }),
        ...(far === "source" ? { source: peer, destination: ports } : { destination: { ...peer, ...ports } }),
      };
    });
const calicoPolicy = fc
  .record({
    namespace: fc.constantFrom(undefined, "shop", "data"),
    order: fc.constantFrom(10, 20, 30),
    selector: calicoSelector,
    types: fc.constantFrom<Json>(["Ingress"], ["Egress"], ["Ingress", "Egress"]),
    ingress: list(calicoRule("source")),
    egress: list(calicoRule("destination")),
  })
  .map(({ namespace, ...spec }) => (name: string): Json => ({
    apiVersion: "projectcalico.org/v3",
    kind: namespace === undefined ? "GlobalNetworkPolicy" : "NetworkPolicy",
    metadata: namespace === undefined ? { name } : { name, namespace },
    spec,
  }));

function beside(policy: fc.Arbitrary<(name: string) => Json>): fc.Arbitrary<AdviceInput> {
  return fc.tuple(adviceInputs, fc.array(policy, { minLength: 1, maxLength: 3 })).map(([{ texts }, made]) => ({
    texts: [...texts, ...made.map((named, i) => JSON.stringify(named(`x${i}`)))],
    isPlain: true,
  }));
}

const asTexts = ({ objects }: { readonly objects: readonly unknown[] }): AdviceInput => ({
  texts: objects.map((object) => JSON.stringify(object)),
});

/** Clusters with policies of each kind: as people have them, and as strange as an API server takes them. */
export const everyKind: Readonly<Record<string, fc.Arbitrary<AdviceInput>>> = {
  "cluster-wide policies": fc.oneof(
    beside(clusterNetworkPolicy),
    arbitraryTieredScenario({ packets: 1, maxPods: 4 }).map(asTexts),
  ),
  "policies of Cilium": fc.oneof(
    beside(ciliumPolicy),
    arbitraryCiliumScenario({ packets: 1, maxPods: 4 }).map(asTexts),
  ),
  "policies of Calico": fc.oneof(
    beside(calicoPolicy),
    arbitraryCalicoScenario({ packets: 1, maxPods: 4 }).map(asTexts),
  ),
};
