import { directoryOf, resolveFrom } from "../lib/file-path.ts";
import { isMapping } from "../lib/plain-values.ts";
import type { RawValue } from "../parse/document.ts";
import { parseSource } from "../parse/parse-source.ts";

/** What the `transformers` of a kustomization do to what it builds. */
export interface Transformation {
  /** The namespace that a NamespaceTransformer sets for all of it. */
  readonly namespace?: string;
  /** The same, where it sets the `spec.targetNamespace` of Flux's Kustomizations as well. */
  readonly targetNamespace?: string;
  /** Some of them may change labels, or are not in the input. */
  readonly isUnread: boolean;
}

/** Transformers of kustomize that change neither labels nor what policies say. */
const harmless = new Set([
  "AnnotationsTransformer",
  "ImageTagTransformer",
  "ReplicaCountTransformer",
  "SortOrderTransformer",
]);
/** More files than this nobody writes. */
const maxFiles = 100;
const fileNames = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/** Reads the transformers that a kustomization in `directory` names: files, or directories that are kustomizations of them. */
export function transformationOf(
  value: RawValue,
  directory: string,
  textOf: (file: string) => string | undefined,
): Transformation {
  const found: { -readonly [K in keyof Transformation]: Transformation[K] } = { isUnread: false };
  const waiting = pathsIn(value, "transformers", directory).map((path) => ({ path, namespace: "" }));
  for (let read = 0; waiting.length > 0; read++) {
    const next = waiting.shift();
    if (next === undefined) break;
    const files = [next.path, ...fileNames.map((name) => `${next.path}/${name}`)];
    const file = read < maxFiles ? files.find((each) => textOf(each) !== undefined) : undefined;
    if (file === undefined) {
      found.isUnread = true;
      if (read >= maxFiles) break;
      continue;
    }
    for (const document of documentsOf(textOf(file) ?? ""))
      if (file === next.path) {
        const { isUnread, ...more } = transformationBy(document, next.namespace);
        Object.assign(found, more);
        found.isUnread ||= isUnread;
      } else {
        const namespace = next.namespace || text(fieldOf(document, "namespace"));
        for (const path of pathsIn(document, "resources", directoryOf(file))) waiting.push({ path, namespace });
        found.isUnread ||= fieldOf(document, "patches") !== undefined;
      }
  }
  return found;
}

/** What one transformer does, in the namespace of what builds it. */
function transformationBy(transformer: RawValue, outer: string): Transformation {
  const kind = text(fieldOf(transformer, "kind"));
  if (harmless.has(kind)) return { isUnread: false };
  const namespace = outer || text(fieldOf(fieldOf(transformer, "metadata") ?? null, "namespace"));
  if (kind !== "NamespaceTransformer" || !/^[a-z0-9-]+$/.test(namespace)) return { isUnread: true };
  const specs = fieldOf(transformer, "fieldSpecs");
  const deploys =
    Array.isArray(specs) && specs.some((each: RawValue) => fieldOf(each, "path") === "spec/targetNamespace");
  return { namespace, ...(deploys ? { targetNamespace: namespace } : {}), isUnread: false };
}

function documentsOf(source: string): readonly RawValue[] {
  return parseSource({ name: "", text: source }, { wants: () => true }, () => undefined).documents.map(
    (each) => each.value,
  );
}

/** Entries of a list that are paths; a transformer may stand in the list itself, which is read as unread. */
function pathsIn(value: RawValue, field: string, directory: string): readonly string[] {
  const list = fieldOf(value, field);
  return (Array.isArray(list) ? (list as readonly RawValue[]) : []).map((each) =>
    typeof each === "string" && !each.includes("\n") ? resolveFrom(directory, each) : "",
  );
}

function fieldOf(value: RawValue, field: string): RawValue | undefined {
  return isMapping(value) ? value[field] : undefined;
}

function text(value: RawValue | undefined): string {
  return typeof value === "string" ? value : "";
}
