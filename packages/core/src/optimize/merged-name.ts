import { compareStrings } from "../lib/compare.ts";
import type { Policy } from "../model/policy.ts";

/** Words of names that say nothing of what a policy is about, and those that wait for another word. */
const empty: ReadonlySet<string> = new Set(
  "allow allows deny permit default network networkpolicy netpol np policy rule ingress egress traffic access consolidated".split(
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
 * The name of the policy that several become: that of one of them which all others only add a word to (`web` of `web` and
 * `web-metrics`), else what all begin with (`web-allow` of `web-allow-proxy` and `web-allow-metrics`), if that says what
 * they are about, else what a label calls the pods, if all names do (`web` of `allow-proxy-to-web` and
 * `allow-metrics-to-web`), else `consolidated-` and the first name. `taken`: the names of all other policies of the namespace.
 */
export function mergedName(group: readonly Policy[], taken: ReadonlySet<string>): string {
  const names = group.map(({ name }) => name).toSorted();
  const [first = ""] = names;
  const common = commonWords(names.map((name) => name.split("-")));
  const shared = common.join("-");
  if (names.includes(shared)) return shared;
  const said = withoutEnd(common);
  const name = said.join("-");
  if (said.some((word) => saysSomething(word)) && !taken.has(name)) return name;
  const called = namesOfPods(group).find((each) => !taken.has(each) && names.every((other) => hasWords(other, each)));
  if (called !== undefined) return called;
  return freeName(first.startsWith("consolidated-") ? first : `consolidated-${first}`, names, taken);
}

/** What labels call the pods that the policies select, the longest first. */
function namesOfPods([some]: readonly Policy[]): readonly string[] {
  const asked = some?.subject.podSelector.requirements.filter(({ operator }) => operator === "In") ?? [];
  return asked
    .flatMap(({ values }) => (values.length === 1 ? values : []))
    .filter((value) => value.split("-").some(saysSomething))
    .toSorted((a, b) => b.length - a.length || compareStrings(a, b));
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

/** Without words at the end that would wait for another one. */
function withoutEnd(words: readonly string[]): readonly string[] {
  const end = words.findLastIndex((word) => word !== "" && !joining.has(word));
  return words.slice(0, end + 1);
}

function saysSomething(word: string): boolean {
  return /[a-z]{2}/.test(word) && !empty.has(word) && !joining.has(word);
}

function freeName(wanted: string, own: readonly string[], taken: ReadonlySet<string>): string {
  const base = wanted.slice(0, longest - 4).replace(/[-.]+$/, "");
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(name) || own.includes(name)) return name;
  }
}
