import type { ClassId } from "../reachability/class-set.ts";
import type { Bound } from "../reachability/part-expander.ts";
import type { Reachability, Relation } from "../reachability/reachability.ts";
import type { DenseGroup } from "../reachability/dense-group.ts";
import type { Row } from "../reachability/row.ts";
import { noConnections } from "../sets/connection-set.ts";
import { type IntervalSet, intersection } from "../sets/interval-set.ts";
import { ClassSet } from "../reachability/class-set.ts";

/** Every class of `sources` may send something to every class of `targets`. */
interface Block {
  readonly sources: ClassSet;
  readonly targets: IntervalSet<ClassId>;
  /** A source of this kind has reached the targets already: nothing more is to be found. */
  done: "no" | "from outside" | "yes";
}

/**
 * Finds what can be reached, each class once, whatever the number of ways to it: following everything from everywhere
 * costs no more than counting the relation.
 */
export class ClassReach {
  readonly #reachability: Reachability;
  readonly #relation: Relation;
  readonly #seen: Uint8Array;
  readonly #rowsTouching = new Map<ClassId, Row[]>();
  readonly #members: ReadonlyMap<DenseGroup, ClassSet>;
  readonly #blocks = new Map<DenseGroup, Block[]>();

  constructor(reachability: Reachability, bound: Bound) {
    this.#reachability = reachability;
    this.#relation = reachability[bound];
    this.#seen = new Uint8Array(reachability.classCount);
    for (const row of this.#relation.ingress.rows.keys()) {
      row.touched.forEach((id) => {
        const rows = this.#rowsTouching.get(id);
        if (rows === undefined) this.#rowsTouching.set(id, [row]);
        else rows.push(row);
      });
    }
    this.#members = new Map(
      [...this.#relation.ingress.denseGroups].map(([group, members]) => [group, ClassSet.fromSorted(members)]),
    );
  }

  /** Calls `visit` for every class that `source` may send something to and that no earlier call found. */
  from(source: ClassId, visit: (target: ClassId) => void): void {
    const out = this.#relation.egress.rowOf[source];
    if (out === undefined) return;
    const podCount = this.#reachability.pods.classes.length;
    const isOutside = source >= podCount;
    const found = (target: ClassId): void => {
      if (this.#seen[target] === 1 || (isOutside && target >= podCount)) return;
      this.#seen[target] = 1;
      visit(target);
    };
    const check = (target: ClassId): void => {
      if (this.#seen[target] === 0 && this.#connects(source, target)) found(target);
    };
    this.#throughBlocks(out, source, isOutside, found, check);
    out.touched.forEach(check);
    for (const row of this.#rowsTouching.get(source) ?? [])
      for (const id of this.#relation.ingress.rows.get(row) ?? []) check(id);
  }

  #connects(source: ClassId, target: ClassId): boolean {
    const out = this.#relation.egress.rowOf[source]?.connections(target) ?? noConnections;
    const into = this.#relation.ingress.rowOf[target]?.connections(source) ?? noConnections;
    return this.#reachability.table.intersection(out, into) !== noConnections;
  }

  #throughBlocks(
    out: Row,
    source: ClassId,
    isOutside: boolean,
    found: (target: ClassId) => void,
    check: (target: ClassId) => void,
  ): void {
    const group = out.dense;
    const live = this.#blocks.get(group) ?? this.#blocksOf(group);
    let exhausted = false;
    for (const block of live) {
      if (block.done === "yes" || (isOutside && block.done !== "no") || !block.sources.has(source)) continue;
      if (!this.#throughBlock(out, source, block, found, check)) continue;
      block.done = isOutside ? "from outside" : "yes";
      exhausted ||= !isOutside;
    }
    this.#blocks.set(group, exhausted ? live.filter(({ done }) => done !== "yes") : live);
  }

  /** Takes the targets of a block; false when a small set denies one, so that another source may still reach it. */
  #throughBlock(
    out: Row,
    source: ClassId,
    { targets }: Block,
    found: (target: ClassId) => void,
    check: (target: ClassId) => void,
  ): boolean {
    let isWhole = true;
    ClassSet.of(targets).forEach((target) => {
      if (this.#seen[target] === 1) return;
      const into = this.#relation.ingress.rowOf[target] as Row;
      const isPlain = (out.onlyAdds || !out.touches(target)) && (into.onlyAdds || !into.touches(source));
      (isPlain ? found : check)(target);
      isWhole &&= isPlain || this.#seen[target] === 1;
    });
    return isWhole;
  }

  /** What the big sets of a group of sources allow, block by block. */
  #blocksOf(group: DenseGroup): Block[] {
    const blocks: Block[] = [];
    for (const [target, members] of this.#members) {
      for (const out of group.parts) {
        const targets = target.size === 0 ? [] : intersection(members.boundaries, out.classes.boundaries);
        if (targets.length === 0) continue;
        for (const into of target.parts) {
          if (!this.#reachability.table.meets(out.connections, into.connections)) continue;
          blocks.push({ sources: into.classes, targets, done: "no" });
        }
      }
    }
    return blocks;
  }
}
