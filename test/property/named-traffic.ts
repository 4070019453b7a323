import { type Ports, listConnectivity, readManifests } from "@npa/core";
import { type NamedPod, type PolicyObject, namingsIn } from "./named-in-policies.ts";

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
 * which the target listens. The policies are read in `named-in-policies.ts`, apart from npa's readers.
 */
export function isNamed(texts: readonly string[], traffic: string): boolean {
  const objects = texts.map((text) => JSON.parse(text) as PolicyObject); // made by adviceInputs and advice-kinds
  const [sourceId, targetId, port = ""] = traffic.split(" ");
  const deployments = objects.filter((each) => each.kind === "Deployment") as unknown as readonly Deployment[]; // made by adviceInputs, which writes whole Deployments
  const [source, target] = [sourceId, targetId].map((id) => deployments.find((each) => idOf(each) === id));
  if (source === undefined || target === undefined || !listens(target, Number(port))) return false;
  const [from, to] = [podOf(source), podOf(target)];
  return objects
    .flatMap(namingsIn)
    .some(
      ({ direction, selects, names, port: named }) =>
        named === Number(port) && (direction === "egress" ? selects(from) && names(to) : selects(to) && names(from)),
    );
}

function podOf({ metadata: { namespace }, spec: { template } }: Deployment): NamedPod {
  return { namespace, labels: template.metadata.labels };
}

function idOf({ metadata: { namespace, name } }: Deployment): string {
  return `${namespace}/${name}[Deployment]`;
}

function listens({ spec }: Deployment, port: number): boolean {
  return spec.template.spec.containers.some(({ ports }) => ports.some(({ containerPort }) => containerPort === port));
}
