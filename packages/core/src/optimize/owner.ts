import { compareStrings } from "../lib/compare.ts";
import { remembered } from "../lib/remembered.ts";
import { directoryOf } from "../lib/file-path.ts";
import type { Cluster } from "../model/cluster.ts";
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
function marksOf({ labels = {}, annotations, origin }: Policy): Marks {
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

/** Tells whose policies are. */
export class Owners {
  readonly #builds: Cluster["builds"];
  readonly #mergeOwned: boolean;

  /** `mergeOwned`: policies of different owners may become one, and rest on each other, where they are built together. */
  constructor({ builds }: Pick<Cluster, "builds">, mergeOwned: boolean) {
    this.#builds = builds;
    this.#mergeOwned = mergeOwned;
  }

  /** Equal for policies that may become one: of one owner and purpose, as far as they tell. */
  readonly key: (policy: Policy) => string = remembered((policy) => JSON.stringify([...this.#marksOf(policy)]));

  /** Why policies may not become one; undefined when they may. */
  whyNotOne([first, ...others]: readonly Policy[]): string | undefined {
    const difference = first && this.#difference(first, others);
    if (difference === undefined) return undefined;
    return this.#mergeOwned
      ? `they are not always built together: ${difference}`
      : `they have different owners or purposes: ${difference}`;
  }

  /** Why a policy, or a part of it, may not go for what others do; undefined when it may. */
  whyApart(policy: Policy, covers: readonly Policy[]): string | undefined {
    const difference = this.#difference(policy, covers);
    if (difference === undefined) return undefined;
    return this.#mergeOwned
      ? `what does the same is not always built with it: ${difference}`
      : `what does the same has another owner or purpose: ${difference}`;
  }

  /** In what one of several policies differs from the first: `label team is "a" on web and missing on web-metrics`. */
  #difference(policy: Policy, others: readonly Policy[]): string | undefined {
    const key = this.key(policy);
    const other = others.find((each) => this.key(each) !== key);
    return other && differenceText([policy, this.#marksOf(policy)], [other, this.#marksOf(other)]);
  }

  #marksOf(policy: Policy): Marks {
    const build = this.#builds?.get(policy.origin.locator.file);
    const directories = this.#mergeOwned ? build?.into : build?.by;
    return new Map([
      ...(this.#mergeOwned ? [] : marksOf(policy)),
      ...(directories === undefined
        ? []
        : [["kustomization", directories.toSorted(compareStrings).join(", ")] as const]),
    ]);
  }
}

type Marks = ReadonlyMap<string, string>;

function differenceText([a, first]: readonly [Policy, Marks], [b, second]: readonly [Policy, Marks]): string {
  const mark =
    [...new Set([...first.keys(), ...second.keys()])].find((key) => first.get(key) !== second.get(key)) ?? "";
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
