import type { RawValue } from "../parse/document.ts";
import type { PathStep } from "../source/position.ts";
import { isMapping } from "./raw-object.ts";

/** A text that stands for another one, which is not known before the manifest is rendered. */
export interface Placeholder {
  /** `template`: of a template language. `variable`: of envsubst, Flux or kustomize. */
  readonly type: "template" | "variable";
  readonly text: string;
}

/**
 * Helm and other Go templates, Jinja, Terraform, ERB, ytt, spruce; and what sed, autoconf and shells replace: `@NAME@`, `%NAME%`,
 * `__NAME__`, `$NAME`, `<name>`; and what Chainsaw computes: `(join('-', [...]))`, `($name)`. No field that the API server
 * checks can hold one of these. A mark is whole: `((` alone is how groups of a regular expression begin, and a selector of
 * Calico in brackets is none.
 */
const templateMark =
  /\{\{|\{%|%\{|<%|\(@.*@\)|^\(\(\s*[a-z][\w-]*\s.*\)\)$|\(\(!?[\w./:-]+\)\)|@[A-Za-z][\w.-]*@|%[A-Z][A-Z0-9_]*%|__[A-Z][A-Z0-9_]*__|\$[A-Z_][A-Z0-9_]*|^<[\w .-]+>$|^\((?!has\(|all\(|global\()[a-z_]\w*\(.*\)\)$|^\(\$[A-Za-z].*\)$/s;
const variable = /\$\{[A-Za-z_][^{}]*\}|\$\([A-Za-z_]\w*\)/;

/** The placeholder in the field at a path (its value, or the key that is the last step); undefined when there is none. */
export function placeholderAt(root: RawValue, path: readonly PathStep[]): Placeholder | undefined {
  const last = path.at(-1);
  return placeholderIn(valueAt(root, path)) ?? (typeof last === "string" ? placeholderIn(last) : undefined);
}

function placeholderIn(value: RawValue | undefined): Placeholder | undefined {
  if (typeof value !== "string") return undefined;
  if (templateMark.test(value)) return { type: "template", text: value };
  const found = variable.exec(value)?.[0];
  return found === undefined ? undefined : { type: "variable", text: found };
}

function valueAt(root: RawValue, path: readonly PathStep[]): RawValue | undefined {
  let value: RawValue | undefined = root;
  for (const step of path) {
    if (typeof step === "number") value = Array.isArray(value) ? (value as readonly RawValue[])[step] : undefined;
    else value = isMapping(value) ? value[step] : undefined;
  }
  return value;
}
