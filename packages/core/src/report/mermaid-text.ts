import { printable } from "./escape.ts";

/** Text for a quoted label: Mermaid reads markup and entities there, so only letters, figures and harmless marks stay as they are. */
export function mermaidText(text: string): string {
  return printable(text)
    .replaceAll(/[^\w ./:,;=>[\](){}*+-]/gu, (char) => `#${char.codePointAt(0)};`)
    .replaceAll(">", "#62;");
}
