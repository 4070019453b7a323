import type { PodBox, PodPeer, Policy } from "../model/policy.ts";
import type { Requirement, Selector } from "../model/selector.ts";
import { withPeers } from "./changed.ts";
import { accountLabel, namespaceLabel, namespaceLabelPrefix } from "./identity-labels.ts";
import { namespaceNameLabel } from "./label-syntax.ts";

/**
 * A policy of Kubernetes with what its selectors of pods ask of the namespace, by the labels that identities have for it, asked
 * there. "The namespace of the policy overrides the label in matchLabels": in the podSelector of a NetworkPolicy, and of its
 * peers that name no namespaces.
 */
export function withNamespacesAsked(policy: Policy): Policy {
  const { namespace: own, subject } = policy;
  const asked = <T extends PodBox>(box: T): T => ({ ...box, ...selectorsAsked(box, own) });
  const boxes = [subject, ...(subject.or ?? [])];
  const isAsked = boxes.some(({ podSelector }) => podSelector.requirements.some(isOfNamespace));
  const ofSubject = isAsked
    ? { ...policy, subject: { ...asked(subject), ...(subject.or === undefined ? {} : { or: subject.or.map(asked) }) } }
    : policy;
  return withPeers(ofSubject, (peer) => {
    const selectors = peer.type === "pods" ? selectorsAsked(peer, own) : undefined;
    return selectors === undefined ? peer : { ...peer, ...selectors };
  });
}

/** Whether a policy asks for the account of pods, by the label that identities have for it. */
export function asksForAccount({ subject, rules }: Policy): boolean {
  const asks = (selector: Selector | undefined): boolean =>
    selector?.requirements.some(({ key }) => key === accountLabel) === true;
  const peers = [...rules.ingress, ...rules.egress].flatMap((rule) => (rule.peers === "any" ? [] : rule.peers));
  return (
    [subject, ...(subject.or ?? [])].some((box) => asks(box.podSelector)) ||
    peers.some((peer) => peer.type === "pods" && asks(peer.podSelector))
  );
}

/** The selectors of pods in other words; undefined where they ask nothing of the namespace by such labels. */
function selectorsAsked(
  { namespaceSelector, podSelector }: Pick<PodPeer, "namespaceSelector" | "podSelector">,
  own: string | undefined,
): Partial<Pick<PodBox, "namespaceSelector" | "podSelector">> | undefined {
  if (podSelector?.requirements.some(isOfNamespace) !== true) return undefined;
  const isLocal = own !== undefined && namespaceSelector === undefined;
  const isOverridden = ({ key, from }: Requirement): boolean =>
    isLocal && key === namespaceLabel && from === "matchLabels";
  const asked = podSelector.requirements.filter((each) => isOfNamespace(each) && !isOverridden(each));
  const rest = { podSelector: { requirements: podSelector.requirements.filter((each) => !isOfNamespace(each)) } };
  if (isLocal && asked.length === 0) return rest;
  const ofOwn: readonly Requirement[] = isLocal
    ? [{ key: namespaceNameLabel, operator: "In", values: [own], from: "matchLabels" }]
    : [];
  const given = namespaceSelector?.requirements ?? ofOwn;
  return { ...rest, namespaceSelector: { requirements: [...given, ...asked.map(ofNamespace)] } };
}

function isOfNamespace({ key }: Requirement): boolean {
  return key === namespaceLabel || key.startsWith(namespaceLabelPrefix);
}

function ofNamespace(requirement: Requirement): Requirement {
  const { key } = requirement;
  return { ...requirement, key: key === namespaceLabel ? namespaceNameLabel : key.slice(namespaceLabelPrefix.length) };
}
