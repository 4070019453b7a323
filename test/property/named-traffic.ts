import { type Ports, listConnectivity, readManifests } from "@npa/core";

const asked = [80, 5432, 8080];

interface Deployment {
  readonly kind: "Deployment";
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: {
        readonly containers: readonly { readonly ports: readonly { readonly containerPort: number }[] }[];
      };
    };
  };
}

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
}

interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
}

interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly { readonly port?: number; readonly protocol?: string; readonly endPort?: number }[];
}

interface NetworkPolicy {
  readonly kind: "NetworkPolicy";
  readonly metadata: { readonly namespace: string };
  readonly spec: {
    readonly podSelector: Selector;
    readonly policyTypes?: readonly string[];
    readonly ingress: readonly Rule[];
    readonly egress: readonly Rule[];
  };
}

/** What may be sent between Deployments: `source target port` of TCP. */
export function trafficIn(texts: readonly string[]): ReadonlySet<string> {
  const cluster = readManifests(texts.map((text, i) => ({ name: `${i}.yaml`, text })));
  return new Set(
    listConnectivity(cluster).connections.flatMap((connection) =>
      asked
        .filter((port) => opens(connection, port))
        .map((port) => `${connection.source} ${connection.target} ${port}`),
    ),
  );
}

function opens({ ports, all }: Ports, port: number): boolean {
  return (
    all ||
    (ports.TCP ?? []).some((range) => {
      const [from = 0, to = from] = range.split("-").map(Number);
      return from <= port && port <= to;
    })
  );
}

/**
 * Whether a policy of one of the ends names traffic on purpose: the pods at the other end by their labels, and a port on
 * which the target listens. A reading of the objects of `adviceInputs`, apart from npa's.
 */
export function isNamed(texts: readonly string[], traffic: string): boolean {
  const objects = texts.map((text) => JSON.parse(text) as { readonly kind: string }); // made by adviceInputs
  const [sourceId, targetId, port = ""] = traffic.split(" ");
  const pods = objects.filter((each): each is Deployment => each.kind === "Deployment");
  const [source, target] = [sourceId, targetId].map((id) => pods.find((each) => idOf(each) === id));
  if (source === undefined || target === undefined || !listens(target, Number(port))) return false;
  return objects
    .filter((each): each is NetworkPolicy => each.kind === "NetworkPolicy")
    .some(
      ({ metadata: { namespace }, spec }) =>
        (isIn(source, namespace, spec.podSelector) &&
          (spec.policyTypes?.includes("Egress") ?? spec.egress.length > 0) &&
          spec.egress.some((rule) => names(rule, rule.to, target, namespace, Number(port)))) ||
        (isIn(target, namespace, spec.podSelector) &&
          (spec.policyTypes?.includes("Ingress") ?? true) &&
          spec.ingress.some((rule) => names(rule, rule.from, source, namespace, Number(port)))),
    );
}

function idOf({ metadata: { namespace, name } }: Deployment): string {
  return `${namespace}/${name}[Deployment]`;
}

function listens({ spec }: Deployment, port: number): boolean {
  return spec.template.spec.containers.some(({ ports }) => ports.some(({ containerPort }) => containerPort === port));
}

function isIn(pod: Deployment, namespace: string, selector: Selector): boolean {
  return pod.metadata.namespace === namespace && matches(selector, pod.spec.template.metadata.labels);
}

function names(
  { ports = [] }: Rule,
  peers: readonly Peer[] = [],
  other: Deployment,
  own: string,
  port: number,
): boolean {
  const isPort = ports.some((each) => each.port === port && each.endPort === undefined && each.protocol === undefined);
  return (
    isPort &&
    peers.some(
      ({ podSelector, namespaceSelector }) =>
        podSelector?.matchLabels !== undefined &&
        matches(podSelector, other.spec.template.metadata.labels) &&
        (namespaceSelector === undefined
          ? other.metadata.namespace === own
          : matches(namespaceSelector, { "kubernetes.io/metadata.name": other.metadata.namespace })),
    )
  );
}

function matches({ matchLabels = {} }: Selector, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
}
