import type { Change } from "../edit/change.ts";
import { sameValue } from "../edit/change-value.ts";
import { documentText } from "../edit/document-text.ts";
import { editText } from "../edit/edit-text.ts";
import { kubectlReader } from "../fix/kubectl-reader.ts";
import type { Manifests, WrittenDocument } from "../fix/manifests.ts";
import { mergedComment } from "../fix/optimized-texts.ts";
import { compareStrings } from "../lib/compare.ts";
import { UsageError } from "../lib/usage-error.ts";
import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import type { Cluster, HostPolicy } from "../model/cluster.ts";
import type { Policy } from "../model/policy.ts";
import type { RefusedPolicy } from "../model/refused-policy.ts";
import { applyOperation } from "../optimize/apply-patch.ts";
import { policyTypesOf, policyValue } from "../optimize/policy-value.ts";
import type { RawValue } from "../parse/document.ts";
import { refKey } from "../semantics/canonical-key.ts";
import { valueAt } from "../source/position.ts";
import type { OptimizationPlan } from "../answers/optimization.ts";

interface Written {
  readonly key: readonly [string, string];
  readonly text: string;
}

/**
 * Every policy of texts, one document each, by namespace and name: as it is written, with its comments, where it is a
 * document of its own in YAML. `builtInto` tells the namespace that a kustomization puts a file into: it is written, as the
 * kustomization is not there.
 */
export function optimizedManifests(
  cluster: Cluster,
  manifests: Manifests,
  { namespaces, builtInto }: ManifestOptions,
): string {
  return joined(
    writtenPolicies(cluster, namespaces).flatMap(({ ref, origin }) => {
      const document = manifests.documentOf(origin);
      const value = manifests.valueOf(origin, []);
      if (document === undefined || value === undefined) return [];
      const own = origin.path.length === 0 ? ownText(document, value) : undefined;
      const namespace = ref.namespace === undefined ? undefined : builtInto(origin.locator.file, ref.namespace);
      const text =
        own === undefined
          ? documentText(namespace === undefined ? value : withNamespace(value, namespace))
          : namespace === undefined
            ? own
            : inNamespace(own, value, namespace);
      return [{ key: [ref.namespace ?? "", ref.name], text }];
    }),
  );
}

