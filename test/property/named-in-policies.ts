/** What a policy is read by here: a reading of the objects of `adviceInputs` and `advice-kinds`, apart from npa's. */
export interface PolicyObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly namespace?: string };
  readonly spec?: unknown;
}

export interface NamedPod {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** That a policy names pods by their labels, and a port: traffic from (`ingress`) or to them, for the pods that it selects. */
export interface Naming {
  readonly direction: "ingress" | "egress";
  readonly port: number;
  readonly selects: PodTest;
  readonly names: PodTest;
}

type PodTest = (pod: NamedPod) => boolean;

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
}

const directions = ["ingress", "egress"] as const;
const nameLabel = "kubernetes.io/metadata.name";
const ciliumNamespace = "k8s:io.kubernetes.pod.namespace";

/** What an object names; nothing where it is no policy. */
export function namingsIn(object: PolicyObject): readonly Naming[] {
  const { apiVersion, kind } = object;
  if (apiVersion.startsWith("networking.k8s.io/") && kind === "NetworkPolicy") return inNetworkPolicy(object);
  if (kind === "ClusterNetworkPolicy") return inClusterNetworkPolicy(object);
  if (apiVersion.startsWith("cilium.io/") && kind.endsWith("NetworkPolicy")) return inCiliumPolicy(object);
  if (apiVersion.startsWith("projectcalico.org/") && kind.endsWith("NetworkPolicy")) return inCalicoPolicy(object);
  return [];
}

/** Each of the named pods on each of the ports. */
function each(
  direction: Naming["direction"],
  selects: PodTest,
  named: readonly PodTest[],
  ports: readonly number[],
): readonly Naming[] {
  return named.flatMap((names) => ports.map((port) => ({ direction, port, selects, names })));
}

interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
}

interface NetworkPolicyRule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly { readonly port?: number; readonly protocol?: string; readonly endPort?: number }[];
}

function inNetworkPolicy({ metadata: { namespace = "" }, spec }: PolicyObject): readonly Naming[] {
  const { podSelector, policyTypes, ...rules } = spec as {
    readonly podSelector: Selector;
    readonly policyTypes?: readonly string[];
    readonly ingress: readonly NetworkPolicyRule[];
    readonly egress: readonly NetworkPolicyRule[];
  };
  const selects: PodTest = (pod) => pod.namespace === namespace && matches(podSelector, pod.labels);
  return directions.flatMap((direction) => {
    const isEffective =
      policyTypes === undefined
        ? direction === "ingress" || rules.egress.length > 0
        : policyTypes.map((type) => type.toLowerCase()).includes(direction);
    if (!isEffective) return [];
    return rules[direction].flatMap(({ from, to, ports = [] }) =>
      each(
        direction,
        selects,
        (from ?? to ?? []).flatMap((peer) => podsOf(peer, namespace)),
        ports.flatMap(({ port, endPort, protocol }) =>
          port === undefined || endPort !== undefined || protocol !== undefined ? [] : [port],
        ),
      ),
    );
  });
}

/** Without a `namespace` all of them are meant where no selector says which. */
function podsOf({ podSelector, namespaceSelector }: Peer, namespace: string | undefined): readonly PodTest[] {
  if (podSelector?.matchLabels === undefined) return [];
  return [
    (pod) =>
      matches(podSelector, pod.labels) &&
      (namespaceSelector === undefined
        ? namespace === undefined || pod.namespace === namespace
        : matches(namespaceSelector, { [nameLabel]: pod.namespace })),
  ];
}

interface ClusterPeer {
  readonly pods?: Peer;
  readonly namespaces?: Selector;
}

interface ClusterRule {
  readonly action: string;
  readonly from?: readonly ClusterPeer[];
  readonly to?: readonly ClusterPeer[];
  readonly protocols?: readonly { readonly tcp?: { readonly destinationPort: { readonly number: number } } }[];
}

