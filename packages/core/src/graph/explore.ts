import type { ListedEndpoint } from "../reachability/endpoints.ts";
import { ClassReach } from "./class-reach.ts";
import type { EndpointRelation } from "./endpoint-relation.ts";

/** The endpoints that can be reached, with the fewest hops it takes; the starting points are at 0. */
export type Explored = ReadonlyMap<ListedEndpoint, number>;

/** Follows connections from the starting points, `hops` of them at most. */
export function explore(relation: EndpointRelation, from: readonly ListedEndpoint[], hops: number): Explored {
  const explored = new Map<ListedEndpoint, number>(from.map((endpoint) => [endpoint, 0]));
  const reach = new ClassReach(relation.reachability, relation.bound);
  const followed = new Set<number>();
  let frontier = from;
  for (let depth = 0; depth < hops && frontier.length > 0; depth++) {
    const next: ListedEndpoint[] = [];
    const visit = (target: ListedEndpoint): void => {
      if (explored.has(target)) return;
      explored.set(target, depth + 1);
      next.push(target);
    };
    for (const source of frontier) {
      if (source.endpoint.type === "ingress-controller") for (const [target] of relation.routed()) visit(target);
      else if (!followed.has(source.classId)) {
        followed.add(source.classId);
        reach.from(source.classId, (target) => relation.ofClass(target).forEach(visit));
      }
    }
    frontier = next;
  }
  return explored;
}
