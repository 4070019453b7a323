import { type Rule, protocols } from "../../model/policy.ts";
import type { PodClass } from "../../reachability/pod-classes.ts";
import { type ConnectionId, allConnections } from "../../sets/connection-set.ts";
import type { RuleContext } from "../context.ts";
import { portsText } from "./words.ts";

interface RulePorts {
  /** What is written by number. */
  readonly numbered: ConnectionId;
  readonly named: readonly string[];
  /** All, by what names a destination declares. */
  readonly onProfile: Map<number, ConnectionId>;
}

/** The ports of rules as connections, each rule once. */
class PortsOfRules {
  readonly #rules = new Map<Rule, RulePorts>();
  readonly #context: RuleContext;

  constructor(context: RuleContext) {
    this.#context = context;
  }

  on(rule: Rule, destination: PodClass): ConnectionId {
    const { table } = this.#context.reachability;
    let ports = this.#rules.get(rule);
    if (ports === undefined) this.#rules.set(rule, (ports = this.#read(rule)));
    const { named, numbered, onProfile } = ports;
    if (named.length === 0) return numbered;
    let all = onProfile.get(destination.portProfile);
    if (all === undefined) {
      const ranges = protocols.flatMap((protocol) =>
        named
          .filter((name) => name.startsWith(`${protocol}/`))
          .flatMap((name) => destination.namedPorts.get(name) ?? [])
          .map((port) => ({ protocol, from: port, to: port })),
      );
      all = table.union(numbered, table.ofPorts(ranges));
      onProfile.set(destination.portProfile, all);
    }
    return all;
  }

  #read({ ports }: Rule): RulePorts {
    const onProfile = new Map<number, ConnectionId>();
    if (ports === "any") return { numbered: allConnections, named: [], onProfile };
    return {
      onProfile,
      numbered: this.#context.reachability.table.ofPorts(ports.filter((port) => port.type === "range")),
      named: ports.flatMap((port) => (port.type === "named" ? [`${port.protocol}/${port.name}`] : [])),
    };
  }
}

/** The ports of a rule, names resolved on the destination. */
export function rulePortsOn(context: RuleContext, rule: Rule, destination: PodClass): ConnectionId {
  return context.once(makePorts).on(rule, destination);
}

function makePorts(context: RuleContext): PortsOfRules {
  return new PortsOfRules(context);
}

/** Connections as findings write ports: `TCP 80, UDP 53`. */
export function connectionsText({ reachability }: RuleContext, id: ConnectionId): string {
  if (reachability.table.isAll(id)) return portsText("any");
  const ranges = [...reachability.table.ports(id)].flatMap(([protocol, ports]) =>
    ports.map(({ from, to }) => ({ type: "range", protocol, from, to }) as const),
  );
  return portsText(ranges);
}