function inClusterNetworkPolicy({ spec }: PolicyObject): readonly Naming[] {
  const { subject, ...rules } = spec as {
    readonly subject: ClusterPeer;
    readonly ingress: readonly ClusterRule[];
    readonly egress: readonly ClusterRule[];
  };
  const selects: PodTest = (pod) =>
    matches(subject.pods?.namespaceSelector ?? subject.namespaces ?? {}, { [nameLabel]: pod.namespace }) &&
    matches(subject.pods?.podSelector ?? {}, pod.labels);
  return directions.flatMap((direction) =>
    rules[direction].flatMap(({ action, from, to, protocols = [] }) =>
      action !== "Accept"
        ? []
        : each(
            direction,
            selects,
            (from ?? to ?? []).flatMap(({ pods }) => (pods === undefined ? [] : podsOf(pods, undefined))),
            protocols.flatMap(({ tcp }) => (tcp === undefined ? [] : [tcp.destinationPort.number])),
          ),
    ),
  );
}

interface CiliumRule {
  readonly fromEndpoints?: readonly Selector[];
  readonly toEndpoints?: readonly Selector[];
  readonly toPorts?: readonly {
    readonly ports: readonly { readonly port: string; readonly protocol: string }[];
  }[];
}

function inCiliumPolicy({ metadata: { namespace }, spec }: PolicyObject): readonly Naming[] {
  const { endpointSelector, ...rules } = spec as {
    readonly endpointSelector: Selector;
    readonly ingress: readonly CiliumRule[];
    readonly egress: readonly CiliumRule[];
  };
  const isInReach = (pod: NamedPod): boolean => namespace === undefined || pod.namespace === namespace;
  const named = ({ matchLabels = {} }: Selector): readonly PodTest[] => {
    const { [ciliumNamespace]: other, ...labels } = matchLabels;
    if (Object.keys(labels).length === 0) return [];
    return [
      (pod) =>
        matches({ matchLabels: labels }, pod.labels) &&
        (other === undefined ? isInReach(pod) : pod.namespace === other),
    ];
  };
  return directions.flatMap((direction) =>
    rules[direction].flatMap(({ fromEndpoints, toEndpoints, toPorts = [] }) =>
      each(
        direction,
        (pod) => isInReach(pod) && matches(endpointSelector, pod.labels),
        (fromEndpoints ?? toEndpoints ?? []).flatMap(named),
        toPorts.flatMap(({ ports }) =>
          ports.flatMap(({ port, protocol }) => (protocol === "TCP" ? [Number(port)] : [])),
        ),
      ),
    ),
  );
}

interface CalicoRule {
  readonly action: string;
  readonly protocol?: string;
  readonly source?: { readonly selector?: string };
  readonly destination?: { readonly selector?: string; readonly ports?: readonly number[] };
}

function inCalicoPolicy({ metadata: { namespace }, spec }: PolicyObject): readonly Naming[] {
  const { selector, types, ...rules } = spec as {
    readonly selector: string;
    readonly types: readonly string[];
    readonly ingress: readonly CalicoRule[];
    readonly egress: readonly CalicoRule[];
  };
  const test =
    (text: string): PodTest =>
    (pod) =>
      (namespace === undefined || pod.namespace === namespace) &&
      (text === "all()" || text === `app == '${pod.labels["app"]}'`);
  return directions.flatMap((direction) =>
    rules[direction].flatMap(({ action, protocol, source, destination }) => {
      const far = direction === "ingress" ? source?.selector : destination?.selector;
      const isEffective = types.map((type) => type.toLowerCase()).includes(direction);
      const isNaming = action === "Allow" && protocol === "TCP" && far !== undefined && far !== "all()";
      return isEffective && isNaming ? each(direction, test(selector), [test(far)], destination?.ports ?? []) : [];
    }),
  );
}

function matches({ matchLabels = {} }: Selector, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
}
