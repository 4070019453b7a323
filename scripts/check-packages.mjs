// Packs the published packages and looks at them as their users will: exports that resolve, types that match,
// a fresh install that runs in ESM and through require(esm), and nothing in the tarball that does not belong there.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const work = mkdtempSync(join(tmpdir(), "npa-pack-"));

function run(command, args, options = {}) {
  return execFileSync(command, args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], ...options });
}

function fail(message) {
  console.error(`package check: ${message}`);
  process.exitCode = 1;
}

function pack(name) {
  const output = run("npx", ["--yes", packageManager, "--filter", name, "pack", "--json", "--pack-destination", work]);
  const { filename, files } = JSON.parse(output.slice(output.indexOf("{")));
  for (const { path } of files) if (/(^|\/)(test|src)\/|tsbuildinfo|\.test\./.test(path)) fail(`${name} ships ${path}`);
  return filename.startsWith("/") ? filename : join(work, filename);
}

try {
  const tarballs = ["@npa/core", "@npa/cli"].map(pack);
  run("npx", ["--no-install", "attw", "--profile", "esm-only", "--no-color", tarballs[0]]);
  for (const tarball of tarballs) run("npx", ["--no-install", "publint", "--strict", tarball]);
  installAndUse(tarballs);
  console.log("package check: ok");
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** Installs both tarballs into an empty directory and uses the library and the command there. */
function installAndUse(tarballs) {
  const options = { cwd: work };
  const dependencies = Object.fromEntries(["@npa/core", "@npa/cli"].map((name, i) => [name, `file:${tarballs[i]}`]));
  writeFileSync(
    join(work, "package.json"),
    JSON.stringify({ private: true, dependencies, overrides: { "@npa/core": dependencies["@npa/core"] } }),
  );
  run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"], options);
  const policy =
    "kind: NetworkPolicy\\napiVersion: networking.k8s.io/v1\\nmetadata: {name: a}\\nspec: {podSelector: {}}\\n";
  const use = `const report = analyze([{ name: "a.yaml", text: "${policy}" }]); if (report.totalPolicies !== 1) throw new Error("wrong answer");`;
  writeFileSync(join(work, "use.mjs"), `import { analyze } from "@npa/core";\nimport "@npa/core/node";\n${use}\n`);
  writeFileSync(join(work, "use.cjs"), `const { analyze } = require("@npa/core");\n${use}\n`);
  run("node", ["use.mjs"], options);
  run("node", ["use.cjs"], options);
  const answer = run(join(work, "node_modules/.bin/npa"), ["demo", "-o", "json"], options);
  if (JSON.parse(answer).kind !== "AnalysisReport") fail("npa demo printed no report");
  const version = run(join(work, "node_modules/.bin/npa"), ["--version"], options).trim();
  if (version !== JSON.parse(readFileSync(join(root, "packages/cli/package.json"), "utf8")).version)
    fail(`npa --version printed ${version}`);
}
