import { finalPoliciesOf } from "../reachability/final-policies.ts";
import type { ClusterOpening, ExposedDirection, ExposedWorkload } from "../answers/exposure.ts";
import { type Direction, type Policy } from "../model/policy.ts";
import type { ListedEndpoint } from "../reachability/endpoints.ts";
import type { Bound } from "../reachability/part-expander.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { selectorValue } from "../answers/selector-value.ts";
import { addressNames } from "../sets/address-names.ts";
import type { AddressSet } from "../sets/address-set.ts";
import { type ConnectionId, noConnections } from "../sets/connection-set.ts";
import { unionAll } from "../sets/interval-set.ts";
import { type Location } from "../source/position.ts";
import { selectorImplies } from "../symbolic/selector-questions.ts";
import { isStandIn, type PeerPods, peerPods, type StandIns } from "./stand-ins.ts";
import { OpeningRules } from "./opening-rules.ts";

/** A peer of the policies that select a class, with the class that stands for it. */
interface Candidate extends PeerPods {
  readonly classId: number;
  readonly connections: ConnectionId;
  /** What of them is certain. */
  readonly certain: ConnectionId;
  readonly isNamespace: boolean;
}

/** What each workload is open to: what the relation says of the pods that stand for all that could be there. */
export function exposedWorkloads(
  reachability: Reachability,
  endpoints: readonly ListedEndpoint[],
  standIns: StandIns,
): readonly ExposedWorkload[] {
  const view = new ExposureView(reachability, endpoints, standIns);
  return endpoints.flatMap(({ endpoint, workload, classId }) =>
    workload === undefined || isStandIn(workload)
      ? []
      : [{ id: endpoint.id, ingress: view.of(classId, "ingress"), egress: view.of(classId, "egress") }],
  );
}

class ExposureView {
  readonly #reachability: Reachability;
  readonly #classOf: ReadonlyMap<string, number>;
  readonly #standIns: StandIns;
  readonly #known = new Map<string, ExposedDirection>();
  readonly #implied = new Map<string, boolean>();
  readonly #present = new Map<string, boolean>();
  /** To read where a rule stands is dear, and the rules of a policy open many classes. */
  readonly #places = new Map<string, Location>();

