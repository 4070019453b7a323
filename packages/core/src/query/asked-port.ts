import { UsageError } from "../lib/usage-error.ts";
import type { ContainerPort, Service, ServicePort } from "../model/cluster.ts";
import { type Protocol, protocols } from "../model/policy.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { type ConnectionId, allConnections, isIcmp, noConnections } from "../sets/connection-set.ts";
import { listedPorts } from "../semantics/backend-targets.ts";
import { parsePort } from "../sets/parse-port.ts";
import type { QuestionPart, QuestionSide } from "./resolve-endpoint.ts";

/** The port of a question, as the pods of the target see it. */
export interface AskedPorts {
  /** As it is printed, e.g. `8080/TCP`; absent when any port was meant. */
  readonly label?: string;
  /** What is asked of one part of the target. */
  readonly of: (part: QuestionPart) => ConnectionId;
  readonly notes: readonly string[];
}

interface Range {
  readonly protocol: Protocol;
  readonly from: number;
  readonly to: number;
}

/**
 * What is asked of the target's pods: a number is their own port unless it is a port of the Service that was named; a name
 * is looked up in the Service, then in the pods. Without a port, a Service stands for all of its ports. Throws a UsageError
 * for a port that is none, and for a name that nobody has.
 */
export function askedPorts(text: string | undefined, target: QuestionSide, reachability: Reachability): AskedPorts {
  const { table } = reachability;
  const { service } = target;
  if (text === undefined && service === undefined) return { of: () => allConnections, notes: [] };
  if (text === undefined) return ofService(service as Service, service?.ports ?? [], undefined, reachability);
  const named =
    /^(?:(?<before>tcp|udp|sctp)\/)?(?<name>(?=[^/]*[a-z])[a-z0-9-]{1,63})(?:\/(?<after>tcp|udp|sctp))?$/i.exec(text);
  if (named !== null) return byName(text, named.groups ?? {}, target, reachability);
  const port = parsePort(text);
  if (isIcmp(port.protocol)) return ofIcmp(port, reachability);
  const ofIt = service?.ports.filter(
    (each) => each.protocol === port.protocol && port.from === port.to && each.port === port.from,
  );
  if (service !== undefined && ofIt !== undefined && ofIt.length > 0)
    return ofService(service, ofIt, port.label, reachability);
  const asked = table.ofPorts([port]);
  const note =
    service === undefined
      ? []
      : [`${nameOf(service)} has no port ${port.label}: the answer is about that port of its pods`];
  return { label: port.label, of: () => asked, notes: note };
}

/** Whether a question is about ICMP. */
export function asksForIcmp({ port = "" }: { readonly port?: string }): boolean {
  return /^icmp(?:v6)?\/|\/icmp(?:v6)?$/i.test(port);
}

/** "Network policies are not defined for ICMP": Cilium's are. */
function ofIcmp(port: ReturnType<typeof parsePort>, { table, options }: Reachability): AskedPorts {
  if (options.assumptions.dataplane !== "cilium")
    throw new UsageError(
      `${port.label} is asked where Cilium enforces only: Kubernetes leaves open what a NetworkPolicy does with ICMP. Assume dataplane=cilium if it does`,
    );
  const asked = table.ofPorts([port]);
  return { label: port.label, of: () => asked, notes: [] };
}

function ofService(
  service: Service,
  ports: readonly ServicePort[],
  label: string | undefined,
  reachability: Reachability,
  find: FindPorts = clientPorts,
): AskedPorts {
  return {
    ...(label === undefined ? {} : { label }),
    of: (part) => reachability.table.ofPorts(ports.flatMap((port) => find(service, port, part, reachability))),
    notes: [...new Set(ports.flatMap((port) => translationNotes(service, port, find)))].slice(0, 5),
  };
}

type FindPorts = (
  service: Service,
  port: ServicePort,
  part: QuestionPart,
  reachability: Reachability,
) => readonly Range[];

