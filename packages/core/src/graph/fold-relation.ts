import { ClassSet } from "../reachability/class-set.ts";
import type { ListedEndpoint } from "../reachability/endpoints.ts";
import type { Bound } from "../reachability/part-expander.ts";
import type { Reachability } from "../reachability/reachability.ts";
import type { DenseGroup } from "../reachability/dense-group.ts";
import type { Row } from "../reachability/row.ts";
import { type ConnectionId, allConnections, noConnections } from "../sets/connection-set.ts";
import { intersection } from "../sets/interval-set.ts";
import { type FoldedEdge, FoldedEdges } from "./folded-edges.ts";
import { GroupSums, type NodeAmount } from "./group-sums.ts";
import type { Partition } from "./partition.ts";

/** What to fold, and how far. */
export interface FoldRequest {
  readonly bound: Bound;
  readonly partition: Partition;
  /** The endpoints whose connections count, and all there are to connect to. */
  readonly sources: Iterable<ListedEndpoint>;
  readonly targets: Iterable<ListedEndpoint>;
  /** Whether the pairs of two nodes, by position, are wanted. */
  readonly isWanted: (source: number, target: number) => boolean;
  /** More edges than this are too many. */
  readonly limit: number;
}

/**
 * The relation between the nodes of a partition, with nothing expanded, as `countPairs` counts it: what big shared sets
 * allow is taken block by block, and only pairs that a small set touches are looked at one by one.
 * Undefined when there are too many edges.
 */
export function foldRelation(reachability: Reachability, request: FoldRequest): readonly FoldedEdge[] | undefined {
  return new FoldRun(reachability, request).edges();
}

class FoldRun {
  readonly #request: FoldRequest;
  readonly #nodeOf: Partition["nodeOf"];
  readonly #table: Reachability["table"];
  readonly #egress: Reachability[Bound]["egress"];
  readonly #ingress: Reachability[Bound]["ingress"];
  readonly #sources: GroupSums;
  readonly #targets: GroupSums;
  readonly #edges: FoldedEdges;
  /** What overlays take away again is found by its ports only where the big sets were taken piece by piece. */
  readonly #onlyAdds: boolean;

  constructor(reachability: Reachability, request: FoldRequest) {
    const { nodes, nodeOf } = request.partition;
    const { egress, ingress } = reachability[request.bound];
    this.#request = request;
    this.#nodeOf = nodeOf;
    this.#table = reachability.table;
    this.#egress = egress;
    this.#ingress = ingress;
    this.#sources = new GroupSums(request.sources, nodeOf);
    this.#targets = new GroupSums(request.targets, nodeOf);
    this.#edges = new FoldedEdges(nodes.length, request.limit);
    this.#onlyAdds = [...ingress.rows.keys(), ...egress.rows.keys()].every((row) => row.onlyAdds);
  }

  edges(): readonly FoldedEdge[] | undefined {
    const isWhole = this.#addBlocks() && this.#addTouchedFromSources() && this.#addTouchedFromTargets();
    return isWhole ? this.#edges.toArray(this.#table) : undefined;
  }

