import { isList } from "../lib/plain-values.ts";
import type { NotEvaluatedObject } from "../model/cluster.ts";
import type { ParsedSource, RawValue } from "../parse/document.ts";

/** The kind of a snapshot's first document: what of the cluster run its objects do not say. */
export const snapshotKind = "ClusterSnapshot";
const snapshotApiVersion = "npa.dev/v1";

/** What a snapshot says beside its objects. */
export interface SnapshotFacts {
  /** The namespace of the context that was read. */
  readonly defaultNamespace: string;
  /** Kinds whose objects may be missing, and why. */
  readonly notEvaluated: readonly NotEvaluatedObject[];
}

/** The first document of a snapshot. */
export function snapshotHeader(context: string, { defaultNamespace, notEvaluated }: SnapshotFacts): RawValue {
  const missing = notEvaluated.map(({ ref, reason, readNamespaces }) => ({
    ref: { ...ref },
    reason,
    ...(readNamespaces === undefined ? {} : { readNamespaces }),
  }));
  return {
    apiVersion: snapshotApiVersion,
    kind: snapshotKind,
    metadata: { name: context },
    spec: { defaultNamespace, notEvaluated: missing },
  };
}

/** Cheap, and wrong in one direction only: no text without a header at its beginning is taken for a snapshot. */
export function mayBeSnapshot(text: string): boolean {
  return /^["']?kind["']?: *["']?ClusterSnapshot\b/m.test(text.slice(0, 4096));
}

/** Takes the headers of snapshots out of what was parsed; undefined facts where there is none. */
export function withoutHeaders(parsed: Iterable<ParsedSource>): {
  readonly sources: readonly ParsedSource[];
  readonly facts: SnapshotFacts | undefined;
} {
  const found: SnapshotFacts[] = [];
  const sources: ParsedSource[] = [];
  for (const { documents, skipped } of parsed) {
    const objects = documents.filter(({ value }) => {
      const facts = factsIn(value);
      if (facts !== undefined) found.push(facts);
      return facts === undefined;
    });
    if (objects.length > 0 || skipped.length > 0) sources.push({ documents: objects, skipped });
  }
  const [first] = found;
  if (first === undefined) return { sources, facts: undefined };
  return { sources, facts: { ...first, notEvaluated: found.flatMap(({ notEvaluated }) => notEvaluated) } };
}

function factsIn(value: RawValue): SnapshotFacts | undefined {
  if (fieldOf(value, "apiVersion") !== snapshotApiVersion || fieldOf(value, "kind") !== snapshotKind) return undefined;
  const spec = fieldOf(value, "spec");
  const notEvaluated = fieldOf(spec, "notEvaluated");
  return {
    defaultNamespace: textOf(spec, "defaultNamespace") ?? "default",
    notEvaluated: isList(notEvaluated) ? notEvaluated.flatMap((entry) => missingIn(entry) ?? []) : [],
  };
}

function missingIn(entry: RawValue): NotEvaluatedObject | undefined {
  const ref = fieldOf(entry, "ref");
  const [apiVersion, kind, name] = [textOf(ref, "apiVersion"), textOf(ref, "kind"), textOf(ref, "name")];
  if (apiVersion === undefined || kind === undefined || name === undefined) return undefined;
  const read = fieldOf(entry, "readNamespaces");
  return {
    ref: { apiVersion, kind, name },
    reason: textOf(entry, "reason") ?? "",
    ...(isList(read) ? { readNamespaces: read.filter((each) => typeof each === "string") } : {}),
  };
}

function textOf(value: RawValue | undefined, key: string): string | undefined {
  const text = fieldOf(value, key);
  return typeof text === "string" ? text : undefined;
}

function fieldOf(value: RawValue | undefined, key: string): RawValue | undefined {
  if (typeof value !== "object" || value === null || isList(value)) return undefined;
  return Object.hasOwn(value, key) ? value[key] : undefined;
}
