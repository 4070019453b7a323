import type { NotEvaluatedObject } from "../model/cluster.ts";
import type { ParsedSource } from "../parse/document.ts";
import { isCalico } from "../semantics/calico/calico-group.ts";
import { ClusterDraft } from "./cluster-draft.ts";
import type { WorkloadDraft } from "./pod-owner.ts";
import { kindAndName } from "./pod-owner.ts";
import { emptyMapping, isMapping, type RawObject } from "./raw-object.ts";
import { isNotBuilt } from "./not-built.ts";
import { type Counts, noCounts, type ObjectOptions, readObject, visitSources } from "./read-objects.ts";
import { familyOf } from "./registry.ts";

/** The objects that a cluster has: what `loadCluster` reads is such. */
export interface StoredObjects {
  readonly sources: readonly ParsedSource[];
  /** Kinds whose objects may be missing, and why. */
  readonly notEvaluated?: readonly NotEvaluatedObject[];
}

/** What was read, and which workloads get other pods than those that are there. */
export interface AppliedObjects {
  readonly counts: Counts;
  readonly isRolledOut: (workload: WorkloadDraft) => boolean;
}

/**
 * Reads the objects of a cluster, and over them those that are applied to it: each replaces the one of its kind, namespace
 * and name, and one that the API server would refuse leaves that in place. Pods whose workload has another template from now
 * on are replaced as well.
 */
export function applyObjects(
  parsed: Iterable<ParsedSource>,
  stored: StoredObjects,
  draft: ClusterDraft,
  options: ObjectOptions,
): AppliedObjects {
  const counts = noCounts();
  const applied = new ObjectSet(draft.defaultNamespace);
  visitSources(parsed, draft, options, counts, (object) => {
    if (!isNotBuilt(object, options.files, draft)) applied.add(object);
  });
  const replaced: RawObject[] = [];
  draft.readStored(() =>
    visitSources(stored.sources, draft, {}, counts, (object) => {
      if (applied.over(object).length > 0) replaced.push(object);
      else readObject(object, draft);
    }),
  );
  for (const object of applied) readObject(object, draft);
  const old = new ClusterDraft({ defaultNamespace: draft.defaultNamespace, live: true }, () => undefined);
  for (const object of replaced) {
    const stays = applied.over(object).every((other) => draft.isRefused(other));
    if (stays) {
      draft.readStored(() => readObject(object, draft));
    } else {
      readObject(object, old);
      counts.objects.set(object.kind, (counts.objects.get(object.kind) ?? 1) - 1);
    }
  }
  return { counts, isRolledOut: (workload) => hasNewTemplate(workload, old, draft) };
}

/** Whether a workload had another template before. */
function hasNewTemplate(
  { namespace, name, ref, templateOf }: WorkloadDraft,
  old: ClusterDraft,
  now: ClusterDraft,
): boolean {
  return [kindAndName(ref.kind, name), templateOf].some((key) => {
    const before = key === undefined ? undefined : old.workloads.get(namespace, key);
    const after = key === undefined ? undefined : now.workloads.get(namespace, key);
    return before !== undefined && after !== undefined && templatesText(before) !== templatesText(after);
  });
}

/** What makes pods others. How many there are does not, and of annotations a server gave only some. */
function templatesText({ templates, templateOf }: WorkloadDraft): string {
  const parts = templates.map(({ template }) => ({ ...template, annotations: undefined }));
  return JSON.stringify([templateOf, parts]);
}

/** Objects that are found by what they replace. */
class ObjectSet {
  readonly #defaultNamespace: string;
  readonly #objects: RawObject[] = [];
  readonly #byFamily = new Map<unknown, Map<string, RawObject[]>>();

  constructor(defaultNamespace: string) {
    this.#defaultNamespace = defaultNamespace;
  }

  [Symbol.iterator](): Iterator<RawObject> {
    return this.#objects.values();
  }

  add(object: RawObject): void {
    this.#objects.push(object);
    const { name, namespace } = nameOf(object);
    if (name === "") return; // The server makes up a name: nothing has it.
    const family = familyOf(object);
    let keys = this.#byFamily.get(family);
    if (keys === undefined) this.#byFamily.set(family, (keys = new Map()));
    // Of a kind outside namespaces no stored object has one, and of any other each has.
    for (const key of new Set(["", namespace || this.#defaultNamespace].map((each) => keyOf(each, name)))) {
      const same = keys.get(key);
      if (same === undefined) keys.set(key, [object]);
      else same.push(object);
    }
  }

  /** Those that would replace a stored object. */
  over(stored: RawObject): readonly RawObject[] {
    const { name, namespace } = nameOf(stored);
    return this.#byFamily.get(familyOf(stored))?.get(keyOf(namespace, name)) ?? [];
  }
}

function keyOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

function nameOf({ apiVersion, kind, value }: RawObject): { readonly name: string; readonly namespace: string } {
  const { name: written, namespace } = mappingIn(value["metadata"]);
  const name = textOf(written);
  return {
    name:
      name !== "" && isCalico(apiVersion) && kind.endsWith("NetworkPolicy") ? nameInTier(name, value["spec"]) : name,
    namespace: textOf(namespace),
  };
}

/** An object of Calico that is served in two groups is one; in one of them its name may have its tier before it. */
function nameInTier(name: string, spec: RawObject["value"][string] | undefined): string {
  const tier = textOf(mappingIn(spec)["tier"]) || "default";
  return `${tier}.${name.startsWith(`${tier}.`) ? name.slice(tier.length + 1) : name}`;
}

function mappingIn(value: RawObject["value"][string] | undefined): RawObject["value"] {
  return isMapping(value) ? value : emptyMapping;
}

function textOf(value: RawObject["value"][string] | undefined): string {
  return typeof value === "string" ? value : "";
}
