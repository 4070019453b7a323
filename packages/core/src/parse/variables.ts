import type { NodePath, PathStep } from "../source/position.ts";
import type { RawValue } from "./document.ts";
import { typedPlainScalar } from "./plain-scalar.ts";

/** `${NAME}`, and with a default `${NAME:=default}`, `${NAME:-default}`, as Flux and envsubst have them; `$${` is no variable. */
const variable = /(?<!\$)\$\{([A-Za-z_]\w*)(?:(:?)[-=]([^${}\n]*))?\}/g;

/** Whether a text has variables. */
export function hasVariables(text: string): boolean {
  return text.includes("${");
}

/** A text of the same length in which variables are written so that they are YAML everywhere: `{a: ${X}}` is none. */
export function withRoundBrackets(text: string): string {
  return text.replace(variable, (written) => `$(${written.slice(2, -1)})`);
}

/** Variables as `withRoundBrackets` writes them. */
const roundVariable = /(?<!\$)\$\(([A-Za-z_]\w*)(?:(:?)[-=]([^$()\n]*))?\)/g;

/** What a value is with its variables replaced, and how its document is written. */
export interface Substitution {
  readonly variables: ReadonlyMap<string, string>;
  /** The variables have round brackets in the value. */
  readonly isRound: boolean;
  /** Whether the node at a path stands without quotes, so that its new text is typed as any other. */
  readonly isPlain: (path: NodePath) => boolean;
}

/** The value with every variable replaced that has a value or a default. One that has neither stays as it is written. */
export function substituted(value: RawValue, substitution: Substitution, path: readonly PathStep[] = []): RawValue {
  if (typeof value === "string") return substitutedText(value, substitution, path);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value))
    return (value as readonly RawValue[]).map((item, i) => substituted(item, substitution, [...path, i]));
  const map = Object.create(null) as Record<string, RawValue>; // Object.create is typed as any
  for (const [key, inner] of Object.entries(value)) map[key] = substituted(inner, substitution, [...path, key]);
  return map;
}

function substitutedText(text: string, { variables, isRound, isPlain }: Substitution, path: NodePath): RawValue {
  const changed = text.replace(
    isRound ? roundVariable : variable,
    (written, name: string, orEmpty: string | undefined, preset: string | undefined) => {
      const known = variables.get(name);
      if (known !== undefined && !(known === "" && orEmpty === ":" && preset !== undefined)) return known;
      return preset ?? (isRound ? `\${${written.slice(2, -1)}}` : written);
    },
  );
  if (changed === text || !isPlain(path)) return changed;
  const typed = typedPlainScalar(changed);
  return typeof typed === "number" && !Number.isFinite(typed) ? changed : typed;
}
