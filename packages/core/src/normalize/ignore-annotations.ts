import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import type { AnnotationSuppression } from "../model/suppression.ts";
import type { RawMapping, RawObject } from "./raw-object.ts";
import { isMapping } from "./raw-object.ts";

/** What the key of an annotation that silences a rule begins with; the rule's id follows. */
const prefix = "npa.dev/ignore.";

const none: readonly AnnotationSuppression[] = [];

/** The annotations of an object that ask not to be told of a rule's findings about it. */
export function ignoreAnnotations(object: RawObject, defaultNamespace: string): readonly AnnotationSuppression[] {
  const metadata = object.value["metadata"];
  const annotations = isMapping(metadata) ? metadata["annotations"] : undefined;
  if (!isMapping(metadata) || !isMapping(annotations)) return none;
  // Controllers copy annotations to what they make: the original speaks.
  if (metadata["ownerReferences"] != null) return none;
  const found: AnnotationSuppression[] = [];
  for (const key in annotations) {
    const reason = annotations[key];
    if (!key.startsWith(prefix) || (typeof reason !== "string" && reason !== null)) continue;
    const { origin } = object;
    const ref = refOf(object, metadata, defaultNamespace);
    found.push({
      by: "annotation",
      ruleId: key.slice(prefix.length),
      reason: reason ?? "",
      object: ref,
      key,
      origin,
    });
  }
  return found;
}

function refOf({ apiVersion, kind }: RawObject, metadata: RawMapping, defaultNamespace: string): ObjectRef {
  const name = textOf(metadata["name"]) || textOf(metadata["generateName"]);
  if (kind === "Namespace") return { apiVersion, kind, name };
  return { apiVersion, kind, namespace: textOf(metadata["namespace"]) || defaultNamespace, name };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
