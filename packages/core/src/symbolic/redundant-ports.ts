import type { PortSpec } from "../model/policy.ts";
import { difference } from "../sets/interval-set.ts";
import { type Elements, slab } from "./box.ts";
import { ElementCounts } from "./element-counts.ts";
import type { Contribution, RedundancySearch } from "./find-redundancies.ts";
import { protocolPackets, rangeElements } from "./packet.ts";
import { productOf } from "./policy-space.ts";
import type { Part } from "./redundancy.ts";
import { putBack, replace, type RuleState, takeOut } from "./redundancy-state.ts";

/** Takes out the redundant ports of a rule, the last first. One port always stays: `ports: []` would be all traffic. */
export function judgePorts(search: RedundancySearch, rule: RuleState): void {
  const { ports } = rule.rule;
  if (ports === "any" || ports.length < 2) return;
  const judge = new PortJudge(search, rule, ports);
  for (const { placed } of rule.groups) takeOut(placed);
  const kept = judge.kept();
  if (kept.length === ports.length) for (const { placed } of rule.groups) putBack(placed);
  else {
    rule.ports = search.space.portBoxes(kept, rule.ref.direction);
    for (const { placed, boxes } of rule.groups) replace(placed, productOf(rule.subject, boxes, rule.ports));
  }
}

/** Judges the ports of one rule while none of the rule's boxes is in place. */
class PortJudge {
  readonly #search: RedundancySearch;
  readonly #rule: RuleState;
  readonly #alive: Map<number, PortSpec>;
  readonly #ranges: ElementCounts;
  /** The ranges together, until one of them goes. */
  #covered: Elements | undefined;
  /** How often each named port stands in the rule. */
  readonly #names = new Map<string, { readonly port: NamedPort; count: number }>();

  constructor(search: RedundancySearch, rule: RuleState, ports: readonly PortSpec[]) {
    this.#search = search;
    this.#rule = rule;
    this.#alive = new Map(ports.entries());
    this.#ranges = new ElementCounts(ports.map(rangeElements), search.budget);
    for (const port of ports) {
      if (port.type !== "named") continue;
      const known = this.#names.get(nameKey(port));
      if (known === undefined) this.#names.set(nameKey(port), { port, count: 1 });
      else known.count++;
    }
  }

  /** The ports that stay. */
  kept(): readonly PortSpec[] {
    for (const [i, port] of [...this.#alive].toReversed()) {
      if (this.#alive.size < 2) break;
      const own = this.#ownPackets(port);
      const contributions = (packets: Elements): Iterable<Contribution> => this.#contributions(port, packets);
      const whole = { rule: this.#rule.ref, contributions: () => contributions(allPacketsOf(port)) };
      if (this.#search.judge(this.#part(i), contributions(own), whole)) this.#drop(i, port);
    }
    return [...this.#alive.values()];
  }

  #drop(i: number, port: PortSpec): void {
    this.#alive.delete(i);
    if (port.type === "named") {
      const known = this.#names.get(nameKey(port));
      if (known !== undefined && --known.count === 0) this.#names.delete(nameKey(port));
      return;
    }
    this.#ranges.remove(rangeElements(port), this.#search.budget);
    this.#covered = undefined;
  }

  /**
   * The packets that only this port of the rule can admit. Named ports of other names take nothing away from it: a
   * destination may declare none of them.
   */
  #ownPackets(port: PortSpec): Elements {
    const { budget } = this.#search;
    if (port.type === "range") return this.#ranges.onlyIn(rangeElements(port), budget);
    if ((this.#names.get(nameKey(port))?.count ?? 0) > 1) return [];
    this.#covered ??= this.#ranges.covered(budget);
    return difference(protocolPackets(port.protocol), this.#covered);
  }

  *#contributions(port: PortSpec, own: Elements): Iterable<Contribution> {
    const { space } = this.#search;
    const packets =
      port.type === "named"
        ? space.namedPortBox(port, this.#rule.ref.direction, own)
        : slab(space.universe.packet, own);
    if (packets === undefined) return;
    for (const { boxes, placed } of this.#rule.groups)
      for (const box of productOf(this.#rule.subject, boxes, [packets])) yield { box, index: placed.index };
  }

  #part(port: number): Part {
    return { ...this.#rule.ref, type: "port", port };
  }
}

type NamedPort = PortSpec & { readonly type: "named" };

function allPacketsOf(port: PortSpec): Elements {
  return port.type === "range" ? rangeElements(port) : protocolPackets(port.protocol);
}

function nameKey({ protocol, name }: NamedPort): string {
  return `${protocol}/${name}`;
}
