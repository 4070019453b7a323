import { compareStrings } from "../lib/compare.ts";
import { type Policy, directions } from "../model/policy.ts";
import { allowsAnything } from "../semantics/rules-in-force.ts";

/** Words of names that say nothing of what a policy is about, and those that wait for another word. */
const empty: ReadonlySet<string> = new Set(
  "allow allows deny permit default network networkpolicy netpol np policy rule ingress egress traffic access consolidated true false yes no enabled disabled".split(
    " ",
  ),
);
const joining: ReadonlySet<string> = new Set([
  "from",
  "to",
  "for",
  "in",
  "into",
  "and",
  "with",
  "by",
  "on",
  "of",
  "via",
]);

/** The longest name that Kubernetes takes. */
const longest = 253;

/**
 * The name of the policy that several become: that of the only one that has rules, else that of one of them which all others
 * only add a word to (`web` of `web` and `web-metrics`), else what all begin with (`web-allow` of `web-allow-proxy` and
 * `web-allow-metrics`), if that says what they are about, else what a label calls the pods that all names have (`web` of
 * `allow-proxy-to-web` and `allow-metrics-to-web`), or one that tells by custom what they are (`web-ingress`), else what all
 * begin with, whatever it says (`default-allow`), else `allow-ingress` or the like of all pods, else `consolidated-` and the
 * first name. A direction that
 * all names have stays in it.
 * `isTaken`: whether another policy of the namespace has a name.
 */
export function mergedName(group: readonly Policy[], isTaken: (name: string) => boolean): string {
  const [allowing, ...more] = group.filter(allowsAnything);
  if (allowing !== undefined && more.length === 0) return allowing.name;
  const names = group.map(({ name }) => name).toSorted();
  const [first = ""] = names;
  const common = commonWords(names.map((name) => name.split("-")));
  const shared = common.join("-");
  if (names.includes(shared)) return shared;
  for (const name of candidates(group, names, beforeJoining(common)))
    if (!isTaken(name) && !empty.has(name)) return name;
  return freeName(first.startsWith("consolidated-") ? first : `consolidated-${first}`, names, isTaken);
}

/** Names for a group, the best first. `begin`: the words that all of their names begin with. */
function* candidates(group: readonly Policy[], names: readonly string[], begin: readonly string[]): Generator<string> {
  const direction = onlyDirection(group);
  const isToldByAll = direction !== undefined && names.every((name) => hasWords(name, direction));
  const directed = (name: string): string =>
    direction === undefined || hasWords(name, direction) ? name : `${name}-${direction}`;
  const told = (name: string): string => (isToldByAll ? directed(name) : name);
  if (begin.some((word) => saysSomething(word))) yield told(begin.join("-"));
  for (const called of namesOfPods(group)) if (names.every((name) => hasWords(name, called))) yield told(called);
  const pods = whatPodsAre(group);
  yield* pods.filter((name) => names.includes(name));
  yield* pods.map(directed);
  if (begin.length > 1) yield told(begin.join("-"));
  else yield* begin.filter((word) => empty.has(word)).map(directed);
  if (group[0]?.subject.podSelector.requirements.length === 0) yield directed("allow");
}

/** What labels call the pods that the policies select, the longest first. */
function namesOfPods(group: readonly Policy[]): readonly string[] {
  return [...labelsOfPods(group).values()]
    .filter((value) => value.split("-").some(saysSomething))
    .toSorted((a, b) => b.length - a.length || compareStrings(a, b));
}

/** Labels that say what pods are, by custom. */
const naming = ["app.kubernetes.io/name", "app", "k8s-app", "name", "run", "app.kubernetes.io/instance"];
const telling = ["app.kubernetes.io/component", "component", "role", "tier"];

/** What pods are by the labels that say so: `web`, `web-api` of what has a component, too. */
function whatPodsAre(group: readonly Policy[]): readonly string[] {
  const labels = labelsOfPods(group);
  const [name, part] = [naming, telling].map((keys) =>
    keys
      .flatMap((key) => labels.get(key) ?? [])
      .find((value) => /^[a-z0-9-]+$/.test(value) && value.split("-").some(saysSomething)),
  );
  if (name === undefined) return part === undefined ? [] : [part];
  return part === undefined || hasWords(name, part) ? [name] : [`${name}-${part}`];
}

/** The labels that all pods have that the policies select. */
function labelsOfPods([some]: readonly Policy[]): ReadonlyMap<string, string> {
  const asked = some?.subject.podSelector.requirements.filter(({ operator }) => operator === "In") ?? [];
  return new Map(
    asked.flatMap(({ key, values: [value, more] }) =>
      value === undefined || more !== undefined ? [] : [[key, value] as const],
    ),
  );
}

/** The direction that the policies isolate, where it is one. */
function onlyDirection([some]: readonly Policy[]): string | undefined {
  const [one, other] = directions.filter((direction) => some?.isolates[direction] === true);
  return other === undefined ? one : undefined;
}

/** Whether a name has the words of another one, one after the other. */
function hasWords(name: string, words: string): boolean {
  return `-${name}-`.includes(`-${words}-`);
}

function commonWords(names: readonly (readonly string[])[]): readonly string[] {
  const [first = [], ...others] = names;
  const end = first.findIndex((word, i) => others.some((other) => other[i] !== word));
  return end < 0 ? first : first.slice(0, end);
}

/** Without a word that waits for another one, and what is behind it: that is not all that was meant. */
function beforeJoining(words: readonly string[]): readonly string[] {
  const joint = words.findIndex((word) => joining.has(word));
  const begin = joint < 0 ? words : words.slice(0, joint);
  return begin.slice(0, begin.findLastIndex((word) => word !== "") + 1);
}

function saysSomething(word: string): boolean {
  return /[a-z]{2}/.test(word) && !empty.has(word) && !joining.has(word);
}

function freeName(wanted: string, own: readonly string[], isTaken: (name: string) => boolean): string {
  const base = wanted.slice(0, longest - 4).replace(/[-.]+$/, "");
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!isTaken(name) || own.includes(name)) return name;
  }
}
