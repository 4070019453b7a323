// Checks the Markdown of the repository: relative links and their anchors lead somewhere, and no page names this
// machine or anything outside the repository.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
  cwd: root,
  encoding: "utf8",
});
const pages = listed.split("\n").filter((name) => name !== "" && existsSync(join(root, name)));
const problems = [];

/** GitHub's anchor of a heading. */
function anchorOf(heading) {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[`*]/g, "")
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(/\s/g, "-");
}

function withoutCode(text) {
  return text.replaceAll(/^(```|~~~)[\s\S]*?^\1/gm, "").replaceAll(/`[^`\n]*`/g, "");
}

function anchorsOf(page) {
  const text = readFileSync(join(root, page), "utf8").replaceAll(/^(```|~~~)[\s\S]*?^\1/gm, "");
  return new Set([...text.matchAll(/^#{1,6} (.*)$/gm)].map(([, heading]) => anchorOf(heading)));
}

for (const page of pages) {
  const text = readFileSync(join(root, page), "utf8");
  if (!page.startsWith("test/conformance/") && /\.\.\/shared\//.test(text))
    problems.push(`${page}: refers to ../shared`);
  for (const [, target] of withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    const [path, anchor] = target.split("#");
    const file = path === "" ? page : normalize(join(dirname(page), decodeURIComponent(path)));
    if (!existsSync(join(root, file))) problems.push(`${page}: link to ${target}: no such file`);
    else if (anchor !== undefined && file.endsWith(".md") && !anchorsOf(file).has(anchor))
      problems.push(`${page}: link to ${target}: no such heading`);
  }
}

for (const problem of problems) console.error(problem);
console.log(`docs check: ${pages.length} pages, ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;