  constructor(reachability: Reachability, endpoints: readonly ListedEndpoint[], standIns: StandIns) {
    this.#reachability = reachability;
    this.#standIns = standIns;
    this.#classOf = new Map(
      endpoints.flatMap(({ workload, classId }) => (workload === undefined ? [] : [[workload.id, classId] as const])),
    );
  }

  /** Classes that the same policies select are open to the same, where they give ports the same names. */
  of(id: number, direction: Direction): ExposedDirection {
    const policies = this.#reachability.policiesOf(id, direction, "possible");
    const podClass = this.#reachability.podClass(id);
    const kind = `${podClass?.portProfile ?? ""} ${podClass?.onNode === true} ${podClass?.namespace ?? ""}`;
    const asked = [...policies, ...finalPoliciesOf(this.#reachability, id, direction)];
    const key = `${direction} ${asked.map(({ index }) => index).join()} ${kind} ${JSON.stringify(podClass?.address ?? "")}`;
    let exposed = this.#known.get(key);
    if (exposed === undefined) this.#known.set(key, (exposed = this.#exposed(id, direction, policies)));
    return exposed;
  }

  #exposed(id: number, direction: Direction, policies: readonly Policy[]): ExposedDirection {
    const rules = new OpeningRules(this.#reachability, id, direction, policies, this.#standIns.marks, this.#places);
    const candidates = this.#candidates(id, direction, policies);
    const { table } = this.#reachability;
    const all = this.#standIns.anybody.map((text) => this.#classOf.get(text) ?? -1);
    const [anybody = -1] = all;
    const everybody = this.#withAll(id, all, direction);
    const certainOfEverybody = this.#withAll(id, all, direction, "certain");
    // What wider ones hold is not told again, unless they hold only possibly what is certain here.
    const beyond = (candidate: Candidate): ConnectionId => {
      const wider = candidates.filter((other) => other.key !== candidate.key && this.#isInside(candidate, other));
      const less = (of: "connections" | "certain", all: ConnectionId): ConnectionId =>
        wider.reduce((rest, other) => table.difference(rest, other[of]), table.difference(candidate[of], all));
      return table.union(less("connections", everybody), less("certain", certainOfEverybody));
    };
    const openings = candidates.flatMap((candidate) => {
      const connections = candidate.isNamespace ? this.#ofAll(candidate, candidates, beyond) : beyond(candidate);
      return connections === noConnections
        ? []
        : [{ candidate, opening: rules.opening(connections, candidate.certain, candidate.classId) }];
    });
    const mayBeIsolated =
      !this.#reachability.isIsolated(id, direction) && this.#reachability.isIsolated(id, direction, "possible");
    return {
      isolated: this.#reachability.isIsolated(id, direction),
      ...(mayBeIsolated ? { mayBeIsolated } : {}),
      internet: this.#internet(id, direction, rules),
      cluster:
        everybody === noConnections
          ? null
          : {
              ...rules.opening(everybody, certainOfEverybody, anybody),
              ...this.#exceptions(everybody, candidates, rules),
            },
      namespaces: openings
        .filter(({ candidate }) => candidate.isNamespace)
        .map(({ candidate, opening }) => ({ selector: selectorValue(candidate.namespaceSelector), ...opening })),
      labels: openings
        .filter(({ candidate }) => !candidate.isNamespace)
        .map(({ candidate, opening }) => ({
          namespaceSelector: selectorValue(candidate.namespaceSelector),
          podSelector: selectorValue(candidate.podSelector),
          present: this.#isPresent(candidate),
          ...opening,
        })),
      through: rules.told,
    };
  }

  /** The pods that may less than everybody: those that rules deny something, or that rules which exclude labels leave out. */
  #exceptions(
    everybody: ConnectionId,
    candidates: readonly Candidate[],
    rules: OpeningRules,
  ): Pick<ClusterOpening, "except"> {
    const { table } = this.#reachability;
    const less = candidates
      .map((candidate) => ({ candidate, rest: table.intersection(candidate.connections, everybody) }))
      .filter(({ rest }) => rest !== everybody);
    const told = less.filter(
      ({ candidate, rest }, i) =>
        !less.some(
          (other, at) =>
            other.candidate !== candidate &&
            other.rest === rest &&
            this.#isInside(candidate, other.candidate) &&
            (at < i || !this.#isInside(other.candidate, candidate)),
        ),
    );
    if (told.length === 0) return {};
    const except = told.map(({ candidate: { namespaceSelector, podSelector }, rest }) => ({
      namespaceSelector: selectorValue(namespaceSelector),
      podSelector: selectorValue(podSelector),
      ...rules.ports(rest),
    }));
    return { except };
  }

  /** What every pod of whole namespaces may: also those whose labels a rule that denies names. */
  #ofAll(
    candidate: Candidate,
    candidates: readonly Candidate[],
    beyond: (candidate: Candidate) => ConnectionId,
  ): ConnectionId {
    return candidates
      .filter((other) => other !== candidate && this.#isInside(other, candidate))
      .reduce(
        (common, { connections }) => this.#reachability.table.intersection(common, connections),
        beyond(candidate),
      );
  }

  #candidates(id: number, direction: Direction, policies: readonly Policy[]): readonly Candidate[] {
    const found = new Map<string, Candidate>();
    for (const policy of policies)
      for (const { peers } of policy.rules[direction])
        for (const peer of peers === "any" ? [] : peers) {
          const pods = peer.type === "pods" ? peerPods(peer, policy) : undefined;
          const ids = pods === undefined ? undefined : this.#standIns.of.get(pods.key);
          const classes = ids?.flatMap((text) => this.#classOf.get(text) ?? []) ?? [];
          const [classId] = classes;
          if (pods === undefined || classId === undefined || found.has(pods.key)) continue;
          const isNamespace = pods.podSelector.requirements.length === 0;
          const connections = this.#withAll(id, classes, direction);
          const certain = this.#withAll(id, classes, direction, "certain");
          found.set(pods.key, { ...pods, classId, isNamespace, connections, certain });
        }
    return [...found.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
  }

  #with(id: number, other: number, direction: Direction, bound: Bound = "possible"): ConnectionId {
    const row = this.#reachability[bound][direction].rowOf[id];
    return row?.connections(other) ?? noConnections;
  }

  /** What passes with each of several classes. */
  #withAll(id: number, others: readonly number[], direction: Direction, bound?: Bound): ConnectionId {
    return others
      .map((other) => this.#with(id, other, direction, bound))
      .reduce((common, each) => this.#reachability.table.intersection(common, each));
  }

  /** Whether all pods of a peer are pods of another: containment of selectors, not equality of texts. */
  #isInside(inner: PeerPods, outer: PeerPods): boolean {
    const key = `${inner.key}\u0005${outer.key}`;
    let is = this.#implied.get(key);
    if (is === undefined) {
      is =
        selectorImplies(inner.namespaceSelector, outer.namespaceSelector, "namespace") &&
        selectorImplies(inner.podSelector, outer.podSelector);
      this.#implied.set(key, is);
    }
    return is;
  }

  #isPresent(peer: PeerPods): boolean {
    let is = this.#present.get(peer.key);
    if (is === undefined) this.#present.set(peer.key, (is = this.#hasPods(peer)));
    return is;
  }

  #hasPods({ namespaceSelector, podSelector }: PeerPods): boolean {
    const { certain } = this.#reachability.peers.podPeer({ type: "pods", namespaceSelector, podSelector }, "");
    return certain
      .toArray()
      .some((id) => this.#reachability.podClass(id)?.members.some(({ workload }) => !isStandIn(workload)) === true);
  }

  /** Addresses outside by what they may connect to. */
  #internet(id: number, direction: Direction, rules: OpeningRules): ExposedDirection["internet"] {
    const { addresses, pods } = this.#reachability;
    const groups = new Map<string, OutsideGroup>();
    for (const [i, set] of addresses.classes.entries()) {
      const other = pods.classes.length + i;
      // What its own node may send a pod is no door: it is let in anyway.
      const isNode = direction === "ingress" && this.#reachability.isOwnNode(other, id, "possible");
      if (isNode && this.#reachability.isOwnNode(other, id)) continue;
      const certain = this.#with(id, other, direction, "certain");
      const possible = this.#with(id, other, direction);
      const connections = isNode ? rules.opened(possible, certain, other) : possible;
      if (connections === noConnections) continue;
      const key = `${connections} ${certain}`;
      const group = groups.get(key) ?? { connections, certain, sets: [], ids: [] };
      group.sets.push(set);
      group.ids.push(other);
      groups.set(key, group);
    }
    return [...groups.values()].map(({ connections, certain, sets, ids }) => ({
      ranges: addressNames(unionAll(sets)),
      ...rules.opening(connections, certain, ...ids),
    }));
  }
}

/** Addresses outside with which the same passes. */
interface OutsideGroup {
  readonly connections: ConnectionId;
  readonly certain: ConnectionId;
  readonly sets: AddressSet[];
  readonly ids: number[];
}
