import { linearPattern } from "../lib/linear-pattern.ts";
import {
  type Direction,
  directions,
  type Peer,
  peerPath,
  type PodPeer,
  type Policy,
  type RequiredBox,
} from "../model/policy.ts";
import type { HiddenLabel } from "../model/hidden-label.ts";
import type { Labels, Requirement, Selector } from "../model/selector.ts";
import { changed } from "./changed.ts";
import { namespaceLabel, namespaceLabelPrefix } from "./identity-labels.ts";
import { namespaceNameLabel } from "./label-syntax.ts";
import { matchesRequirement } from "./match-selector.ts";

/** What the filter is called that Cilium has where `labels` is not set. */
export const defaultFilter = "default";

/** One word of a filter: which labels it is about, and whether they are left out. */
interface Word {
  readonly ignores: boolean;
  /** How much of a key it matches from the start; undefined where it does not. */
  readonly matches: (key: string) => number | undefined;
}

/** "By default, Cilium considers all labels to be relevant for identities, with the following exceptions." */
const always: readonly string[] = [
  String.raw`io\.kubernetes\.pod\.namespace`,
  String.raw`io\.cilium\.k8s\.namespace\.labels`,
  String.raw`app\.kubernetes\.io`,
  String.raw`io\.cilium\.k8s\.policy\.cluster`,
  String.raw`!io\.kubernetes`,
  String.raw`!kubernetes\.io`,
  String.raw`!statefulset\.kubernetes\.io/pod-name`,
  String.raw`!apps\.kubernetes\.io/pod-index`,
  String.raw`!batch\.kubernetes\.io/job-completion-index`,
  String.raw`!batch\.kubernetes\.io/controller-uid`,
  String.raw`!.*beta\.kubernetes\.io`,
  String.raw`!k8s\.io`,
  "!pod-template-generation",
  "!pod-template-hash",
  "!controller-revision-hash",
  "!controller-uid",
  "!annotation.*",
  "!etcd_node",
];

/** "Include io.cilium.k8s.policy.serviceaccount", since 1.18. */
const accounts = String.raw`io\.cilium\.k8s\.policy\.serviceaccount`;

/** "Ignore all topology.kubernetes.io labels", since 1.19. */
const topology = String.raw`!topology\.kubernetes\.io`;

/** What to ask for instead of a key that means namespaces elsewhere. */
export const namespaceKeysOfCilium: string = `the namespace of pods is k8s:${namespaceLabel}, and its labels are k8s:${namespaceLabelPrefix}KEY`;

/** Whether a text is a filter of labels, as the option `labels` has them. */
export function isIdentityFilter(text: string): boolean {
  return text === defaultFilter || wordsOf(text).every((word) => wordOf(word) !== undefined);
}

/** Where no labels of nodes are in their identities. */
export const noNodeLabels = "off";
/** Where all of them are. */
export const allNodeLabels = "all";

/** Whether a text says which labels of nodes are in their identities: `off`, `all`, or what the option `node-labels` has. */
export function isNodeFilter(text: string): boolean {
  const words = wordsOf(text);
  return (
    text === noNodeLabels ||
    text === allNodeLabels ||
    (words.length > 0 && words.every((word) => wordOf(word, "node") !== undefined))
  );
}

/** The labels of a node that its identity has. */
export function nodeIdentityLabels(labels: Labels, filter: string): Labels {
  if (filter === allNodeLabels) return labels;
  if (filter === noNodeLabels) return {};
  const words = wordsOf(filter).flatMap((word) => wordOf(word, "node") ?? []);
  const isList = words.some(({ ignores }) => !ignores);
  return Object.fromEntries(Object.entries(labels).filter(([key]) => isKept(key, words, isList)));
}

/** Which labels of pods agents keep: what their option `labels` says, and their version. */
export interface IdentityFilter {
  readonly labels: string;
  readonly hidesTopology: boolean;
  /** Whether the service account of a pod is in its identity whatever `labels` says. */
  readonly keepsAccounts: boolean;
}

