import type { AddressGroup, CalicoRule, CalicoSpec, EntityRule, LabelTest, SelectorTree } from "../../model/calico.ts";
import { everything } from "../../model/cluster.ts";
import { type Direction, directions, type Policy } from "../../model/policy.ts";
import { selects } from "../../semantics/calico/evaluate-selector.ts";
import { type Scope, scopeOf } from "../../semantics/calico/entity-scope.ts";
import { and, not } from "../../semantics/calico/selector-trees.ts";
import { selectableOf } from "../../semantics/calico/selectable-group.ts";
import { podBoxes } from "../../semantics/calico/selector-boxes.ts";
import { isSatisfiable } from "../../semantics/match-selector.ts";
import { wholePolicies } from "../../semantics/whole-policies.ts";
import type { RuleContext } from "../context.ts";
import type { LabelledPods } from "./pod-labels.ts";

/** A policy of Calico that is in force, as it is written and as it is evaluated. */
export interface CalicoPolicy {
  /** With the rules of all parts. */
  readonly policy: Policy;
  /** The first selects all pods of the policy, further ones what its rules leave of them. */
  readonly parts: readonly Policy[];
  readonly spec: CalicoSpec;
}

/** One end of a written rule. */
export interface RuleEnd extends CalicoPolicy {
  readonly direction: Direction;
  /** Of the rule in its direction. */
  readonly index: number;
  readonly rule: CalicoRule;
  readonly field: "source" | "destination";
  readonly entity: EntityRule;
  readonly scope: Scope;
}

/** The policies of Calico in force: asked for with `context.once`. */
export function calicoPolicies({ otherPolicies }: RuleContext): readonly CalicoPolicy[] {
  return wholePolicies(otherPolicies.filter(({ calico }) => calico !== undefined)).flatMap(({ policy, parts }) =>
    policy.calico === undefined ? [] : [{ policy, parts, spec: policy.calico }],
  );
}

/** The other end of the traffic, for each rule of the directions that a policy is about. */
export function peerEnds(written: CalicoPolicy): readonly RuleEnd[] {
  return ends(written, (direction) => (direction === "ingress" ? "source" : "destination"));
}

/** The end that is the policy's own pod. */
export function ownEnds(written: CalicoPolicy): readonly RuleEnd[] {
  return ends(written, (direction) => (direction === "ingress" ? "destination" : "source"));
}

function ends(written: CalicoPolicy, fieldOf: (direction: Direction) => RuleEnd["field"]): readonly RuleEnd[] {
  return directions.flatMap((direction) => {
    if (!written.policy.applies[direction]) return [];
    const field = fieldOf(direction);
    return written.spec.rules[direction].map((rule, index): RuleEnd => {
      const entity = rule[field];
      return { ...written, direction, index, rule, field, entity, scope: scopeOf(written.policy, entity) };
    });
  });
}

/** Whether something of Calico is one of its network sets. */
export function isNetworkSet({ ref }: AddressGroup): boolean {
  return ref.kind === "NetworkSet" || ref.kind === "GlobalNetworkSet";
}

/** The network sets and host endpoints that a selector certainly finds. */
export function foundGroups({ cluster }: RuleContext, tree: SelectorTree): readonly AddressGroup[] {
  return (cluster.addressGroups ?? []).filter(
    (group) => selects(tree, selectableOf(group, cluster.namespaces)) === "yes",
  );
}

/** The same, and those that it may find. */
export function possibleGroups({ cluster }: RuleContext, tree: SelectorTree): readonly AddressGroup[] {
  return (cluster.addressGroups ?? []).filter(
    (group) => selects(tree, selectableOf(group, cluster.namespaces)) !== "no",
  );
}

/** The pods that a selector finds by their labels, those on the network of a node and those that are done, too; undefined where it has too many parts. */
export function labelledPods(context: RuleContext, tree: SelectorTree): readonly LabelledPods[] | undefined {
  const found = podBoxes(tree)?.flatMap(({ namespaceSelector = everything, podSelector }) =>
    namespaceSelector.requirements.length === 0
      ? context.podLabels.matching(podSelector)
      : context
          .namespacesMatching(namespaceSelector)
          .flatMap(({ name }) => context.podLabels.matching(podSelector, name)),
  );
  return found && [...new Set(found)];
}

/**
 * The GlobalNetworkSets that the selector of a peer names by their labels, where it looks within namespaces only and finds
 * nothing else: "global() selects what has no namespace", and no other namespaceSelector of a peer does.
 */
export function missedGlobalSets(
  context: RuleContext,
  { policy, entity, scope }: Pick<RuleEnd, "policy" | "entity" | "scope">,
): readonly AddressGroup[] {
  const { selector, notSelector, namespaceSelector, serviceAccounts } = entity;
  if (selector === undefined || serviceAccounts !== undefined || scope.type !== "member") return [];
  if (namespaceSelector === undefined && policy.namespace === undefined) return [];
  const meant = and(selector.tree, ...(notSelector === undefined ? [] : [not(notSelector.tree)]));
  const named = foundGroups(context, meant).filter(
    (group) => group.ref.kind === "GlobalNetworkSet" && selects(meant, { labels: {}, isGlobal: true }) !== "yes",
  );
  if (named.length === 0 || possibleGroups(context, scope.tree).length > 0) return [];
  return labelledPods(context, scope.tree)?.length === 0 ? named : [];
}

/** Whether a selector may find something outside of namespaces, a host endpoint or a set: it has labels of its own only. */
export function mayFindGlobal(tree: SelectorTree): boolean {
  return (podBoxes(asGlobal(tree)) ?? []).some(({ podSelector }) => isSatisfiable(podSelector.requirements));
}

const ofPodsOnly = /^(?:pcns\.|pcsa\.|projectcalico\.org\/(?:namespace|orchestrator|serviceaccount)$)/;

/** The same selector of own labels alone. */
function asGlobal(tree: SelectorTree): SelectorTree {
  switch (tree.type) {
    case "global":
    case "all":
      return { type: "all" };
    case "not":
      return not(asGlobal(tree.of));
    case "and":
    case "or":
      return { type: tree.type, of: tree.of.map(asGlobal) };
    case "test":
      return ofPodsOnly.test(tree.test.key) ? not({ type: "all" }) : tree;
  }
}

/** What a selector asks labels for without a "not" before it. */
export function wantedTests(tree: SelectorTree, isNegated = false): readonly LabelTest[] {
  switch (tree.type) {
    case "test":
      return isNegated ? [] : [tree.test];
    case "not":
      return wantedTests(tree.of, !isNegated);
    case "and":
    case "or":
      return tree.of.flatMap((part) => wantedTests(part, isNegated));
    case "all":
    case "global":
      return [];
  }
}
