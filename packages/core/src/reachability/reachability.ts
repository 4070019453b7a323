import type { Cluster } from "../model/cluster.ts";
import type { Direction, Policy, Rule } from "../model/policy.ts";
import type { ReachabilityCounts } from "../answers/connectivity.ts";
import type { AddressSet } from "../sets/address-set.ts";
import { type ConnectionId, type ConnectionTable, noConnections } from "../sets/connection-set.ts";
import { groupBy } from "../lib/group-by.ts";
import { withLookUps } from "../semantics/look-ups.ts";
import { notUnderstood, requireKnown } from "../semantics/understood-policies.ts";
import { byTier } from "../semantics/tiers.ts";
import { unreadPolicies } from "../semantics/unread-policies.ts";
import type { AddressClasses } from "./address-classes.ts";
import { type ClassId, ClassSet } from "./class-set.ts";
import { withoutContradictions } from "./contradictory-labels.ts";
import { countReachability } from "./count-reachability.ts";
import type { Matches } from "./label-index.ts";
import type { ReachabilityOptions } from "./options.ts";
import { OwnNodes } from "./own-nodes.ts";
import { type Bound, PartExpander } from "./part-expander.ts";
import { PeerResolver } from "./peer-resolver.ts";
import type { PodClass, PodClasses } from "./pod-classes.ts";
import { type BoundedSide, type KnownRows, type Side, buildSide, knownRows } from "./relation.ts";
import { type Cell, type ConnectionMap, constantMap, emptyMap, mergeMaps } from "./connection-map.ts";
import { type RuleItem, RuleItems } from "./rule-items.ts";
import { RuleMatches } from "./rule-matches.ts";
import { reservedClasses } from "./reserved-classes.ts";
import { impliedPolicies, policiesForNodes } from "../semantics/implied-policies.ts";
import { type SharedClasses, sharedClasses } from "./shared-classes.ts";
import { type PolicyGround, tierApplications } from "./tier-applications.ts";

/** Measured on the bench's profiles: from 32 to 256 it makes little difference. */
const defaultDenseSize = 64;

/** Both directions under one bound. */
export interface Relation {
  readonly ingress: Side;
  readonly egress: Side;
}

/**
 * The reachability relation of a cluster, exact and factored: who can reach whom on which ports.
 * Classes 0 to `pods.classes.length - 1` are pods; the address classes follow.
 */
export class Reachability {
  /** The cluster with the policies that are in force. */
  readonly cluster: Cluster;
  /** What it was built with. */
  readonly options: ReachabilityOptions;
  /** What the numbers of connections stand for. */
  readonly table: ConnectionTable;
  /** The classes of addresses outside. */
  readonly addresses: AddressClasses;
  /** The classes of pods. */
  readonly pods: PodClasses;
  /** Whom the peers of rules mean, as sets of classes. */
  readonly peers: PeerResolver;
  /** The reserved identities of Cilium that policies may select, by class. */
  readonly reserved: ReadonlyMap<ClassId, PodClass>;
  /** What may be the node of a pod, and is let in as that. */
  readonly ownNodes: OwnNodes;
  /** Nodes, and pods on their network, where policies are for nodes: by class. */
  readonly nodes: ReadonlySet<ClassId>;
  /** What stands for policies that could not be read. They are in the relation, and not among the policies of the cluster. */
  readonly unread: readonly Policy[];
  /** What may pass whatever the missing facts are. */
  readonly certain: Relation;
  /** The same object as `certain` when nothing is left open. */
  readonly possible: Relation;
  /** The upper bound of each end alone, whatever the other would need to allow it. */
  readonly possibleAlone: Relation;
  /** With the rules that nobody wrote. */
  readonly #inForce: readonly Policy[];
  readonly #subjects: Map<Policy, Matches>;
  /** Whether a policy says no more than a NetworkPolicy can. */
  readonly #isPlain = new Map<Policy, boolean>();
  readonly #items: RuleItems;
  /** How many distinct rules there are; undefined where those of another relation are among the items. */
  readonly #ownRules: number | undefined;
  readonly #expander: PartExpander;
  readonly #rows: Readonly<Record<Direction, KnownRows>>;
  readonly #matches: Readonly<Record<Direction, RuleMatches>>;
  #policiesByNamespace: ReadonlyMap<string | undefined, readonly Policy[]> | undefined;

