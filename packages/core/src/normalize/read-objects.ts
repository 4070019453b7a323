import { pushAll } from "../lib/push-all.ts";
import { checkStopped } from "../lib/stoppable.ts";
import type { ParsedSource } from "../parse/document.ts";
import type { ClusterDraft, FileFacts } from "./cluster-draft.ts";
import { noteEmbeddedPolicy } from "./embedded-policy.ts";
import { type ObjectVisitor, isApiName, visitObjects } from "./expand-lists.ts";
import { readGenericWorkload } from "./generic-workload.ts";
import { ignoreAnnotations } from "./ignore-annotations.ts";
import { asBuilt } from "./in-namespace.ts";
import { isTemplate, visitTemplate } from "./openshift-template.ts";
import type { RawObject } from "./raw-object.ts";
import { hasReader, isClusterWideKind, readerFor } from "./registry.ts";
import { isBuiltIn, isValuesOfChart, reportNoApiVersion, reportWrongApiVersion } from "./wrong-api-version.ts";

/** What was read, counted. */
export interface Counts {
  files: number;
  documents: number;
  skipped: number;
  readonly objects: Map<string, number>;
}

/** What documents do not say of the objects in them. */
export interface ObjectOptions {
  readonly files?: FileFacts;
  readonly variables?: ReadonlyMap<string, string>;
}

/** Counts of nothing. */
export function noCounts(): Counts {
  return { files: 0, documents: 0, skipped: 0, objects: new Map() };
}

/** Gives each object of the documents to `take`: lists and Templates expanded, as kustomizations build them. */
export function visitSources(
  parsed: Iterable<ParsedSource>,
  draft: ClusterDraft,
  { files, variables = new Map() }: ObjectOptions,
  counts: Counts,
  take: (object: RawObject) => void,
): void {
  const count = (kind: string): void => void counts.objects.set(kind, (counts.objects.get(kind) ?? 0) + 1);
  const visitor: ObjectVisitor = {
    object(written: RawObject): void {
      checkStopped();
      count(written.kind);
      if (isTemplate(written)) return visitTemplate(written, variables, visitor);
      if (isClusterWideKind(written.kind)) return take(written);
      for (const object of asBuilt(written, files)) take(object);
    },
    nameless(object: RawObject): void {
      if (isValuesOfChart(object)) return void draft.unrendered.set(object.origin.locator.file, "values");
      counts.skipped++;
      if (hasReader(object.kind)) reportNoApiVersion(object, draft.report);
    },
    other: (): void => void counts.skipped++,
    report: draft.report,
  };
  for (const { documents, skipped, ignoreComments = [], template } of parsed) {
    counts.files++;
    if (template !== undefined) draft.unrendered.set(template, "template");
    counts.documents += documents.length + skipped.length;
    for (const document of documents) visitObjects(document, visitor);
    for (const comment of ignoreComments) draft.suppressions.push({ by: "comment", ...comment });
    for (const { kind } of skipped) {
      if (isApiName(kind)) count(kind);
      else visitor.other();
    }
  }
}

/** Adds an object to the draft, or reports why not. */
export function readObject(object: RawObject, draft: ClusterDraft): void {
  const reader = readerFor(object.kind, object.apiVersion);
  if (reader === undefined) {
    reportWrongApiVersion(object, draft.report);
    if (isBuiltIn(object)) return;
    readGenericWorkload(object, draft);
    noteEmbeddedPolicy(object, draft);
    return;
  }
  reader.read(object, draft);
  pushAll(draft.suppressions, ignoreAnnotations(object, draft.defaultNamespace));
}