/** A document in YAML as it is written, with `\n` at the ends of its lines; undefined where it would not read the same. */
function ownText({ lead, text }: WrittenDocument, value: RawValue): string | undefined {
  if (/^\s*\{/.test(text)) return undefined;
  const lines = `${lead}${text}`.split(/\r\n|\r|\n/);
  const start = lines.findIndex((line) => /^\s*[^\s#]/.test(line) && !/^---(?:\s|$)/.test(line));
  const comments = lines.slice(0, start).flatMap((line) => /^(?:---)?\s*(#.*)$/.exec(line)?.[1] ?? []);
  const own = `${[...comments, ...lines.slice(start)].join("\n").trimEnd()}\n`;
  const { values } = kubectlReader.values(own);
  return values.length === 1 && sameValue(values[0] ?? null, value) ? own : undefined;
}

/** What is printed of texts, and how. */
export interface ManifestOptions {
  /** Policies of these alone; empty: all. */
  readonly namespaces: OptimizationPlan["limitedTo"];
  readonly builtInto: (file: string, namespace: string) => string | undefined;
}

/** The text of a document with a namespace in its metadata. */
function inNamespace(text: string, value: RawValue, namespace: string): string {
  const written = isMapping(value) && isMapping(value["metadata"]) ? value["metadata"]["namespace"] : undefined;
  if (written === namespace) return text;
  const change: Change =
    typeof written === "string"
      ? { type: "set", path: ["metadata", "namespace"], value: namespace }
      : { type: "put", path: ["metadata"], key: "namespace", value: namespace, after: ["name"] };
  const document = { line: text.split("\n").findIndex((line) => !/^\s*(?:#|$)/.test(line)) + 1, column: 1 };
  const edited = editText(text, [{ document, change }], kubectlReader);
  return edited.status === "edited" ? edited.text : documentText(withNamespace(value, namespace));
}

function withNamespace(value: RawValue, namespace: string): RawValue {
  if (!isMapping(value) || !isMapping(value["metadata"])) return value;
  return { ...value, metadata: { ...value["metadata"], namespace } };
}

/**
 * Every policy of a cluster whose objects are in no file, as a plan makes them: what the API server adds is left out. Throws
 * for an object that is not known as it was read.
 */
export function renderedManifests(cluster: Cluster, { groups, steps, limitedTo }: OptimizationPlan): string {
  const read = writtenPolicies(cluster, limitedTo);
  const values = new Map<string, RawValue | undefined>(
    read.map((policy) => [refKey(policy.ref), writtenValue(policy)]),
  );
  for (const { object, ...operation } of steps.flatMap(({ patch }) => patch)) {
    const key = refKey(object);
    const before = values.get(key);
    if (before === undefined) throw new Error(`${object.kind} ${object.name} is not known as it was read`);
    values.delete(key);
    const after = applyOperation(before, operation);
    const isRenamed = operation.path === "/metadata/name";
    if (after !== undefined) values.set(isRenamed ? refKey({ ...object, name: textOf(operation.value) }) : key, after);
  }
  return joined(
    [...values.values()].flatMap((value) => {
      if (value === undefined) return [];
      const { kind, namespace, name } = identityOf(value);
      const isMerged =
        kind === "NetworkPolicy"
          ? groups.find((each) => each.namespace === namespace && each.name === name)
          : undefined;
      const comment = isMerged === undefined ? "" : `# ${mergedComment(isMerged.mergedPolicies)}\n`;
      return [{ key: [namespace, name], text: comment + documentText(value) }];
    }),
  );
}

type WrittenPolicy = Policy | RefusedPolicy | HostPolicy;

/** One for each object, of those for nodes, too; with namespaces those of them. */
function writtenPolicies(
  { policies, refusedPolicies, hostPolicies = [] }: Cluster,
  namespaces: readonly string[],
): readonly WrittenPolicy[] {
  // One object may say things of pods and of nodes, and each of its rules is a policy.
  const objects = new Map([...policies, ...hostPolicies].map((policy) => [refKey(policy.ref), policy]));
  return [...objects.values(), ...refusedPolicies].filter(
    ({ ref }) => namespaces.length === 0 || namespaces.includes(ref.namespace ?? ""),
  );
}

/** A policy as it was read, without what the API server adds. */
function writtenValue({ origin, ref, ...policy }: WrittenPolicy): RawValue {
  // What a Template makes stands nowhere as it is.
  const value = origin.path.includes("objects") ? undefined : valueAt(origin, []);
  if (isMapping(value)) return ownValue(value, ref);
  if (!("tier" in policy) || ref.kind !== "NetworkPolicy")
    throw new UsageError(
      `${ref.kind} ${ref.name} cannot be printed: what it was made from is no manifest. Leave out -o yaml`,
    );
  const made = { ...policy, origin, ref };
  return policyValue({ ...made, policyTypes: policyTypesOf(made) });
}

const addedByServer: ReadonlySet<string> = new Set([
  "creationTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "selfLink",
  "uid",
]);

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

function ownValue(value: Mapping, { apiVersion, kind, namespace }: ObjectRef): RawValue {
  const { status: _, metadata = {}, apiVersion: _apiVersion, kind: _kind, ...rest } = value;
  const { annotations = {}, ...own } = isMapping(metadata) ? metadata : {};
  const kept = Object.entries(own).filter(([key]) => !addedByServer.has(key));
  const notes = isMapping(annotations) ? Object.entries(annotations).filter(([key]) => key !== lastApplied) : [];
  return {
    apiVersion,
    kind,
    metadata: {
      ...Object.fromEntries(kept),
      ...(namespace === undefined ? {} : { namespace }),
      ...(notes.length === 0 ? {} : { annotations: Object.fromEntries(notes) }),
    },
    ...rest,
  };
}

interface Mapping {
  readonly [key: string]: RawValue;
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function identityOf(value: RawValue): { readonly kind: string; readonly namespace: string; readonly name: string } {
  const { kind, metadata } = isMapping(value) ? value : {};
  const { namespace = "", name = "" } = isMapping(metadata) ? metadata : {};
  return { kind: textOf(kind), namespace: textOf(namespace), name: textOf(name) };
}

function textOf(value: RawValue | undefined): string {
  return typeof value === "string" ? value : "";
}

function joined(written: readonly Written[]): string {
  return written
    .toSorted((a, b) => compareStrings(a.key[0], b.key[0]) || compareStrings(a.key[1], b.key[1]))
    .map(({ text }) => text)
    .join("---\n");
}