function translationNotes(service: Service, front: ServicePort, find: FindPorts): readonly string[] {
  const { port, protocol, targetPort } = front;
  const from = `${port}/${protocol}`;
  if (service.endpoints !== undefined)
    return listedPorts(service.endpoints, front).flatMap((number) =>
      number === port ? [] : [`port ${from} of ${nameOf(service)} leads to port ${number} of its endpoints`],
    );
  if (port === targetPort) return [];
  return service.headless && find === clientPorts
    ? [
        `${nameOf(service)} is headless, so nothing translates its ports: who connects to ${from} comes to port ${port} of the pods, not to targetPort ${targetPort}`,
      ]
    : [
        `port ${from} of ${nameOf(service)} leads to port ${targetPort} of its pods, and that is the one which policies see`,
      ];
}

/**
 * The numbers that who connects to a port of a Service comes to. "For headless Services, a cluster IP is not allocated,
 * kube-proxy does not handle these Services": the port stays what it is.
 */
export function clientPorts(
  service: Service,
  front: ServicePort,
  part: QuestionPart,
  reachability: Reachability,
): readonly Range[] {
  const { protocol, port } = front;
  return service.headless && service.endpoints === undefined
    ? [{ protocol, from: port, to: port }]
    : targetPorts(service, front, part, reachability);
}

/** The numbers that a port of a Service has on the pods behind it: what its DNS records of type SRV tell of a headless one. */
function targetPorts(
  { endpoints }: Service,
  front: ServicePort,
  part: QuestionPart,
  reachability: Reachability,
): readonly Range[] {
  const { protocol, targetPort } = front;
  if (endpoints !== undefined)
    return listedPorts(endpoints, front).map((number) => ({ protocol, from: number, to: number }));
  if (typeof targetPort === "number") return [{ protocol, from: targetPort, to: targetPort }];
  return declared(part, targetPort, [protocol], reachability);
}

function byName(
  text: string,
  { before, name = "", after }: Readonly<Record<string, string | undefined>>,
  target: QuestionSide,
  reachability: Reachability,
): AskedPorts {
  const asked = (before ?? after)?.toUpperCase();
  const wanted = protocols.filter((protocol) => asked === undefined || protocol === asked);
  const { service } = target;
  const ofIt = service?.ports.filter((each) => each.name === name && wanted.includes(each.protocol)) ?? [];
  if (service !== undefined && ofIt.length > 0) return ofService(service, ofIt, text, reachability, targetPorts);
  const numbers = target.parts.flatMap((part) => declared(part, name, wanted, reachability));
  if (numbers.length === 0) throw unknownPort(text, target);
  const list = [...new Set(numbers.map(({ from, protocol }) => `${from}/${protocol}`))];
  return {
    label: `${text} (${list.join(", ")})`,
    of: (part) => {
      const ranges = declared(part, name, wanted, reachability);
      return ranges.length === 0 ? noConnections : reachability.table.ofPorts(ranges);
    },
    notes: [],
  };
}

/** A name that some rule uses tells classes apart; of another one all pods of the workload are asked. */
function declared(
  part: QuestionPart,
  name: string,
  wanted: readonly Protocol[],
  reachability: Reachability,
): readonly Range[] {
  const known = reachability.podClass(part.classId)?.namedPorts;
  return wanted.flatMap((protocol) => {
    const numbers =
      known?.get(`${protocol}/${name}`) ??
      portsOf(part).flatMap((port) => (port.name === name && port.protocol === protocol ? [port.port] : []));
    return numbers.map((number) => ({ protocol, from: number, to: number }));
  });
}

function portsOf({ workload }: QuestionPart): readonly ContainerPort[] {
  return workload?.groups.flatMap(({ ports }) => ports) ?? [];
}

function unknownPort(text: string, target: QuestionSide): UsageError {
  const names = [
    ...(target.service?.ports.flatMap(({ name }) => name ?? []) ?? []),
    ...target.parts.flatMap((part) => portsOf(part).flatMap(({ name }) => name ?? [])),
  ];
  const known = [...new Set(names)].slice(0, 10);
  const advice = known.length === 0 ? "it names none: write a number, like 8080/TCP" : `it has ${known.join(", ")}`;
  return new UsageError(`${target.label} has no port named ${JSON.stringify(text.slice(0, 70))}; ${advice}`);
}

function nameOf({ namespace, name }: Service): string {
  return `Service ${namespace}/${name}`;
}
