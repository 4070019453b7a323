import type { CalicoSpec, SelectorTree } from "../model/calico.ts";
import { everything } from "../model/cluster.ts";
import type { PodBox } from "../model/policy.ts";
import { and, ofNamespace, prefixed } from "../semantics/calico/selector-trees.ts";
import { podBoxes } from "../semantics/calico/selector-boxes.ts";
import type { NodePath } from "../source/position.ts";
import type { RuleContext } from "./context.ts";
import { type Found, type RuleDefinition, defineRule } from "./define-rule.ts";
import {
  type CalicoPolicy,
  calicoPolicies,
  labelledPods,
  mayFindGlobal,
  missedGlobalSets,
  ownEnds,
  peerEnds,
  possibleGroups,
  type RuleEnd,
} from "./support/calico.ts";
import { mistakeIn, neverSelects, unlikePods } from "./support/calico-mistakes.ts";
import { policyPlace } from "./support/places.ts";
import { UnknownNamespaces, unseenPods } from "./support/unevaluated.ts";
import { nameOf } from "./support/words.ts";

/** Flags a selector of Calico that finds no pod, no network set and no host endpoint. */
export const calicoSelectorMatchesNothing: RuleDefinition = defineRule({
  id: "calico-selector-matches-nothing",
  severity: "medium",
  category: "correctness",
  title: "Selector of Calico matches nothing",
  needs: ["policies"],
  fix: "none",
  check(context, report, skip) {
    const unseen = new UnknownNamespaces();
    for (const written of context.once(calicoPolicies)) {
      for (const each of writtenSelectors(context, written)) {
        const found = emptySelector(context, each, unseen);
        if (found !== undefined) report(found);
      }
    }
    unseen.tell(skip);
  },
});

/** A selector, or several that must hold together, with whom it finds. */
interface Written {
  readonly of: CalicoPolicy;
  /** In which field the first of them stands, and how it is written. */
  readonly path: NodePath;
  readonly text: string;
  /** A namespaceSelector alone: what it asks for are labels of namespaces. */
  readonly ofNamespaces: boolean;
  readonly boxes: readonly PodBox[];
  /** It can find nothing but what has no namespace. */
  readonly isGlobal: boolean;
  /** It finds nothing in this input. */
  isEmpty(): boolean;
}

function writtenSelectors(context: RuleContext, of: CalicoPolicy): readonly Written[] {
  const subject = subjectOf(context, of);
  const peers = peerEnds(of).flatMap((end) => endOf(end, () => isEmptyPeer(context, end)) ?? []);
  // What it is beside the pods of the policy rule-end-is-other-pod says.
  const own = ownEnds(of).flatMap((end) => endOf(end, () => false) ?? []);
  return [...(subject === undefined ? [] : [subject]), ...peers, ...own];
}

function subjectOf(context: RuleContext, of: CalicoPolicy): Written | undefined {
  const { policy, parts, spec } = of;
  const [whole] = parts;
  const field = (["selector", "namespaceSelector", "serviceAccountSelector"] as const).find((each) => spec[each]);
  // Those of hosts alone select no pod.
  if (whole === undefined || field === undefined || spec.onlyHosts !== undefined) return undefined;
  if (whole.unknownSubject !== undefined) return undefined;
  const isHost = (): boolean =>
    policy.namespace === undefined &&
    possibleGroups(context, subjectTree(spec)).some(({ ref }) => ref.kind === "HostEndpoint");
  const boxes = [whole.subject, ...(whole.subject.or ?? [])];
  return {
    of,
    path: ["spec", field],
    text: spec[field]?.text ?? "",
    ofNamespaces: field === "namespaceSelector",
    boxes,
    isGlobal: neverSelects(boxes) && mayFindGlobal(subjectTree(spec)),
    isEmpty: () =>
      context.reachability.possibleSubjects(whole).size === 0 &&
      !hasPods(context, boxes, policy.namespace) &&
      !isHost(),
  };
}

/** What a policy asks of its endpoints. */
function subjectTree({ selector, namespaceSelector, serviceAccountSelector }: CalicoSpec): SelectorTree {
  return and(
    ...(selector === undefined ? [] : [selector.tree]),
    ...(namespaceSelector === undefined ? [] : [ofNamespace(namespaceSelector.tree)]),
    ...(serviceAccountSelector === undefined ? [] : [prefixed(serviceAccountSelector.tree, "pcsa.")]),
  );
}

