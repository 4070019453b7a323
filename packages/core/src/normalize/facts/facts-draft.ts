import type { ObjectRef } from "../../diagnostics/diagnostic.ts";
import type { Assumptions } from "../../model/assumptions.ts";
import type { CidrFact, ClusterFact, ToldFact } from "../../model/facts.ts";
import type { NodePath, Origin } from "../../source/position.ts";
import { parseCidr } from "../../sets/address-set.ts";

/** The object that is being read, as far as facts name it. */
export interface FactSource {
  readonly object: ObjectRef;
  readonly origin: Origin;
}

/** More of one kind than this say nothing new: every node has a CIDR of its own. */
const mostFacts = 1_000;

/** What has been read of the cluster itself. The first object that tells a thing is the one that is named. */
export class FactsDraft {
  readonly #facts = new Map<string, ClusterFact>();
  /** What the settings of the data plane answer. */
  readonly assumed: { -readonly [K in keyof Assumptions]?: Assumptions[K] } = {};
  /** Service accounts, as `namespace/name`, whose pods get no token unless they ask for one. */
  readonly accountsWithoutToken: Set<string> = new Set();
  /** Service accounts, as `namespace/name`, that a binding gives a role. */
  readonly accountsWithRole: Set<string> = new Set();

  add(fact: ToldFact, { object, origin }: FactSource, path: NodePath): void {
    const key = JSON.stringify(fact);
    if (this.#facts.size < mostFacts && !this.#facts.has(key)) this.#facts.set(key, { ...fact, object, origin, path });
  }

  /** The CIDRs of a text that may list several. What is none says nothing. */
  addCidrs(use: CidrFact["use"], text: unknown, source: FactSource, path: NodePath): void {
    if (typeof text !== "string") return;
    for (const cidr of text.split(/[\s,]+/).slice(0, mostFacts))
      if (parseCidr(cidr) !== undefined) this.add({ type: "cidr", use, cidr }, source, path);
  }

  /** In input order. */
  all(): readonly ClusterFact[] {
    return [...this.#facts.values()];
  }
}
