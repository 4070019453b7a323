import type { Service } from "../model/cluster.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { placesIn } from "../sets/reserved-places.ts";
import type { ReadQuestion } from "./can.ts";
import { hasPodsBehind } from "./resolve-endpoint.ts";

/** What becomes of traffic on its way that no policy tells: addresses that change, and plugins that enforce nothing. */
export function outsideNotes(read: ReadQuestion, reachability: Reachability): readonly string[] {
  return [...clusterAddressNotes(read, reachability), ...clientNotes(read, reachability), ...pluginNotes(reachability)];
}

/** Traffic to a Service is sent on to an endpoint, and policies see that. */
function clusterAddressNotes({ target }: ReadQuestion, { cluster }: Reachability): readonly string[] {
  const service = cluster.services.find(({ clusterIPs = [] }) => clusterIPs.includes(target.label));
  if (service === undefined) return [];
  const ports = service.ports.map(({ targetPort, protocol }) => `${targetPort}/${protocol}`).join(", ");
  return [
    `${target.label} is the address of Service ${service.namespace}/${service.name}: mostly traffic is sent on to one of its endpoints before policies see it, so ask about those, on port ${ports}`,
  ];
}

/** Clients outside may come with the address of a node. */
function clientNotes({ source, target }: ReadQuestion, reachability: Reachability): readonly string[] {
  const { cluster } = reachability;
  if (source.parts.every(({ isWorkload }) => isWorkload)) return [];
  const leads = (service: Service): boolean =>
    target.parts.some(({ workload }) => workload !== undefined && hasPodsBehind(workload, service));
  const door = cluster.services.find(
    (service) =>
      (service.type === "LoadBalancer" || service.type === "NodePort") &&
      service.externalTrafficPolicy !== "Local" &&
      leads(service),
  );
  if (door === undefined) return [];
  const own = isForAllAddresses({ source, target }, reachability)
    ? ""
    : ", and policies do not treat all addresses alike: with a node's, this answer may be another";
  return [
    `clients that come through Service ${door.namespace}/${door.name} (${door.type}) may have the address of a node to policies${own}: externalTrafficPolicy: Local keeps their own`,
  ];
}

/** Whether the target gets from every address outside what it gets from the source. */
function isForAllAddresses(
  { source, target }: Pick<ReadQuestion, "source" | "target">,
  reachability: Reachability,
): boolean {
  const { addresses, pods } = reachability;
  const outside = addresses.classes
    .map((_, i) => pods.classes.length + i)
    .filter((id) => placesIn(reachability.addressesOf(id)).length === 0);
  return target.parts.every(({ classId }) => {
    const got = (from: number): readonly number[] => [
      reachability.connections(from, classId, "certain"),
      reachability.connections(from, classId, "possible"),
    ];
    const known = new Set([...source.parts.map((part) => part.classId), ...outside].map((from) => got(from).join()));
    return known.size === 1;
  });
}

function pluginNotes({ cluster: { facts = [] } }: Reachability): readonly string[] {
  const plugins = facts.flatMap((fact) => (fact.type === "plugin" ? [fact] : []));
  const [first] = plugins;
  return first !== undefined && plugins.every(({ enforces }) => enforces === "no")
    ? [`the input shows ${first.name}, which does not enforce policies: what is blocked here may pass all the same`]
    : [];
}
