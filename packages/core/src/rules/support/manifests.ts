import type { Fix, JsonValue } from "../../answers/finding.ts";
import { type Direction, type Policy, directions } from "../../model/policy.ts";
import type { NamespaceFacts, RuleContext } from "../context.ts";
import { groupBy } from "../../lib/group-by.ts";
import { knownNeeds, unclearNeeds } from "./known-needs.ts";
import type { KnownNeed } from "./open-pods.ts";
import { dnsEgressRule } from "./rule-changes.ts";
import { requirementKey, selectorKey } from "../../semantics/canonical-key.ts";
import { selectorValue } from "../../answers/selector-value.ts";
import { listText, nameOf, typeOf } from "./words.ts";

/**
 * Isolates every pod of a namespace and allows what is known to be needed; in words only (`description`: what to begin
 * with), where that is not known well enough: a policy that cuts what is needed is no advice.
 */
export function isolationFix(
  context: RuleContext,
  facts: NamespaceFacts,
  isolated: readonly Direction[],
  description: string,
): Fix {
  const unclear = unclearNeeds(context, facts, isolated);
  if (unclear.length > 0)
    return {
      kind: "manual",
      description: `${description} npa does not write it: ${[...new Set(unclear)].join("; ")}.`,
    };
  const manifest = isolationManifest(context, facts, isolated);
  return {
    kind: "suggested",
    description: `${writtenText(facts, isolated)}${superfluousText(facts, isolated)}`,
    manifest,
  };
}

/** What the manifest is: nothing of it is left to the reader to begin. */
function writtenText(facts: NamespaceFacts, isolated: readonly Direction[]): string {
  const types = isolated.length === directions.length ? "" : ` for ${isolated.map(typeOf).join(" and ")}`;
  const opened = isolated.includes("egress") ? "DNS and what else is" : "what is";
  return `Isolate every pod of ${facts.name}${types} by a default deny, and allow beside it ${opened} known to be needed.`;
}

/** What only denies is said again by policies that deny for at least its pods: the new one, and those that stay. */
function superfluousText({ policies }: NamespaceFacts, isolated: readonly Direction[]): string {
  const denying = new Set<Policy>();
  for (const policy of policies.toSorted((a, b) => (a.name < b.name ? 1 : -1))) {
    const denied = directions.filter((direction) => policy.isolates[direction]);
    const isDenied = (direction: Direction): boolean =>
      isolated.includes(direction) ||
      policies.some(
        (other) => other !== policy && !denying.has(other) && other.isolates[direction] && selectsAllOf(other, policy),
      );
    const isSuperfluous =
      denied.some((direction) => isolated.includes(direction)) &&
      denied.every((direction) => policy.rules[direction].length === 0 && isDenied(direction));
    if (isSuperfluous) denying.add(policy);
  }
  if (denying.size === 0) return "";
  const names = listText([...denying].map(nameOf).toSorted(), 3, denying.size);
  return ` ${names}, which only ${denying.size === 1 ? "denies, then adds" : "deny, then add"} nothing.`;
}

/** Whether one policy selects all pods that another selects, as far as that is plain from what they ask for. */
function selectsAllOf({ subject: wide }: Policy, { subject: narrow }: Policy): boolean {
  const asked = new Set(narrow.podSelector.requirements.map(requirementKey));
  return wide.podSelector.requirements.every((requirement) => asked.has(requirementKey(requirement)));
}

function isolationManifest(context: RuleContext, facts: NamespaceFacts, isolated: readonly Direction[]): string {
  const names = new Names(facts);
  const needs = (direction: Direction): readonly KnownNeed[] => {
    const known = knownNeeds(context, facts, direction);
    return known.status === "known" ? known.needs : [];
  };
  const egress = isolated.includes("egress") ? needs("egress") : [];
  const ofAll = egress.filter(({ subject }) => subject.requirements.length === 0);
  const deny = document(
    names.free(isolated.length === 2 ? "default-deny" : `default-deny-${isolated[0]}`),
    facts.name,
    {},
    isolated,
    isolated.includes("egress")
      ? { egress: [{ comment: "DNS", rule: dnsEgressRule(context) }, ...ofAll.map((need) => ruleOf(need, "egress"))] }
      : {},
  );
  const allowed = [
    ...(isolated.includes("ingress") ? allowing(names, facts, "ingress", needs("ingress")) : []),
    ...allowing(
      names,
      facts,
      "egress",
      egress.filter((need) => !ofAll.includes(need)),
    ),
  ];
  return [deny, ...allowed].join("---\n");
}

