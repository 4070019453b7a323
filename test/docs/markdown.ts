import { readFileSync } from "node:fs";

/** The text of a page of docs/. */
export function page(name: string): string {
  return readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8");
}

/** A fenced block: ```` ```json npa list ```` has the language `json` and the note `npa list`. */
export interface CodeBlock {
  readonly language: string;
  readonly note: string;
  readonly text: string;
}

/** The fenced blocks of a page, in order. */
export function codeBlocks(text: string): readonly CodeBlock[] {
  return [...text.matchAll(/^```(\S*) *(.*)\n([\s\S]*?)^```$/gm)].map(([, language = "", note = "", body = ""]) => ({
    language,
    note,
    text: body,
  }));
}

/** The text below each `### Heading`, up to the next heading. */
export function sections(text: string): ReadonlyMap<string, string> {
  const parts = text.split(/^#{1,6} (.*)$/m);
  const found = new Map<string, string>();
  for (let i = 1; i < parts.length; i += 2) found.set((parts[i] ?? "").trim(), parts[i + 1] ?? "");
  return found;
}

/** The cells of the table rows of a text, backticks taken off. */
export function tableRows(text: string): readonly (readonly string[])[] {
  return [...text.matchAll(/^\|(.*)\|$/gm)].map(([, row = ""]) =>
    row.split("|").map((cell) => cell.trim().replaceAll("`", "")),
  );
}