  #addBlocks(): boolean {
    const groups = [...this.#ingress.denseGroups].map(([group, ids]) =>
      this.#targetGroup(group, ClassSet.fromSorted(ids)),
    );
    for (const [group, ids] of this.#egress.denseGroups) {
      const members = ClassSet.fromSorted(ids);
      const amounts = remembered((admitted: ClassSet) => perNode(this.#sources, members, admitted));
      for (const target of groups) if (!this.#addGroupPair(group, members, amounts, target)) return false;
    }
    return true;
  }

  #addGroupPair(
    from: DenseGroup,
    members: ClassSet,
    amounts: (admitted: ClassSet) => readonly NodeAmount[],
    to: TargetGroup,
  ): boolean {
    if (this.#onlyAdds && (from.isIntricate || to.group.isIntricate) && this.#neverAll(from, to.group))
      return this.#addOverlapping(from, members, amounts, to);
    for (const out of from.cells) {
      for (const into of to.group.cells) {
        const connections = this.#table.intersection(out.connections, into.connections);
        if (connections === noConnections) continue;
        const add: AddPairs = (source, target, ...pairs) => this.#edges.add(source, target, connections, ...pairs);
        const block = { from: amounts(into.classes), to: to.amounts(out.classes), add };
        if (block.from.length === 0 || block.to.length === 0) continue;
        const both = (): ClassSet => shared(shared(members, into.classes), shared(to.members, out.classes));
        if (!this.#addBlock(block, both)) return false;
      }
    }
    return true;
  }

  /** Sets that cut each other into many pieces, as they are: the ports by pairs of sets, the pairs by who has any port. */
  #addOverlapping(
    from: DenseGroup,
    members: ClassSet,
    amounts: (admitted: ClassSet) => readonly NodeAmount[],
    to: TargetGroup,
  ): boolean {
    const visit = (admitted: ClassSet, allowed: ClassSet, add: AddPairs): boolean => {
      const both = (): ClassSet => shared(shared(members, admitted), shared(to.members, allowed));
      return this.#addBlock({ from: amounts(admitted), to: to.amounts(allowed), add }, both);
    };
    for (const out of from.parts)
      for (const into of to.group.parts) {
        const connections = this.#table.intersection(out.connections, into.connections);
        if (connections === noConnections) continue;
        const add: AddPairs = (source, target, pairs) => this.#edges.addPorts(source, target, connections, pairs);
        if (!visit(into.classes, out.classes, add)) return false;
      }
    const add: AddPairs = (...pairs) => this.#edges.addPairs(...pairs);
    return from.size <= to.group.size
      ? from.cells.every((out) => visit(to.group.meeting(out.connections), out.classes, add))
      : to.group.cells.every((into) => visit(into.classes, from.meeting(into.connections), add));
  }

  /** Whether no pair of two groups has all ports: then nobody has to count those that do. */
  #neverAll(from: DenseGroup, to: DenseGroup): boolean {
    const all = ({ parts }: DenseGroup): ConnectionId =>
      this.#table.unionAll([...new Set(parts.map(({ connections }) => connections))]);
    return all(from) !== allConnections || all(to) !== allConnections;
  }

  #addBlock({ from, to, add }: Block, both: () => ClassSet): boolean {
    let own: ReadonlyMap<number, NodeAmount> | undefined;
    for (const source of from) {
      for (const target of to) {
        if (!this.#request.isWanted(source.node, target.node)) continue;
        let endpointPairs = source.endpoints * target.endpoints;
        let podPairs = source.pods * target.pods;
        if (source.node === target.node) {
          // A class that is on both sides: no pod talks to itself, and an endpoint only when it may have two.
          own ??= new Map(this.#sources.perNode(both().boundaries).map((amount) => [amount.node, amount]));
          endpointPairs -= own.get(source.node)?.alone ?? 0;
          podPairs -= own.get(source.node)?.pods ?? 0;
        }
        if (endpointPairs > 0) add(source.node, target.node, endpointPairs, podPairs);
      }
      if (this.#edges.tooMany) return false;
    }
    return true;
  }

  #targetGroup(group: DenseGroup, members: ClassSet): TargetGroup {
    return { group, members, amounts: remembered((allowed: ClassSet) => perNode(this.#targets, members, allowed)) };
  }

  #addTouchedFromSources(): boolean {
    for (const [row, members] of this.#egress.rows) {
      row.touched.forEach((target) => {
        const out = row.connections(target);
        const denseOut = row.denseConnections(target);
        const into = this.#ingress.rowOf[target] as Row;
        for (const source of members) {
          const connections = this.#table.intersection(out, into.connections(source));
          this.#addPair(source, target, connections, this.#table.intersection(denseOut, into.denseConnections(source)));
        }
      });
      if (this.#edges.tooMany) return false;
    }
    return true;
  }

  /** Pairs that a small ingress set touches and no small egress set does: those were seen from the source. */
  #addTouchedFromTargets(): boolean {
    for (const [row, members] of this.#ingress.rows) {
      row.touched.forEach((source) => {
        const into = row.connections(source);
        const denseInto = row.denseConnections(source);
        const from = this.#egress.rowOf[source] as Row;
        for (const target of members) {
          if (from.touches(target)) continue;
          const out = from.denseConnections(target);
          this.#addPair(source, target, this.#table.intersection(out, into), this.#table.intersection(out, denseInto));
        }
      });
      if (this.#edges.tooMany) return false;
    }
    return true;
  }

  /** A pair of classes; what big sets allow between them was counted with its block, and may not be so. */
  #addPair(source: number, target: number, connections: ConnectionId, counted: ConnectionId): void {
    if (connections === counted) return;
    const [from, to] = [this.#nodeOf[source] as number, this.#nodeOf[target] as number];
    const [a, b] = [this.#sources.of(source), this.#targets.of(target)];
    if (from < 0 || to < 0 || !this.#request.isWanted(from, to)) return;
    const endpointPairs = a.endpoints * b.endpoints - (source === target ? a.alone : 0);
    if (endpointPairs <= 0) return;
    const podPairs = a.pods * b.pods - (source === target ? a.pods : 0);
    // Where small sets only add, the ports that were counted stay true.
    if (this.#onlyAdds) {
      this.#edges.addPorts(from, to, connections, endpointPairs);
      if (counted === noConnections) this.#edges.addPairs(from, to, endpointPairs, podPairs);
      return;
    }
    if (counted !== noConnections) this.#edges.add(from, to, counted, -endpointPairs, -podPairs);
    if (connections !== noConnections) this.#edges.add(from, to, connections, endpointPairs, podPairs);
  }
}

/** Adds pairs of two nodes: how many there are of endpoints, and of pods. */
type AddPairs = (source: number, target: number, endpointPairs: number, podPairs: number) => void;

interface Block {
  readonly from: readonly NodeAmount[];
  readonly to: readonly NodeAmount[];
  readonly add: AddPairs;
}

interface TargetGroup {
  readonly group: DenseGroup;
  readonly members: ClassSet;
  readonly amounts: (allowed: ClassSet) => readonly NodeAmount[];
}

function shared(a: ClassSet, b: ClassSet): ClassSet {
  return ClassSet.of(intersection(a.boundaries, b.boundaries));
}

function perNode(sums: GroupSums, members: ClassSet, within: ClassSet): readonly NodeAmount[] {
  return sums.perNode(intersection(members.boundaries, within.boundaries));
}

/** The same big sets come with many groups: each is summed once. */
function remembered(amounts: (classes: ClassSet) => readonly NodeAmount[]): typeof amounts {
  const known = new Map<ClassSet, readonly NodeAmount[]>();
  return (classes) => {
    let result = known.get(classes);
    if (result === undefined) known.set(classes, (result = amounts(classes)));
    return result;
  };
}
