import type { ServicePortUse } from "../answers/explanation.ts";
import type { Service, ServicePort } from "../model/cluster.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { type ConnectionId, noConnections } from "../sets/connection-set.ts";
import { clientPorts } from "./asked-port.ts";
import type { ReadQuestion } from "./can.ts";
import { hasPodsBehind } from "./resolve-endpoint.ts";

/** A port of a Service that leads to the target of a question. */
export interface LeadingPort {
  readonly service: string;
  readonly port: ServicePort;
  /** The same number at the pods: what somebody allows who takes it for the port of the pods. */
  readonly own: ConnectionId;
  /** The port of nodes that leads there. */
  readonly ofNodes: ConnectionId;
  /** Where the pods get it. */
  readonly target: ConnectionId;
  readonly use: ServicePortUse;
}

/** The ports of the Services in front of the target: those of the Service that was named, else of all that select its pods. */
export function leadingPorts(
  { target, pairs }: Pick<ReadQuestion, "target" | "pairs">,
  reachability: Reachability,
): readonly LeadingPort[] {
  const { table, cluster } = reachability;
  const parts = [...new Set(pairs.map(({ to }) => to))];
  const leads = (service: Service): boolean =>
    parts.some(({ workload }) => workload !== undefined && hasPodsBehind(workload, service));
  const services = target.service === undefined ? cluster.services.filter(leads) : [target.service];
  return services.flatMap((service) =>
    service.ports.map((port): LeadingPort => {
      const name = `${service.namespace}/${service.name}`;
      const ranges = parts.flatMap((part) => clientPorts(service, port, part, reachability));
      const podPorts = [...new Set(ranges.map(({ from, protocol }) => `${from}/${protocol}`))];
      return {
        service: name,
        port,
        own: table.ofPort({ protocol: port.protocol, from: port.port, to: port.port }),
        ofNodes:
          port.nodePort === undefined
            ? noConnections
            : table.ofPort({ protocol: port.protocol, from: port.nodePort, to: port.nodePort }),
        target: ranges.length === 0 ? noConnections : table.ofPorts(ranges),
        use: {
          service: name,
          port: `${port.port}/${port.protocol}`,
          ...(port.name === undefined ? {} : { portName: port.name }),
          targetPort: isDirect(service) ? `${ranges[0]?.from ?? port.port}` : `${port.targetPort}`,
          podPorts,
        },
      };
    }),
  );
}

/** Whether its targetPort says nothing of where clients come. */
function isDirect({ headless, endpoints }: Service): boolean {
  return headless || endpoints !== undefined;
}

/** Of these, those that have to do with what was asked: they lead to it, or are of the number that was asked. */
export function askedLeadingPorts(
  leading: readonly LeadingPort[],
  { pairs }: Pick<ReadQuestion, "pairs">,
  { table }: Reachability,
): readonly LeadingPort[] {
  return leading.filter(({ own, target }) =>
    pairs.some(({ asked }) => table.meets(asked, target) || table.meets(asked, own)),
  );
}

/** What somebody should know who took the port of a Service for that of its pods. */
export function servicePortNotes(
  leading: readonly LeadingPort[],
  { target, pairs, port }: ReadQuestion,
  { table }: Reachability,
): readonly string[] {
  if (target.service !== undefined || port.label === undefined) return [];
  const isDeclared = (asked: ConnectionId): boolean =>
    pairs.some(({ to }) =>
      (to.workload?.groups ?? []).some(({ ports }) =>
        ports.some((each) =>
          table.meets(asked, table.ofPort({ protocol: each.protocol, from: each.port, to: each.port })),
        ),
      ),
    );
  return leading.flatMap(({ service, own, target: pods, port: { port: number, protocol }, use }) => {
    const isTaken = pairs.some(({ asked }) => asked === own && !table.meets(asked, pods) && !isDeclared(asked));
    if (!isTaken || use.podPorts.length === 0) return [];
    return [
      `${number}/${protocol} is the port of Service ${service}; its pods get that traffic on ${use.podPorts.join(", ")}, and that is the port which policies see: ask for it, or for svc/${service.split("/")[1] ?? ""}`,
    ];
  });
}
