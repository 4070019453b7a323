import { groupBy } from "../lib/group-by.ts";
import type { ClassId } from "../reachability/class-set.ts";
import { type ListedEndpoint, listEndpoints } from "../reachability/endpoints.ts";
import { type RoutedTraffic, ingressControllerTraffic } from "../reachability/ingress-controller.ts";
import { Outgoing } from "../reachability/outgoing.ts";
import type { Bound } from "../reachability/part-expander.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { type ConnectionId, noConnections } from "../sets/connection-set.ts";

/** The relation between endpoints under one bound, the ingress controller among them. Pairs are found when asked for. */
export class EndpointRelation {
  readonly reachability: Reachability;
  readonly bound: Bound;
  /** Sorted by id. */
  readonly endpoints: readonly ListedEndpoint[];
  readonly #routed: RoutedTraffic;
  readonly #byClass: ReadonlyMap<ClassId, readonly ListedEndpoint[]>;
  readonly #ranks: ReadonlyMap<ListedEndpoint, number>;
  #outgoing: Outgoing | undefined;

  constructor(reachability: Reachability, bound: Bound) {
    this.reachability = reachability;
    this.bound = bound;
    const listed = listEndpoints(reachability);
    this.#routed = ingressControllerTraffic(reachability, listed);
    const added = this.#routed.endpoint;
    const at = added === undefined ? -1 : listed.findIndex(({ endpoint }) => endpoint.id > added.endpoint.id);
    this.endpoints = added === undefined ? listed : listed.toSpliced(at < 0 ? listed.length : at, 0, added);
    this.#byClass = groupBy(this.endpoints, ({ classId }) => classId);
    this.#ranks = new Map(this.endpoints.map((endpoint, rank) => [endpoint, rank]));
  }

  /** The endpoints that a class decides for. */
  ofClass(id: ClassId): readonly ListedEndpoint[] {
    return this.#byClass.get(id) ?? [];
  }

  /** What the ingress controller may send to whom. */
  *routed(): Generator<readonly [ListedEndpoint, ConnectionId]> {
    for (const [target, connections] of this.#routed[this.bound]) {
      if (connections !== noConnections) yield [target, connections];
    }
  }

  /** Whether the other bound has more. */
  get isOpen(): boolean {
    if (this.reachability.possible !== this.reachability.certain) return true;
    return [...this.#routed.possible].some(([target, connections]) => this.#routed.certain.get(target) !== connections);
  }

  /** What an endpoint may send to whom, sorted by target. */
  from(source: ListedEndpoint): readonly (readonly [ListedEndpoint, ConnectionId])[] {
    if (source.endpoint.type === "ingress-controller") return this.#sorted([...this.routed()]);
    this.#outgoing ??= new Outgoing(this.reachability, this.bound);
    const pairs: (readonly [ListedEndpoint, ConnectionId])[] = [];
    this.#outgoing.from(source.classId, (classId, connections) => {
      // Thousands of address classes "reach" each other: not even looked up.
      if (!this.reachability.isDecided(source.classId, classId)) return;
      for (const target of this.ofClass(classId)) {
        if (source !== target || source.toItself) pairs.push([target, connections]);
      }
    });
    return this.#sorted(pairs);
  }

  #sorted(pairs: (readonly [ListedEndpoint, ConnectionId])[]): readonly (readonly [ListedEndpoint, ConnectionId])[] {
    return pairs.toSorted(([a], [b]) => (this.#ranks.get(a) ?? 0) - (this.#ranks.get(b) ?? 0));
  }
}
