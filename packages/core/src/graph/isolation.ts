import { compareStrings } from "../lib/compare.ts";
import { groupBy } from "../lib/group-by.ts";
import { type Direction, type Policy, directions } from "../model/policy.ts";
import type { ClassId } from "../reachability/class-set.ts";
import type { Reachability } from "../reachability/reachability.ts";
import type { ByDirection, Isolation } from "./graph-result.ts";

/** How many names a node lists. */
export const shownNames = 100;

/** The same question answered for both directions. */
export function byDirection<T>(answer: (direction: Direction) => T): ByDirection<T> {
  return { ingress: answer("ingress"), egress: answer("egress") };
}

/** Finds which policies isolate classes and namespaces; each class is looked at once. */
export class IsolationFinder {
  readonly #reachability: Reachability;
  readonly #ofClass = new Map<ClassId, Isolation>();
  #ofNamespace: ReadonlyMap<string, readonly Policy[]> | undefined;

  constructor(reachability: Reachability) {
    this.#reachability = reachability;
  }

  ofClass(id: ClassId): Isolation {
    let isolation = this.#ofClass.get(id);
    if (isolation === undefined) {
      const isolated = byDirection((direction) => this.#reachability.isIsolated(id, direction));
      isolation = named(
        isolated,
        byDirection((direction) => this.#reachability.policiesOf(id, direction)),
      );
      this.#ofClass.set(id, isolation);
    }
    return isolation;
  }

  /** The policies that isolate some pod of a namespace. */
  ofNamespaces(namespaces: readonly string[], isolated: ByDirection<boolean>): Isolation {
    this.#ofNamespace ??= this.#policiesByNamespace();
    const policies = new Set(namespaces.flatMap((namespace) => this.#ofNamespace?.get(namespace) ?? []));
    return named(
      isolated,
      byDirection((direction) => [...policies].filter((policy) => policy.applies[direction])),
    );
  }

  #policiesByNamespace(): ReadonlyMap<string, readonly Policy[]> {
    const { cluster, pods } = this.#reachability;
    const inForce = cluster.policies.filter(
      (policy) =>
        directions.some((direction) => policy.applies[direction]) && this.#reachability.subjects(policy).size > 0,
    );
    const byNamespace = new Map<string, Policy[]>(groupBy(inForce, ({ namespace }) => namespace ?? ""));
    const clusterWide = byNamespace.get("") ?? [];
    byNamespace.delete("");
    for (const policy of clusterWide) {
      const subjects = this.#reachability.subjects(policy).toArray();
      for (const namespace of new Set(subjects.map((id) => pods.classes[id]?.namespace ?? ""))) {
        byNamespace.set(namespace, [...(byNamespace.get(namespace) ?? []), policy]);
      }
    }
    return byNamespace;
  }
}

function named(isolated: ByDirection<boolean>, policies: ByDirection<readonly Policy[]>): Isolation {
  return {
    isolated,
    policies: byDirection((direction) =>
      policies[direction]
        .map(({ name }) => name)
        .toSorted(compareStrings)
        .slice(0, shownNames),
    ),
    policyCounts: byDirection((direction) => policies[direction].length),
  };
}