function endOf(
  { scope, entity, rule, field, direction, index, ...of }: RuleEnd,
  isEmpty: () => boolean,
): Written | undefined {
  const given = (["selector", "namespaceSelector", "serviceAccounts"] as const).find((each) => entity[each]);
  const boxes = scope.type === "member" ? podBoxes(scope.tree) : undefined;
  if (given === undefined || boxes === undefined || rule.action === "log") return undefined;
  const text = given === "serviceAccounts" ? (entity.serviceAccounts?.selector?.text ?? "") : entity[given]?.text;
  const path = ["spec", direction, index, field, given];
  const isGlobal = scope.type === "member" && neverSelects(boxes) && mayFindGlobal(scope.tree);
  return { of, path, text: text ?? "", ofNamespaces: given === "namespaceSelector", boxes, isGlobal, isEmpty };
}

function isEmptyPeer(context: RuleContext, end: RuleEnd): boolean {
  if (end.scope.type !== "member") return false;
  const { tree } = end.scope;
  const boxes = podBoxes(tree) ?? [];
  const mayFind = boxes.some(
    (box) => context.reachability.peers.podPeer({ type: "pods", ...box }, "").possible.size > 0,
  );
  if (mayFind || possibleGroups(context, tree).length > 0 || missedGlobalSets(context, end).length > 0) return false;
  return labelledPods(context, tree)?.length === 0;
}

/** Whether pods have the labels that no policy selects: on the network of a node, or done. */
function hasPods(context: RuleContext, boxes: readonly PodBox[], own: string | undefined): boolean {
  return boxes.some(({ namespaceSelector = everything, podSelector }) => {
    const namespaces =
      namespaceSelector.requirements.length === 0
        ? [own]
        : context.namespacesMatching(namespaceSelector).map(({ name }) => name);
    return namespaces.some((name) => context.podLabels.matchesAny(podSelector, name));
  });
}

/** What is wrong with a selector, if anything is: by itself, or in this input. */
function emptySelector(context: RuleContext, written: Written, unseen: UnknownNamespaces): Found | undefined {
  const { policy } = written.of;
  const isNever = !written.isGlobal && neverSelects(written.boxes);
  const mistake = isNever || written.isEmpty() ? mistakeIn(context, written.of, written) : undefined;
  if (mistake !== undefined)
    return found(written, `which finds nothing: ${mistake.text}`, mistake.description, context);
  if (isNever) return found(written, "which finds nothing: no labels satisfy it", undefined, context);
  if (context.cluster.workloads.length === 0 || !written.isEmpty()) return undefined;
  // The pods of a namespace that the input defines, and nothing else of it, are in another repository.
  const own = policy.namespace === undefined ? undefined : context.namespace(policy.namespace);
  if (own?.namespace.declared === true && own.workloads.length === 0 && !context.cluster.live) return undefined;
  const reason = unseenPods(context, policy.namespace);
  if (reason !== undefined) {
    unseen.add(reason, policy.namespace ?? "");
    return undefined;
  }
  const near = written.isGlobal ? undefined : unlikePods(context, written.of, written);
  if (near !== undefined) return found(written, `which finds nothing: ${near.text}`, near.description, context);
  if (context.cluster.live)
    return found(written, "which finds no pod, network set or host endpoint", undefined, context);
  // Pods of other namespaces, and what stands for addresses, may well be in another repository.
  const isShown = policy.namespace !== undefined && (context.namespace(policy.namespace)?.workloads.length ?? 0) > 0;
  if (
    !isShown ||
    written.isGlobal ||
    written.boxes.some(({ namespaceSelector }) => !isOwn(namespaceSelector, policy.namespace))
  )
    return undefined;
  const text = `which finds nothing in namespace ${policy.namespace}, unless such pods come from elsewhere`;
  return { ...found(written, text, undefined, context), severity: "low" };
}

function isOwn(selector: PodBox["namespaceSelector"], namespace: string | undefined): boolean {
  return (
    selector === undefined ||
    selector.requirements.every(({ operator, values }) => operator === "In" && values.join() === namespace)
  );
}

function found(written: Written, what: string, description: string | undefined, context: RuleContext): Found {
  const { of, path, text } = written;
  const isSubject = path.length === 2;
  const where = isSubject ? `selects its pods by` : `has a rule with`;
  return {
    at: policyPlace(of.policy, path),
    message: `${nameOf(of.policy)} ${where} ${text === "" ? "names of service accounts" : `\`${text}\``}, ${what}`,
    ...(isSubject ? {} : { affected: context.subjectsOf(of.parts[0] ?? of.policy) }),
    ...(description === undefined ? {} : { fix: { kind: "manual", description } }),
  };
}
