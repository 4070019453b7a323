// Writes packages/core/src/entries/rule-pages.ts from docs/rules/*.md: the pages that `npa rules <id>` prints and that SARIF
// gives as help, for a library that reads no files. Run it after a page has changed; a test says when.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const pages = new URL("../docs/rules/", import.meta.url);
const target = new URL("../packages/core/src/entries/rule-pages.ts", import.meta.url);

const names = readdirSync(pages)
  .filter((name) => name.endsWith(".md"))
  .toSorted();
const entries = names.map((name) => {
  const page = readFileSync(new URL(name, pages), "utf8");
  // Without a quotation mark inside, the formatter leaves the literal as it is.
  const literal = JSON.stringify(page).replaceAll('\\"', String.raw`\u0022`);
  return `  ${JSON.stringify(name.slice(0, -".md".length))}:\n    ${literal},\n`;
});
writeFileSync(
  target,
  `// Written by scripts/build-rule-pages.mjs from docs/rules: change the pages there.

/** The documentation page of every rule, by id, as Markdown. */
export const rulePages: Readonly<Record<string, string>> = {
${entries.join("")}};
`,
);
console.log(`${names.length} rule pages in ${fileURLToPath(target)}`);
