import { brokenText, paragraphIndent } from "@npa/core/internal";

const columns = 80;

/** What stands behind the options: paragraphs in lines of a terminal's usual width. Examples stay as they are written. */
export function helpText(text: string): string {
  return text
    .split("\n\n")
    .map((paragraph) => (/^\n?Examples:/.test(paragraph) ? paragraph : reflowed(paragraph)))
    .join("\n\n");
}

function reflowed(paragraph: string): string {
  const start = paragraph.startsWith("\n") ? "\n" : "";
  return `${start}${brokenText(paragraph.trim().replaceAll("\n", " "), { width: columns }, paragraphIndent)}`;
}
