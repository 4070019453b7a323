import type { DomainsPeer } from "../model/policy.ts";

/** A name as it is compared: DNS does not know case, and a name may end in the dot of the root. */
export function normalName(name: string): string {
  return name.trim().toLowerCase().replace(/\.$/, "");
}

/** How Cilium reads several stars at the start of a pattern: as labels, or up to 1.18 as one star. */
type Stars = NonNullable<DomainsPeer["stars"]>;

/**
 * Whether a `matchPattern` of Cilium matches a name: `*` alone is every name, within a pattern it is any number of
 * characters of one label, and `**.` at its start one label or more. More stars are as two, and alone as one.
 */
export function matchesNamePattern(pattern: string, name: string, stars: Stars = "within-label"): boolean {
  const [wanted, asked] = [normalName(pattern), normalName(name)];
  if (isEveryName(pattern, stars)) return asked !== "";
  const deep = deepPart(wanted, stars);
  const isDeep = deep !== "";
  const labels = wanted.slice(deep.length).split(".");
  const given = asked.split(".");
  if (isDeep ? given.length <= labels.length : given.length !== labels.length) return false;
  const own = given.slice(given.length - labels.length);
  return given.every((label) => label !== "") && labels.every((label, i) => matchesLabel(label, own[i] ?? ""));
}

/** Whether a `matchPattern` is one of all names: `*`, and since 1.19 any number of stars. */
export function isEveryName(pattern: string, stars: Stars = "within-label"): boolean {
  return (stars === "one-label" ? /^\*$/ : /^\*+\.?$/).test(pattern.trim());
}

/** What of a pattern stands for one label or more: two stars at its start, or more. */
export function deepPart(pattern: string, stars: Stars = "within-label"): string {
  return stars === "one-label" ? "" : (/^\*{2,}\./.exec(pattern)?.[0] ?? "");
}

/** A name that a `matchPattern` matches, made of words. */
export function exampleOf(pattern: string, word: string, stars: Stars = "within-label"): string {
  if (isEveryName(pattern, stars)) return `${word}.example`;
  return normalName(pattern).replaceAll(/\*+/g, word);
}

/** Whether names of a peer match a name: "'*', the wildcard specifier, matches one or more entire labels", or as Cilium reads it. */
export function matchesDomain({ names, stars }: DomainsPeer, name: string): boolean {
  return names.some((written) => {
    if (stars !== undefined) return matchesNamePattern(written, name, stars);
    const [pattern, asked] = [normalName(written), normalName(name)];
    return pattern.startsWith("*.") ? asked.endsWith(pattern.slice(1)) : asked === pattern;
  });
}

/**
 * Whether names of the cluster's own pods may match: "Selecting Pods using their generated DNS record" and "Headless Services
 * can be selected using their generated DNS record" (NPEP-133). These are `*.svc.*` and `*.pod.*` of the cluster's domain,
 * which is `cluster.local` unless it was given another.
 */
export function mayNamePods(written: string): boolean {
  const pattern = normalName(written);
  return (
    /(^|\.)cluster\.local$/.test(pattern) || pattern.split(".").some((label) => label === "svc" || label === "pod")
  );
}

/** Part by part between the stars, each as early as it goes: that takes no longer than the label is. */
function matchesLabel(pattern: string, label: string): boolean {
  const parts = pattern.split("*");
  const [first = "", ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return label === first;
  if (!label.startsWith(first) || label.length < first.length + last.length || !label.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = label.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= label.length - last.length;
}
