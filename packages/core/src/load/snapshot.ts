import type { NotEvaluatedObject } from "../model/cluster.ts";
import type { ParsedSource, RawDocument, RawValue } from "../parse/document.ts";
import type { ClusterRead } from "./cluster/load-cluster.ts";
import { fieldsOf, listOf, textOf } from "./cluster/raw-fields.ts";
import { yamlText } from "./cluster/yaml-text.ts";

/** The kind of a snapshot's first document: what of the cluster run its objects do not say. */
export const snapshotKind = "ClusterSnapshot";
const snapshotApiVersion = "npa.dev/v1";

/** What a snapshot says beside its objects, as `readDocuments` takes it. */
export interface SnapshotFacts {
  readonly live: true;
  readonly defaultNamespace: string;
  readonly notEvaluated: readonly NotEvaluatedObject[];
}

/** A snapshot that was read back. */
export interface SnapshotRead {
  readonly sources: readonly ParsedSource[];
  /** Undefined where none of the sources is a snapshot. */
  readonly facts: SnapshotFacts | undefined;
}

/**
 * What a cluster run read, as one YAML stream, document by document: a large cluster is no single string.
 * It holds no addresses of the server and no credentials.
 */
export function* snapshotStream(read: ClusterRead): Generator<string> {
  yield yamlText(header(read));
  for (const { documents } of read.sources) {
    for (const { value } of documents) yield `---\n${yamlText(value)}`;
  }
}

/** The same as one file per object: relative path and text. */
export function* snapshotFiles(read: ClusterRead): Generator<readonly [path: string, text: string]> {
  yield ["cluster/snapshot.yaml", yamlText(header(read))];
  for (const { documents } of read.sources) {
    for (const { file, value } of documents) yield [file, yamlText(value)];
  }
}

function header({ context, defaultNamespace, notEvaluated }: ClusterRead): RawValue {
  const missing = notEvaluated.map(({ ref, reason }) => ({ ref: { ...ref }, reason }));
  return {
    apiVersion: snapshotApiVersion,
    kind: snapshotKind,
    metadata: { name: context },
    spec: { defaultNamespace, notEvaluated: missing },
  };
}

/** Takes the first documents of snapshots out of what was parsed, so that the rest is analysed as the live cluster was. */
export function readSnapshot(sources: Iterable<ParsedSource>): SnapshotRead {
  let facts: SnapshotFacts | undefined;
  const rest: ParsedSource[] = [];
  for (const { documents, skipped } of sources) {
    const objects = documents.filter((document) => {
      const found = factsIn(document);
      if (found === undefined) return true;
      facts = found;
      return false;
    });
    if (objects.length > 0 || skipped.length > 0) rest.push({ documents: objects, skipped });
  }
  return { sources: rest, facts };
}

function factsIn({ value }: RawDocument): SnapshotFacts | undefined {
  const { apiVersion, kind, spec } = fieldsOf(value);
  if (apiVersion !== snapshotApiVersion || kind !== snapshotKind) return undefined;
  const { defaultNamespace, notEvaluated } = fieldsOf(spec);
  return {
    live: true,
    defaultNamespace: textOf(defaultNamespace) ?? "default",
    notEvaluated: listOf(notEvaluated).flatMap((entry) => missingIn(entry) ?? []),
  };
}

function missingIn(entry: unknown): NotEvaluatedObject | undefined {
  const { ref, reason } = fieldsOf(entry);
  const [apiVersion, kind, name] = ["apiVersion", "kind", "name"].map((key) => textOf(fieldsOf(ref)[key]));
  if (apiVersion === undefined || kind === undefined || name === undefined) return undefined;
  return { ref: { apiVersion, kind, name }, reason: textOf(reason) ?? "" };
}