  constructor(cluster: Cluster, options: ReachabilityOptions) {
    requireKnown(cluster.policies);
    requireKnown(policiesForNodes(cluster));
    this.cluster = cluster;
    this.options = options;
    const { table, addresses, pods, resolved } = options.shared ?? sharedClasses(cluster, options);
    this.table = table;
    this.addresses = addresses;
    this.pods = pods;
    this.peers = resolved?.peers ?? new PeerResolver(cluster, pods, addresses, options);
    this.#items = resolved?.items ?? new RuleItems(this.peers, table);
    const forNodes = policiesForNodes(cluster);
    const nodes = forNodes.length === 0 ? [] : this.peers.nodes.classes;
    const offset = pods.classes.length;
    this.nodes = new Set(nodes);
    this.reserved = reservedClasses(
      addresses,
      offset,
      nodes.filter((id) => id >= offset),
    );
    const expander = resolved?.expander ?? new PartExpander(pods, addresses, table, options);
    this.#expander = expander;
    this.#subjects = resolved?.subjects ?? new Map<Policy, Matches>();
    const rows = (): KnownRows => knownRows(table, expander, options.denseSize ?? defaultDenseSize);
    this.#rows = resolved?.rows ?? { ingress: rows(), egress: rows() };
    const matches = (direction: Direction): RuleMatches => new RuleMatches(direction, expander, this.table, 0);
    this.#matches = { ingress: matches("ingress"), egress: matches("egress") };
    const ground: PolicyGround = {
      pods: this.pods,
      items: this.#items,
      reserved: ClassSet.fromSorted([...new Set([...this.reserved.keys(), ...nodes])].toSorted((a, b) => a - b)),
      assumptions: options.assumptions,
      subjects: (policy) => this.#matchedSubjects(policy),
    };
    this.unread = unreadPolicies(cluster, options.assumptions);
    this.ownNodes = new OwnNodes(cluster, pods, addresses, options.assumptions);
    const implied = impliedPolicies(cluster, this.ownNodes.spoken, options.assumptions);
    const others = [...this.unread, ...forNodes, ...implied];
    const inForce = withLookUps(cluster.policies);
    this.#inForce = [...inForce, ...forNodes];
    const policies = others.length === 0 ? inForce : [...inForce, ...others];
    const side = (direction: Direction): BoundedSide =>
      buildSide(
        tierApplications(policies, direction, ground),
        direction,
        (id) => this.subjectClass(id),
        expander,
        this.table,
        this.#rows[direction],
      );
    const [ingress, egress] = [side("ingress"), side("egress")];
    this.certain = { ingress: ingress.certain, egress: egress.certain };
    const isExact = ingress.possible === ingress.certain && egress.possible === egress.certain;
    this.possibleAlone = isExact ? this.certain : { ingress: ingress.possible, egress: egress.possible };
    this.possible = this.possibleAlone;
    this.possible = withoutContradictions(this);
    this.#ownRules = resolved === undefined ? this.#items.size : undefined;
  }

  /** Its classes, for the relation of another cluster; of one that differs in nothing but its policies, what is resolved as well. */
  shared(isOfPolicies: boolean): SharedClasses {
    const { table, addresses, pods, peers } = this;
    const ground = { table, addresses, pods };
    if (!isOfPolicies) return ground;
    const [items, expander, subjects, rows] = [this.#items, this.#expander, this.#subjects, this.#rows];
    return { ...ground, resolved: { peers, items, expander, subjects, rows } };
  }

  /** The classes a policy certainly selects. */
  subjects(policy: Policy): ClassSet {
    return this.#matchedSubjects(policy).certain;
  }

  /** The classes a policy selects, or selects if a label of unknown value is so. */
  possibleSubjects(policy: Policy): ClassSet {
    return this.#matchedSubjects(policy).possible;
  }

  #matchedSubjects(policy: Policy): Matches {
    let subjects = this.#subjects.get(policy);
    if (subjects === undefined) this.#subjects.set(policy, (subjects = this.peers.subjects(policy)));
    return subjects;
  }

  /** How many classes there are, of pods and of addresses. */
  get classCount(): number {
    return this.pods.classes.length + this.addresses.classes.length;
  }

  /** The class as pods; undefined for a class of addresses. */
  podClass(id: ClassId): PodClass | undefined {
    return this.pods.classes[id];
  }

  /** A class that policies may select: pods, or a reserved identity. */
  subjectClass(id: ClassId): PodClass | undefined {
    return this.podClass(id) ?? this.reserved.get(id);
  }

  /** The addresses of an address class. */
  addressesOf(id: ClassId): AddressSet {
    return this.addresses.classes[id - this.pods.classes.length] ?? [];
  }

  /** Whether policies can decide what passes between two classes: one of them is pods, or one of the two is nodes for which there are policies. */
  isDecided(source: ClassId, target: ClassId): boolean {
    const podCount = this.pods.classes.length;
    return source < podCount || target < podCount || this.nodes.has(source) !== this.nodes.has(target);
  }

  /** Whether a class is, or may be, the node that the subject of policies is on, which Cilium lets in unless a rule denies it, whatever isolates the subject. */
  isOwnNode(id: ClassId, subject: ClassId, bound: Bound = "certain"): boolean {
    // To a node every other end is another one.
    if (this.nodes.has(subject) && this.podClass(subject) === undefined) return false;
    return this.ownNodes.classes[bound].has(id);
  }

