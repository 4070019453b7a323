import type { PodBox } from "../../model/policy.ts";
import type { KubernetesOperator, Requirement, Selector } from "../../model/selector.ts";
import { matchesRequirement } from "../../semantics/match-selector.ts";
import { accountLabel, clusterLabel, namespaceLabel, namespaceLabelPrefix } from "../../semantics/identity-labels.ts";
import { namespaceKeysOfCilium } from "../../semantics/identity-filter.ts";
import { isLabelValue } from "../../semantics/names.ts";
import { forEachItem, mappingField, textField, textListField } from "../fields.ts";
import type { ObjectCursor } from "../object-cursor.ts";
import { quote } from "../quote.ts";
import type { RawMapping } from "../raw-object.ts";
import { checkFields } from "../unknown-fields.ts";
import { type KeysOf, readKey } from "./selector-keys.ts";

/** A selector of endpoints: pods by their labels and those of their namespace, or an identity that is no pod. */
export interface EndpointSelector {
  readonly pods: PodBox;
  /** It asks for the name of namespaces by the label that each has, and not by that of endpoints. */
  readonly byLabel?: true;
  /** The reserved identity that it asks for, such as `host`: no pod has its label. */
  readonly reserved?: string;
  /** It only says which reserved identities it does not mean: the others have no namespace, and none is asked for. */
  readonly leavesOut?: true;
}

/** The label of endpoints that agents set in the subject of every namespaced policy. */
const overriddenKey = `k8s:${namespaceLabel}`;
const nameLabel = "kubernetes.io/metadata.name";
/** "Reserved labels": of identities that are no pods. */
const reservedPrefix = "reserved:";
const operators: readonly KubernetesOperator[] = ["In", "NotIn", "Exists", "DoesNotExist"];

/** "No prefix is any source." */
const sourced = /^(k8s|any|reserved|cidr|container|node|unspec):(.+)$/u;

interface Term {
  readonly of: "pod" | "namespace" | "reserved" | "none";
  /** By a label of namespaces, and not by the label of endpoints that names them. */
  readonly isByLabel?: true;
  readonly requirement: Requirement;
}

/**
 * The selector below a place. `namespace`: of the policy, which is added unless the selector names namespaces itself
 * (rows 14 and 34 of docs/cilium.md); absent for cluster-wide policies.
 */
export function readEndpointSelector(
  at: ObjectCursor,
  raw: RawMapping,
  namespace: string | undefined,
  isSubject: boolean,
): EndpointSelector {
  checkFields(at, raw, { known: new Set(["matchLabels", "matchExpressions"]) });
  const written = requirementsIn(at, raw, { keysOf: "endpoints", ofKey: warnOfKey });
  // "The policy's own namespace overrides a label that names another"; what else the subject asks of it must hold as well.
  const isOverridden = ({ key, from }: Requirement): boolean => key === overriddenKey && from === "matchLabels";
  const isOfOwn = isSubject && namespace !== undefined;
  const terms = (isOfOwn ? written.filter((each) => !isOverridden(each)) : written).map(term);
  const asksFor = ({ of, requirement }: Term): boolean =>
    of === "reserved" && !matchesRequirement(requirement, undefined);
  const reserved = terms.find(asksFor)?.requirement.key.slice(reservedPrefix.length);
  const ofNamespace = terms.filter(({ of }) => of === "namespace").map(({ requirement }) => requirement);
  const own = { key: nameLabel, operator: "In", values: [namespace ?? ""], from: "matchLabels" } as const;
  const stopsInjection = ofNamespace.length > 0 || terms.some(({ of }) => of === "reserved");
  const isOwn = namespace !== undefined && (isSubject || !stopsInjection);
  const namespaces = isOwn ? [own, ...ofNamespace] : ofNamespace;
  const naming = terms.filter(({ of, requirement }) => of === "namespace" && requirement.key === nameLabel);
  return {
    pods: {
      namespaceSelector: { requirements: namespaces },
      podSelector: {
        requirements: terms.filter(({ of }) => of !== "namespace").map(({ requirement }) => requirement),
      },
    },
    ...(naming.length > 0 && naming.every(({ isByLabel }) => isByLabel === true) ? { byLabel: true } : {}),
    ...(reserved === undefined ? {} : { reserved }),
    ...(reserved === undefined && terms.some(({ of }) => of === "reserved") ? { leavesOut: true } : {}),
  };
}

