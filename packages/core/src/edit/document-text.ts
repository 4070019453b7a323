import type { RawValue } from "../parse/document.ts";
import { plainLayout } from "./layout.ts";
import { mappingLines } from "./render-value.ts";

/** A value as a YAML document of its own, two spaces a step. */
export function documentText(value: RawValue): string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error("an object is a mapping");
  return `${mappingLines(value as { readonly [key: string]: RawValue }, plainLayout).join("\n")}\n`;
}
