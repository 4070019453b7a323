import { compareStrings } from "../lib/compare.ts";
import { directoryOf } from "../lib/file-path.ts";
import type { Policy } from "../model/policy.ts";
import type { Labels } from "../model/selector.ts";

/**
 * Annotations that tell nothing of who owns a policy or what it is for: they are written by tools and differ for every
 * object.
 */
const ofNobody: readonly RegExp[] = [
  /^kubectl\.kubernetes\.io\/last-applied-configuration$/,
  /^(?:internal\.)?config\.kubernetes\.io\//,
  /^deployment\.kubernetes\.io\/revision$/,
];

/** Argo CD writes the object's own name behind that of the application. */
const trackingId = "argocd.argoproj.io/tracking-id";

/**
 * What tells whose a policy is and what it is for: its labels and annotations (among them the marks of Helm, Kustomize,
 * Argo CD and Flux, and `app.kubernetes.io/managed-by`) and the directory that it is written in.
 */
function marksOf({ labels = {}, annotations, origin }: Policy): ReadonlyMap<string, string> {
  const told = Object.entries(annotations).filter(([key]) => !ofNobody.some((pattern) => pattern.test(key)));
  return new Map([
    ...entriesOf(labels).map(([key, value]) => [`label ${key}`, value] as const),
    ...told
      .toSorted(([a], [b]) => compareStrings(a, b))
      .map(([key, value]) => [`annotation ${key}`, key === trackingId ? value.replace(/:.*$/s, "") : value] as const),
    ["directory", directoryOf(origin.locator.file)],
  ]);
}

function entriesOf(labels: Labels): readonly (readonly [string, string])[] {
  return Object.entries(labels).toSorted(([a], [b]) => compareStrings(a, b));
}

/** Equal for policies of one owner and purpose, as far as they tell. */
export function ownerKey(policy: Policy): string {
  return JSON.stringify([...marksOf(policy)]);
}

/** In what two policies of different owners differ: `label team is "a" on web and missing on web-metrics`. */
export function ownerDifference(a: Policy, b: Policy): string {
  const [first, second] = [marksOf(a), marksOf(b)];
  const mark = [...new Set([...first.keys(), ...second.keys()])].find((key) => first.get(key) !== second.get(key));
  if (mark === undefined) return "nothing";
  const [one, other] =
    mark === "directory" ? apart(first.get(mark), second.get(mark)) : [first.get(mark), second.get(mark)];
  return `${mark} is ${valueText(one)} on ${a.name} and ${valueText(other)} on ${b.name}`;
}

/** Two directories without what both are in. */
function apart(a = "", b = ""): readonly [string, string] {
  const [one, other] = [a.split("/"), b.split("/")];
  let shared = one.findIndex((step, i) => step !== other[i]);
  if (shared < 0) shared = one.length;
  // The last one that they share says where this is.
  const from = Math.max(0, Math.min(shared, one.length, other.length) - 1);
  return [one.slice(from).join("/"), other.slice(from).join("/")];
}

const longest = 40;

function valueText(value: string | undefined): string {
  if (value === undefined) return "missing";
  return JSON.stringify(value.length > longest ? `${value.slice(0, longest)}…` : value);
}