interface CommentedRule {
  readonly comment: string;
  readonly rule: JsonValue;
}

function ruleOf({ peers, ports, because }: KnownNeed, direction: Direction): CommentedRule {
  const key = direction === "ingress" ? "from" : "to";
  return {
    comment: because.replaceAll(/[^\x20-\x7e]/g, "?"),
    rule: { [key]: peers, ...(ports.length === 0 ? {} : { ports }) },
  };
}

/** One policy for all that the same pods need. */
function allowing(
  names: Names,
  facts: NamespaceFacts,
  direction: Direction,
  needs: readonly KnownNeed[],
): readonly string[] {
  return [...groupBy(needs, ({ subject }) => selectorKey(subject)).values()].map((group) => {
    const [first] = group;
    const subject = first?.subject ?? { requirements: [] };
    const told = subject.requirements.find(({ operator }) => operator === "In")?.values[0] ?? "all";
    const name = names.free(
      `allow-${direction}-${
        told
          .toLowerCase()
          .replaceAll(/[^a-z0-9-]+/g, "-")
          .replaceAll(/^-+|-+$/g, "") || "some"
      }`,
    );
    const rules = group.map((need) => ruleOf(need, direction));
    return document(name, facts.name, selectorValue(subject), [direction], { [direction]: rules });
  });
}

function document(
  name: string,
  namespace: string,
  podSelector: JsonValue,
  types: readonly Direction[],
  rules: Readonly<Partial<Record<Direction, readonly CommentedRule[]>>>,
): string {
  return [
    "apiVersion: networking.k8s.io/v1",
    "kind: NetworkPolicy",
    "metadata:",
    `  name: ${name}`,
    `  namespace: ${scalar(namespace)}`,
    "spec:",
    ...entry("podSelector", podSelector, "  "),
    "  policyTypes:",
    ...types.map((direction) => `    - ${typeOf(direction)}`),
    ...Object.entries(rules).flatMap(([direction, list]) => [
      `  ${direction}:`,
      ...list.flatMap(({ comment, rule }) => [`    # ${comment}`, ...item(rule, "    ")]),
    ]),
    "",
  ].join("\n");
}

function entry(key: string, value: JsonValue, indent: string): readonly string[] {
  const start = `${indent}${scalar(key)}:`;
  if (typeof value !== "object" || value === null) return [`${start} ${text(value)}`];
  if (Array.isArray(value))
    return value.length === 0
      ? [`${start} []`]
      : [start, ...value.flatMap((each: JsonValue) => item(each, `${indent}  `))];
  const entries = Object.entries(value);
  return entries.length === 0
    ? [`${start} {}`]
    : [start, ...entries.flatMap(([name, each]: [string, JsonValue]) => entry(name, each, `${indent}  `))];
}

function item(value: JsonValue, indent: string): readonly string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [`${indent}- ${text(value)}`];
  const lines = Object.entries(value).flatMap(([key, each]: [string, JsonValue]) => entry(key, each, `${indent}  `));
  return lines.map((line, i) => (i === 0 ? `${indent}- ${line.slice(indent.length + 2)}` : line));
}

function text(value: JsonValue): string {
  return typeof value === "string" ? scalar(value) : JSON.stringify(value);
}

/** Names that no policy of the namespace has: applying the suggestion must not replace one. */
class Names {
  readonly #taken: Set<string>;

  constructor({ policies }: NamespaceFacts) {
    this.#taken = new Set(policies.map(({ name }) => name));
  }

  free(wanted: string): string {
    const name = wanted.slice(0, longestName);
    let free = name;
    for (let i = 2; this.#taken.has(free); i++) free = `${name}-${i}`;
    this.#taken.add(free);
    return free;
  }
}

const longestName = 200;

const reads = /^(?:true|false|yes|no|on|off|y|n|null)$/i;

/** Text as a YAML string: quoted where it would read as something else. */
function scalar(value: string): string {
  return /^[A-Za-z][\w./-]*$/.test(value) && !reads.test(value) ? value : JSON.stringify(value);
}
