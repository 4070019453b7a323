import type { ClusterNode } from "../model/cluster.ts";
import type { Labels, Requirement, Selector } from "../model/selector.ts";
import { isSatisfiable, matchesRequirement, matchesSelector } from "../semantics/match-selector.ts";
import { singleAddresses } from "../sets/address-set.ts";
import { nodePlaces } from "../sets/reserved-places.ts";
import type { AddressClasses } from "./address-classes.ts";
import { type ClassId, ClassSet } from "./class-set.ts";
import type { Matches } from "./label-index.ts";
import type { PodClasses } from "./pod-classes.ts";

/** The label of the identity of every node, to the policies that select it. */
const hostLabel = "reserved:host";

/** Nodes as policies of Cilium select them: by their addresses, as the node of the other end, as pods on their network. */
export class NodeSubjects {
  readonly #nodes: readonly ClusterNode[];
  readonly #pods: PodClasses;
  readonly #addresses: AddressClasses;
  #nodesOf: NodesOfClasses | undefined;

  constructor(nodes: readonly ClusterNode[], pods: PodClasses, addresses: AddressClasses) {
    this.#nodes = nodes;
    this.#pods = pods;
    this.#addresses = addresses;
  }

  /** All that a policy may select, ascending. */
  get classes(): readonly ClassId[] {
    return [...this.#known().keys()].toSorted((a, b) => a - b);
  }

  /** Those that a selector certainly means, and those that it may mean. */
  selected(selector: Selector): Matches {
    const [certain, possible]: ClassId[][] = [[], []];
    for (const id of this.classes) {
      const answers = this.#answersOf(id, selector);
      if (answers.every((answer) => answer === "no")) continue;
      possible?.push(id);
      if (answers.every((answer) => answer === "yes")) certain?.push(id);
    }
    return { certain: ClassSet.fromSorted(certain ?? []), possible: ClassSet.fromSorted(possible ?? []) };
  }

  /** Of each node that a class may be. */
  #answersOf(id: ClassId, selector: Selector): readonly Answer[] {
    const nodes = this.#known().get(id) ?? this.#nodes;
    if (nodes.length === 0) return [ofUnknownNode(selector)];
    return nodes.map((node) => (matchesSelector(selector, labelsOf(node)) ? "yes" : "no"));
  }

  #known(): NodesOfClasses {
    return (this.#nodesOf ??= nodesOfClasses(this.#nodes, this.#pods, this.#addresses));
  }
}

/** Each class that policies for nodes may select, and which nodes of the input it may be; undefined: any. */
type NodesOfClasses = ReadonlyMap<ClassId, readonly ClusterNode[] | undefined>;

function nodesOfClasses(nodes: readonly ClusterNode[], pods: PodClasses, addresses: AddressClasses): NodesOfClasses {
  const found = new Map<ClassId, readonly ClusterNode[] | undefined>();
  const offset = pods.classes.length;
  for (const node of nodes)
    for (const own of addresses.classesOf(singleAddresses(node.addresses)).toArray())
      found.set(offset + own, [...(found.get(offset + own) ?? []), node]);
  for (const place of nodePlaces) {
    const own = addresses.classOfPlace(place);
    if (own !== undefined) found.set(offset + own, undefined);
  }
  for (const { id, address } of pods.classes.slice(pods.selectable)) {
    const places = address.type === "known" ? address.places : [];
    const ofPlaces = places.map(({ addressClass }) => found.get(offset + addressClass));
    found.set(
      id,
      ofPlaces.find((of) => of !== undefined),
    );
  }
  return found;
}

type Answer = "yes" | "no" | "maybe";

function labelsOf({ labels }: ClusterNode): Labels {
  return Object.assign(Object.create(null) as Labels, labels, { [hostLabel]: "" }); // Object.create is typed as any
}

/** Of a node of which nothing is known but that it is one: another label may have any value or be absent. */
function ofUnknownNode({ requirements }: Selector): Answer {
  const known = requirements.filter(isOfIdentity);
  if (!known.every((requirement) => matchesRequirement(requirement, valueOf(requirement)))) return "no";
  const open = requirements.filter((requirement) => !isOfIdentity(requirement));
  return open.length === 0 ? "yes" : isSatisfiable(open) ? "maybe" : "no";
}

/** Whether all nodes have the same answer to it. On which of them the API server is may not be known. */
function isOfIdentity({ key, operator, values }: Requirement): boolean {
  return key.startsWith("reserved:")
    ? key !== "reserved:kube-apiserver"
    : values.length === 0 && operator.endsWith("In");
}

function valueOf({ key }: Requirement): string | undefined {
  return key === hostLabel ? "" : undefined;
}