const filters = new Map<string, (key: string) => boolean>();

/** Whether identities have the labels of pods under a key: by what of the filter matches the most of it. */
function keepsInIdentity(key: string, filter: IdentityFilter): boolean {
  const name = `${filter.hidesTopology} ${filter.keepsAccounts} ${filter.labels}`;
  let keeps = filters.get(name);
  if (keeps === undefined) {
    if (filters.size > 100) filters.clear();
    filters.set(name, (keeps = filterOf(filter)));
  }
  return keeps(key);
}

function filterOf({ labels, hidesTopology, keepsAccounts }: IdentityFilter): (key: string) => boolean {
  const own = labels === defaultFilter ? [] : wordsOf(labels).flatMap((word) => wordOf(word) ?? []);
  const given = [...always, ...(keepsAccounts ? [accounts] : []), ...(hidesTopology ? [topology] : [])];
  const words = [...given.flatMap((word) => wordOf(word) ?? []), ...own];
  // "If an inclusive word is configured, only labels that one matches are kept."
  const isList = own.some(({ ignores }) => !ignores);
  const known = new Map<string, boolean>();
  return (key) => {
    let keeps = known.get(key);
    if (keeps === undefined) {
      if (known.size > 10_000) known.clear();
      known.set(key, (keeps = isKept(key, words, isList)));
    }
    return keeps;
  };
}

/** "The shortest match that ignores, and the longest that includes: the longer one wins." */
function isKept(key: string, words: readonly Word[], isList: boolean): boolean {
  const lengths = (of: boolean): readonly number[] =>
    words.flatMap(({ ignores, matches }) => (ignores === of ? (matches(key) ?? []) : []));
  const [ignored, included] = [Math.min(...lengths(true)), Math.max(0, ...lengths(false))];
  if (ignored === Number.POSITIVE_INFINITY) return !isList || included > 0;
  return included > ignored;
}

function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

/** `k8s:!app`: of a source, or of any; undefined for what is none. `of`: the source of the labels that are asked for. */
function wordOf(word: string, of: "k8s" | "node" = "k8s"): Word | undefined {
  const colon = word.indexOf(":");
  const [source, rest] = colon < 0 ? ["", word] : [word.slice(0, colon), word.slice(colon + 1)];
  const ignores = rest.startsWith("!");
  const pattern = rest === "" ? undefined : linearPattern(ignores ? rest.slice(1) : rest);
  if (pattern === undefined) return undefined;
  const isMeant = source === "" || source === of;
  return { ignores, matches: (key) => (isMeant ? pattern.lengthFromStart(key) : undefined) };
}

/** Policies as they are where selectors see of pods what their identities have: other labels are as if no pod had them. */
export function inIdentities(policies: readonly Policy[], filter: IdentityFilter): readonly Policy[] {
  return changed(policies, (policy) => {
    const subject = subjectSeen(policy.subject, filter);
    const [ingress = [], egress = []] = directions.map((direction) => rulesSeen(policy, direction, filter));
    const isSame = subject === policy.subject && ingress === policy.rules.ingress && egress === policy.rules.egress;
    const hidden = isSame ? policy.requires && hiddenIn(policy, filter) : hiddenIn(policy, filter);
    const told = hidden === undefined || hidden.length === 0 ? policy : { ...policy, hiddenLabels: hidden };
    const seen = isSame ? told : { ...told, subject, rules: { ingress, egress } };
    if (policy.requires === undefined) return seen;
    const requires = (direction: Direction): readonly RequiredBox[] =>
      (policy.requires?.[direction] ?? []).map((box) => ({ ...boxSeen(box, filter), action: box.action }));
    return { ...seen, requires: { ingress: requires("ingress"), egress: requires("egress") } };
  });
}

