// Rule pages are npa's own Markdown: headings, paragraphs, lists, one table, code fences, links.

/** The page without its title and the table of facts, which other places tell. */
export function pageBody(page: string): string {
  return page
    .replace(/^# .*\n+/, "")
    .replace(/^\|.*(?:\n\|.*)*\n*/m, "")
    .trim();
}

/** The text of a section, without its heading; empty when the page does not have it. */
export function pageSection(page: string, title: string): string {
  const start = page.indexOf(`\n## ${title}\n`);
  if (start < 0) return "";
  const text = page.slice(start + title.length + 5);
  const end = text.search(/^## /m);
  return (end < 0 ? text : text.slice(0, end)).trim();
}

/** Markdown as plain text: no marks, links written out, code as it is. */
export function plainText(markdown: string): string {
  let inCode = false;
  const lines: string[] = [];
  for (const line of markdown.split("\n")) {
    if (line.startsWith("```")) inCode = !inCode;
    else lines.push(inCode ? `    ${line}` : plainLine(line));
  }
  return lines.join("\n").trim();
}

function plainLine(line: string): string {
  return line
    .replace(/^#+ /, "")
    .replaceAll(/\[([^\]]*)\]\(([^)\s]*)\)/g, (_, text: string, target: string) =>
      target.startsWith("https://") ? `${text} (${target})` : text,
    )
    .replaceAll("`", "")
    .replaceAll("**", "");
}

/** The first link of the page that leads to a documentation of others. */
export function firstLink(page: string): string | undefined {
  return /\]\((https:\/\/[^)\s]+)\)/.exec(pageSection(page, "See also"))?.[1];
}