/** The selector of the nodes that a policy is for, by their labels: no node has labels of a namespace, or of another source. */
export function readNodeSubject(at: ObjectCursor, raw: RawMapping): Selector {
  checkFields(at, raw, { known: new Set(["matchLabels", "matchExpressions"]) });
  const terms = requirementsIn(at, raw, { keysOf: "endpoints" }).map((written) => {
    const read = term(written);
    return read.of === "namespace" ? constant(written, undefined) : read;
  });
  return { requirements: terms.map(({ requirement }) => requirement) };
}

/**
 * The selector of nodes below a place: of their labels (`node:`), of their cluster, and of their identity. A key of another source
 * keeps it, so that no node has it.
 */
export function readNodeSelector(at: ObjectCursor, raw: RawMapping): Selector {
  checkFields(at, raw, { known: new Set(["matchLabels", "matchExpressions"]) });
  const requirements = requirementsIn(at, raw, { keysOf: "endpoints" });
  return { requirements: requirements.map(({ key, ...rest }) => ({ ...rest, key: nodeKey(key) })) };
}

/** The selector of groups of addresses below a place. A key of another source is one that no group has. */
export function readGroupSelector(at: ObjectCursor, raw: RawMapping): Selector {
  checkFields(at, raw, { known: new Set(["matchLabels", "matchExpressions"]) });
  const requirements = requirementsIn(at, raw, { keysOf: "groups" });
  return {
    requirements: requirements.map(({ key, ...rest }) => ({ ...rest, key: key.replace(/^(?:any|cidrgroup):/u, "") })),
  };
}

function nodeKey(key: string): string {
  const [, source = "any", name = key] = sourced.exec(key) ?? [];
  const isOfNode = source === "any" || source === "node" || name === clusterLabel;
  return isOfNode ? name : `${source}:${name}`;
}

/** Who looks at a selector beside the CRD. */
interface SelectorChecks {
  /** Whose labels agents look for; absent where they do not look at the selector. */
  readonly keysOf?: KeysOf;
  readonly ofKey?: KeyCheck;
}

/** What is wrong with a key, at its place. */
type KeyCheck = (at: ObjectCursor, steps: readonly (string | number)[], key: string, value: string) => void;

/** What a selector asks for, with what is wrong with it for the CRD, and for agents where they look at it. */
export function requirementsIn(at: ObjectCursor, raw: RawMapping, checks: SelectorChecks): readonly Requirement[] {
  return [...labelsIn(at, raw, checks), ...expressionsIn(at, raw, checks)];
}

function labelsIn(at: ObjectCursor, raw: RawMapping, checks: SelectorChecks): readonly Requirement[] {
  const labels = mappingField(at, raw, "matchLabels");
  if (labels === undefined) return [];
  return Object.keys(labels).map((key): Requirement => {
    const value = labels[key];
    const text = typeof value === "string" ? value : value === null ? "" : JSON.stringify(value);
    if (typeof value !== "string" && value !== null)
      at.refuse("wrong-type", ["matchLabels", key], `the value of ${quote(key)} must be a string: quote it`);
    if (!isLabelValue(text))
      at.refuse("invalid-policy", ["matchLabels", key], `the CRD refuses ${quote(text)}: no label can have that value`);
    checks.ofKey?.(at, ["matchLabels", key], key, text);
    return { key: keyIn(at, ["matchLabels", key], key, checks), operator: "In", values: [text], from: "matchLabels" };
  });
}

