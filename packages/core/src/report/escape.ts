// Everything that comes from a manifest is hostile until it went through here: a name can hold terminal escape
// sequences, bidirectional controls, a spreadsheet formula, or the syntax of the format it is printed in.

/** Controls, formats (zero width, bidirectional), surrogates without a partner, and line separators. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** The same where it is all that JSON.stringify leaves as it is. */
const unprintableJson = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;
/** Nearly every text is plain: then there is nothing to look for. */
const plain = /^[ -~]*$/;
const short: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** What GitHub's runner takes for a command, in any output of a step: `::name ...::` at the start of a line, and `##[name]`. */
const workflowCommand = /^\s*::(?=[a-z][\w-]*(?:[ ,][^:]*)?::)|##(?=\[)/giu;

/** The text on one line, with everything that a terminal or a reader's eye could be fooled by written as an escape. */
export function printable(text: string): string {
  const inert = text.includes("::") || text.includes("##[") ? withoutCommands(text) : text;
  return plain.test(inert) ? inert : inert.replace(unprintable, (char) => short[char] ?? escapeUnits(char));
}

function withoutCommands(text: string): string {
  return text.replace(workflowCommand, (mark) => mark.replace(/[:#]/, escapeUnits));
}

/** JSON text whose strings hold no character that acts on a terminal. Reads back to the same value. */
export function printableJson(json: string): string {
  // Within a string only: outside of them JSON has no number sign.
  const inert = json.includes("##[") ? json.replaceAll("##[", String.raw`##\u005b`) : json;
  return plain.test(inert) ? inert : inert.replace(unprintableJson, escapeUnits);
}

function escapeUnits(char: string): string {
  let escaped = "";
  for (let i = 0; i < char.length; i++) escaped += `\\u${char.charCodeAt(i).toString(16).padStart(4, "0")}`;
  return escaped;
}

/** One field of a CSV record (RFC 4180). A field that a spreadsheet would compute gets a leading apostrophe. */
export function csvField(text: string): string {
  if (/^[\w./ -]*$/.test(text) && !/^ *-/.test(text)) return text;
  const shown = printable(text);
  // Spreadsheets of half the world take semicolons for separators, whatever the quotes.
  const inert = shown.replace(/(?:^|(?<=;))(?=\s*[=+\-@])/g, "'");
  return /[",]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

/** One CSV record with its line end. */
export function csvRecord(fields: readonly string[]): string {
  return `${fields.map(csvField).join(",")}\n`;
}

/** Prose for Markdown: nothing in it is markup, a link, a mention or a table cell's end. */
export function markdownText(text: string): string {
  return (
    printable(text)
      .replace(/[\\`*_{}[\]()+!|~]/g, String.raw`\$&`)
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      // GitHub and GitLab look for mentions, references and addresses in what is rendered: only a comment parts them.
      .replace(/[@#]|:(?=\/\/)|(?<=www)\./giu, "$&<!-- -->")
  );
}

/** A name for Markdown, as a code span that may stand in a table. */
export function markdownCode(text: string): string {
  const shown = printable(text).replaceAll("|", String.raw`\|`);
  if (shown === "") return "";
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = longest > 0 || /^ .* $/.test(shown) ? " " : "";
  return `${fence}${pad}${shown}${pad}${fence}`;
}

/** One row of a Markdown table, of cells that are escaped already. */
export function markdownRow(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |\n`;
}

/** The head of a Markdown table. */
export function markdownHead(titles: readonly string[]): string {
  return markdownRow(titles) + markdownRow(titles.map(() => "---"));
}

/** The message of a GitHub workflow command. */
export function githubMessage(text: string): string {
  return printable(text).replaceAll("%", "%25");
}

/** A property value of a GitHub workflow command. */
export function githubProperty(text: string): string {
  return githubMessage(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
