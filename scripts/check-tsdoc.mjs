// Checks that whatever the public entries of @npa/core export says what it is: each declaration has a TSDoc comment, and so
// has each of its members: what it means, in which unit, by which keys, and what its absence means.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const core = join(root, "packages/core");
const { exports } = JSON.parse(readFileSync(join(core, "package.json"), "utf8"));

/** Entries that are nobody's business, or made by a script. */
const notPublic = new Set(["./internal", "./rule-pages"]);

/** A declaration of a `.d.ts` file as tsc writes it. */
const declarationStart =
  /^export (?:declare )?(?:abstract )?(?:interface|type|function|const|class|enum) ([A-Za-z_$][\w$]*)/;

/** A member of one, indented by tsc. What is private has neither a type nor arguments there. */
const memberStart = /^ {4}(?:readonly |static |abstract |get |set )*["']?([A-Za-z_$][\w$-]*)["']?\??(?:: |\(|<)/;

function readDeclarations(file) {
  const lines = readFileSync(file, "utf8").split("\n");
  const declared = new Map();
  lines.forEach((line, i) => {
    const name = declarationStart.exec(line)?.[1];
    // Overloads of a function share the comment of the first.
    if (name === undefined || declared.has(name)) return;
    declared.set(name, { isDocumented: /\*\/\s*$/.test(lines[i - 1] ?? ""), members: membersOf(lines, i) });
  });
  return declared;
}

/** The members of an interface or a class: properties, methods and what is asked like one. */
function membersOf(lines, start) {
  if (!/^export (?:declare )?(?:abstract )?(?:interface|class) .*\{$/.test(lines[start])) return [];
  const members = [];
  for (let i = start + 1; i < lines.length && lines[i] !== "}"; i++) {
    const name = memberStart.exec(lines[i])?.[1];
    if (name === undefined || name === "constructor") continue;
    // Overloads of a method share the comment of the first.
    if (members.at(-1)?.name === name) continue;
    members.push({ name, isDocumented: /\*\/\s*$/.test(lines[i - 1]) });
  }
  return members;
}

const files = new Map();
function fileOf(path) {
  let known = files.get(path);
  if (known === undefined)
    files.set(path, (known = { text: readFileSync(path, "utf8"), declared: readDeclarations(path) }));
  return known;
}

/** Where an entry's names are declared: `file name`. */
function exportedBy(path, wanted, found) {
  const { text, declared } = fileOf(path);
  const isWanted = (name) => wanted === undefined || wanted.has(name);
  for (const name of declared.keys()) if (isWanted(name)) found.set(`${path} ${name}`, { path, name });
  for (const [, names, from] of text.matchAll(/^export (?:type )?(?:\{([^}]*)\}|\*) from "([^"]+)";$/gm)) {
    if (!from.startsWith(".")) continue;
    const target = join(dirname(path), from.replace(/\.[jt]s$/, ".d.ts"));
    if (!existsSync(target)) continue;
    const own = names
      ?.split(",")
      .map((each) =>
        each
          .trim()
          .replace(/^type /, "")
          .split(" as "),
      )
      .filter(([each]) => each !== "");
    const passed = own?.filter(([name, as = name]) => isWanted(as)).map(([name]) => name);
    exportedBy(target, passed === undefined ? wanted : new Set(passed), found);
  }
}

const found = new Map();
for (const [entry, target] of Object.entries(exports)) {
  if (notPublic.has(entry) || typeof target.types !== "string") continue;
  exportedBy(join(core, target.types), undefined, found);
}

const problems = [];
let memberCount = 0;
for (const { path, name } of found.values()) {
  const { isDocumented, members } = fileOf(path).declared.get(name);
  const place = relative(join(core, "dist"), path).replace(/\.d\.ts$/, ".ts");
  if (!isDocumented) problems.push(`packages/core/src/${place}: ${name} has no TSDoc comment`);
  memberCount += members.length;
  for (const member of members)
    if (!member.isDocumented) problems.push(`packages/core/src/${place}: ${name}.${member.name} has no TSDoc comment`);
}

for (const problem of problems) console.error(problem);
console.log(`TSDoc check: ${found.size} declarations, ${memberCount} members, ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;