function expressionsIn(at: ObjectCursor, raw: RawMapping, checks: SelectorChecks): readonly Requirement[] {
  const { keysOf, ofKey } = checks;
  const found: Requirement[] = [];
  forEachItem(at, raw, "matchExpressions", (expression) => {
    const written = textField(at, expression, "key") ?? "";
    const writtenOperator = textField(at, expression, "operator") ?? "";
    const operator = operators.find((each) => each === writtenOperator);
    const values = textListField(at, expression, "values");
    const key = keyIn(at, ["key"], written, checks);
    for (const [index, value] of values.entries())
      if (keysOf !== undefined && !isLabelValue(value))
        at.refuseByAgent(
          "invalid-policy",
          ["values", index],
          `the agent refuses ${quote(value)}: no label can have that value`,
        );
    if (operator === undefined)
      at.refuse(
        "invalid-policy",
        ["operator"],
        `the CRD refuses operator ${quote(writtenOperator)}: write In, NotIn, Exists or DoesNotExist`,
      );
    else {
      if (keysOf !== undefined) checkCount(at, operator, values.length);
      ofKey?.(at, ["key"], written, values[0] ?? "");
    }
    if (operator !== undefined) found.push({ key, operator, values, from: "matchExpressions" });
  });
  return found;
}

/** Tells of labels that Cilium does not keep in identities, and what was meant by them. */
function warnOfKey(at: ObjectCursor, steps: readonly (string | number)[], key: string, value: string): void {
  if (key === "reserved" && entityNames.has(value)) {
    at.warn(
      "no-identity-label",
      steps,
      `reserved=${quote(value)} is a label that no pod has: an identity is asked for by the key reserved:${value}, or by an entity`,
      "key",
    );
    return;
  }
  const [, source = "any", name = key] = sourced.exec(key) ?? [];
  if (source === "reserved" || name.startsWith(reservedPrefix) || name === namespaceLabel) return;
  // What the option `labels` leaves out is told of by where the policy is in force.
  if (!name.startsWith(namespaceLabel)) return;
  at.warn("no-identity-label", steps, `${quote(name)} is a label that no pod has: ${namespaceKeysOfCilium}`, "key");
}

const entityNames: ReadonlySet<string> = new Set(
  "host world health init unmanaged remote-node ingress kube-apiserver".split(" "),
);

function keyIn(at: ObjectCursor, steps: readonly (string | number)[], key: string, { keysOf }: SelectorChecks): string {
  return keysOf === undefined ? key : readKey(at, steps, key, keysOf);
}

/** "Must be specified when operator is In or NotIn", "may not be specified when operator is Exists or DoesNotExist": so say the agents. */
function checkCount(at: ObjectCursor, operator: KubernetesOperator, values: number): void {
  const isPresence = operator === "Exists" || operator === "DoesNotExist";
  if (isPresence === (values === 0)) return;
  const what = isPresence ? `values beside ${operator}: remove them` : `${operator} without values: add one`;
  at.refuseByAgent("invalid-policy", ["values"], `the agent refuses ${what}`);
}

/** "No prefix is any source": `k8s:` and `any:` are labels of the pod, `reserved:` an identity. */
function term(written: Requirement): Term {
  const [, source = "any", name = written.key] = sourced.exec(written.key) ?? [];
  if (source === "reserved" || name.startsWith(reservedPrefix)) {
    const key = name.startsWith(reservedPrefix) ? name : `${reservedPrefix}${name}`;
    return { of: "reserved", requirement: { ...written, key } };
  }
  if (name === namespaceLabel) return { of: "namespace", requirement: { ...written, key: nameLabel } };
  if (name.startsWith(namespaceLabelPrefix))
    return {
      of: "namespace",
      isByLabel: true,
      requirement: { ...written, key: name.slice(namespaceLabelPrefix.length) },
    };
  if (name === accountLabel || name === clusterLabel) return { of: "pod", requirement: { ...written, key: name } };
  if (source === "cidr" || source === "container" || source === "node") return constant(written, undefined);
  return { of: "pod", requirement: { ...written, key: name } };
}

/** A requirement on a label of which every pod has the same value, or none has any: it holds for all or for none. */
function constant(written: Requirement, value: string | undefined): Term {
  const requirement: Requirement = matchesRequirement(written, value)
    ? { key: "io.cilium", operator: "NotIn", values: [], from: written.from }
    : { key: "io.cilium", operator: "In", values: [], from: written.from };
  return { of: "none", requirement };
}
