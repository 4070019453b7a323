import type { DomainsPeer } from "../model/policy.ts";

/** A name as it is compared: DNS does not know case, and a name may end in the dot of the root. */
export function normalName(name: string): string {
  return name.trim().toLowerCase().replace(/\.$/, "");
}

/**
 * Whether a `matchPattern` of Cilium matches a name: `*` alone is every name, within a pattern it is any number of
 * characters of one label, and `**.` at its start one label or more.
 */
export function matchesNamePattern(pattern: string, name: string): boolean {
  const [wanted, asked] = [normalName(pattern), normalName(name)];
  if (wanted === "*") return asked !== "";
  const isDeep = wanted.startsWith("**.");
  const labels = (isDeep ? wanted.slice(3) : wanted).split(".");
  const given = asked.split(".");
  if (isDeep ? given.length <= labels.length : given.length !== labels.length) return false;
  const own = given.slice(given.length - labels.length);
  return given.every((label) => label !== "") && labels.every((label, i) => matchesLabel(label, own[i] ?? ""));
}

/** Whether names of a peer match a name: "'*', the wildcard specifier, matches one or more entire labels", or as Cilium reads it. */
export function matchesDomain({ names, stars }: DomainsPeer, name: string): boolean {
  return names.some((written) => {
    if (stars === "within-label") return matchesNamePattern(written, name);
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