function subjectSeen(subject: Policy["subject"], filter: IdentityFilter): Policy["subject"] {
  const box = boxSeen(subject, filter);
  const nodes = subject.nodes === undefined ? undefined : selectorSeen(subject.nodes, filter, "");
  return nodes === subject.nodes ? box : { ...box, ...(nodes === undefined ? {} : { nodes }) };
}

function rulesSeen({ rules }: Policy, direction: Direction, filter: IdentityFilter): Policy["rules"][Direction] {
  return changed(rules[direction], (rule) => {
    if (rule.peers === "any") return rule;
    const peers = changed(rule.peers, (peer): Peer => (peer.type === "pods" ? boxSeen(peer, filter) : peer));
    return peers === rule.peers ? rule : { ...rule, peers };
  });
}

function boxSeen<B extends { readonly namespaceSelector?: Selector; readonly podSelector?: Selector }>(
  box: B,
  filter: IdentityFilter,
): B {
  const { namespaceSelector, podSelector } = box;
  const pods = podSelector && selectorSeen(podSelector, filter, "");
  const namespaces = namespaceSelector && selectorSeen(namespaceSelector, filter, namespaceLabelPrefix);
  if (pods === podSelector && namespaces === namespaceSelector) return box;
  return {
    ...box,
    ...(pods === undefined ? {} : { podSelector: pods }),
    ...(namespaces === undefined ? {} : { namespaceSelector: namespaces }),
  };
}

/** What the selectors of a policy ask for that identities do not have, and where. */
function hiddenIn(policy: Policy, filter: IdentityFilter): readonly HiddenLabel[] {
  const { subject, requires } = policy;
  const asked = [subject, ...(subject.or ?? []), ...directions.flatMap((direction) => requires?.[direction] ?? [])];
  return [
    ...asked.flatMap((box) => hiddenKeys(box, filter)).map(({ key }) => ({ key })),
    ...directions.flatMap((direction) =>
      policy.rules[direction].flatMap(({ peers, written }, rule) =>
        peers === "any"
          ? []
          : peers.flatMap((peer, index) =>
              peer.type !== "pods"
                ? []
                : hiddenKeys(peer, filter).map(({ key, below }) => ({
                    key,
                    path: [...peerPath(policy, direction, rule, index), ...(written === undefined ? below : [])],
                  })),
            ),
      ),
    ),
  ];
}

function hiddenKeys(
  box: Pick<PodPeer, "namespaceSelector" | "podSelector">,
  filter: IdentityFilter,
): readonly { readonly key: string; readonly below: NonNullable<HiddenLabel["path"]> }[] {
  const fields = [
    ["podSelector", ""],
    ["namespaceSelector", namespaceLabelPrefix],
  ] as const;
  return fields.flatMap(([field, prefix]) =>
    (box[field]?.requirements ?? [])
      .filter((requirement) => isHidden(requirement, filter, prefix))
      .map(({ key, from }) => ({
        key: `${prefix}${key}`,
        below: from === "matchLabels" ? [field, from, key] : [field, from],
      })),
  );
}

function isHidden({ key, values }: Requirement, filter: IdentityFilter, prefix: string): boolean {
  // What asks for nothing stands for what no pod has, or every pod.
  if (key.startsWith("reserved:") || (key === "io.cilium" && values.length === 0)) return false;
  if (prefix !== "" && key === namespaceNameLabel) return false;
  return !keepsInIdentity(`${prefix}${key}`, filter);
}

function selectorSeen(selector: Selector, filter: IdentityFilter, prefix: string): Selector {
  if (!selector.requirements.some((requirement) => isHidden(requirement, filter, prefix))) return selector;
  return {
    requirements: selector.requirements.flatMap((requirement): readonly Requirement[] => {
      if (!isHidden(requirement, filter, prefix)) return [requirement];
      return matchesRequirement(requirement, undefined) ? [] : [{ ...requirement, operator: "In", values: [] }];
    }),
  };
}