  /** Whether nothing passes without a rule that allows it: certainly, or possibly as well. */
  isIsolated(id: ClassId, direction: Direction, bound: Bound = "certain"): boolean {
    // What is isolated possibly gets the lower bound of an isolated class, and the upper of one that is not.
    return this[bound === "certain" ? "possible" : "certain"][direction].rowOf[id]?.isolated === true;
  }

  /** What one class may send another. A class with itself means one pod with another of the same class. */
  connections(source: ClassId, target: ClassId, bound: Bound = "certain"): ConnectionId {
    const relation = this[bound];
    const out = relation.egress.rowOf[source]?.connections(target) ?? noConnections;
    return this.table.intersection(out, relation.ingress.rowOf[target]?.connections(source) ?? noConnections);
  }

  /** What one rule of a policy allows between a class it selects and a peer class. */
  ruleConnections(
    policy: Policy,
    rule: Rule,
    direction: Direction,
    subject: ClassId,
    peer: ClassId,
    bound: Bound = "certain",
  ): ConnectionId {
    const subjectClass = this.subjectClass(subject);
    if (subjectClass === undefined) return noConnections;
    const item = this.#items.item(rule, policy.namespace ?? subjectClass.namespace);
    let connections = noConnections;
    if (bound === "certain" && rule.unknown !== undefined) return noConnections;
    for (const cell of this.#cellsOf(policy, item, direction, subjectClass, bound)) {
      if (cell.classes.has(peer)) connections = this.table.union(connections, cell.connections);
    }
    return connections;
  }

  /** What one rule of a policy matches for a class that it selects, by peer class. */
  ruleMatches(
    policy: Policy,
    rule: Rule,
    direction: Direction,
    subject: PodClass,
    bound: Bound = "certain",
  ): ConnectionMap {
    if (bound === "certain" && rule.unknown !== undefined) return emptyMap;
    const item = this.#items.item(rule, policy.namespace ?? subject.namespace);
    const cells = this.#cellsOf(policy, item, direction, subject, bound);
    return mergeMaps(
      cells.map(({ classes, connections }) => constantMap(classes, connections)),
      this.table,
    );
  }

  /** What a class is allowed without any rule that decides about it: all where no policy selects it, nothing where isolated. */
  undecided(id: ClassId, direction: Direction, bound: Bound = "certain"): ConnectionMap {
    return this[bound][direction].rowOf[id]?.undecided() ?? emptyMap;
  }

  #cellsOf(policy: Policy, item: RuleItem, direction: Direction, subject: PodClass, bound: Bound): readonly Cell[] {
    let isPlain = this.#isPlain.get(policy);
    if (isPlain === undefined) {
      isPlain = policy.tier.decides === "deny-wins" && notUnderstood(policy) === undefined;
      this.#isPlain.set(policy, isPlain);
    }
    if (isPlain) return this.#expander.expand(item, direction, subject, bound);
    return this.#matches[direction].everywhere(item, bound, subject);
  }

  /** The ports a rule speaks of, names resolved on `destination`. */
  rulePorts(rule: Rule, destination: PodClass): ConnectionId {
    return this.#expander.rulePorts(this.#items.item(rule, destination.namespace), destination);
  }

  /** The policies that select a class, certainly or possibly as well, and have rules in force in a direction, in the order they are asked; with what is added to them. */
  policiesOf(id: ClassId, direction: Direction, bound: Bound = "certain"): readonly Policy[] {
    const namespace = this.subjectClass(id)?.namespace;
    if (namespace === undefined) return [];
    this.#policiesByNamespace ??= groupBy(this.#inForce, (policy) => policy.namespace);
    const groups = this.#policiesByNamespace;
    const selecting = [...(groups.get(undefined) ?? []), ...(groups.get(namespace) ?? [])].filter(
      (policy) => policy.applies[direction] && this.#matchedSubjects(policy)[bound].has(id),
    );
    return byTier(selecting).flatMap(({ policies }) => policies);
  }

  /** Exact counts, without expanding the relation. */
  counts(namespaces?: ReadonlySet<string>): ReachabilityCounts {
    return countReachability(this, (scope) => this.#ruleCount(scope), namespaces);
  }

  /** Distinct rules: of all policies, or of those that hold in some namespaces. */
  #ruleCount(namespaces: ReadonlySet<string> | undefined): number {
    if (namespaces === undefined && this.#ownRules !== undefined) return this.#ownRules;
    const items = new Set<unknown>();
    for (const policy of this.cluster.policies) {
      const scope = policy.namespace === undefined ? [...this.pods.ranges.keys()] : [policy.namespace];
      for (const name of scope.filter((each) => namespaces?.has(each) ?? true))
        for (const rule of [...policy.rules.ingress, ...policy.rules.egress]) items.add(this.#items.item(rule, name));
    }
    return items.size;
  }
}
