import type { SourceText } from "../parse/document.ts";
import type { Survey } from "./survey.ts";

/** An object as a patch may name it. */
export interface Patchable {
  readonly kind: string;
  readonly name: string;
}

/**
 * The file of a patch, or of a kustomization with patches in it, that names an object: by its kind and name, which are looked
 * for in the text, as patches have many forms. Without the object, or under another name of it, nothing could be built.
 */
export function namedInPatches(
  sources: readonly SourceText[],
  { unrendered }: Pick<Survey, "unrendered">,
): (object: Patchable) => string | undefined {
  const files = sources.flatMap(({ name, text }) => {
    const kind = unrendered.get(name);
    return kind === "patch" || kind === "kustomization" ? [{ name, text, names: namesIn(text) }] : [];
  });
  return (object) => files.find(({ text, names }) => names.has(object.name) && text.includes(object.kind))?.name;
}

function namesIn(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/\bname["']?:[ \t]*["']?([\w.-]+)/g)].flatMap(([, name]) => name ?? []));
}
