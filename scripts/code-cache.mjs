// Makes the code caches of the bundle for the Node that runs this: what V8 compiles when a command runs on the example is
// not compiled again when somebody runs it. packages/cli/bin/load.js uses them.
//   node scripts/code-cache.mjs            each command in a process of its own
//   node scripts/code-cache.mjs COMMAND    one, in this process
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import v8 from "node:v8";

const root = fileURLToPath(new URL("..", import.meta.url));
const bundle = join(root, "packages/cli/bundle");
const { cacheDirectory, loader } = createRequire(import.meta.url)("../packages/cli/bin/load.js");

/** What is compiled for a command is what a run of it on the example needs. Other commands take what `analyze` needs. */
const runs = {
  analyze: ["analyze", "shop"],
  can: ["can", "shop/web", "payments/checkout", "--port", "8443", "-f", "shop"],
  list: ["list", "shop"],
};

const [command] = process.argv.slice(2);
if (command === undefined) for (const each of Object.keys(runs)) makeApart(each);
else await make(command);

function makeApart(each) {
  const { status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), each], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) throw new Error(`no code cache for ${each}: exit ${status}`);
}

/** Turns V8's baseline compiler off and on again, where it is usual to have it. */
function useBaselineCompiler(use) {
  if (["x64", "arm64"].includes(process.arch)) v8.setFlagsFromString(use ? "--sparkplug" : "--no-sparkplug");
}

async function make(name) {
  // A cache that is made with it costs a short run a tenth: V8 seems to keep which functions it was used for, and to use it
  // for them again. But a cache is taken only under the flags it was made with. `list` of much is not short, and `can` the same.
  if (name === "analyze") useBaselineCompiler(false);
  const scripts = new Map();
  const { runProcess } = loader(bundle, new Map(), scripts)("./npa.cjs");
  process.chdir(join(root, "examples"));
  process.argv.splice(2, Infinity, ...runs[name]);
  await runProcess("npa");
  if (process.exitCode > 1) process.exit(process.exitCode);
  process.exitCode = 0;
  if (name === "analyze") useBaselineCompiler(true);
  const caches = [...scripts].map(([id, script]) => [id, script.createCachedData()]);
  const lengths = Object.fromEntries(caches.map(([id, { length }]) => [id, length]));
  mkdirSync(cacheDirectory(bundle), { recursive: true });
  writeFileSync(
    join(cacheDirectory(bundle), name),
    Buffer.concat([Buffer.from(`${JSON.stringify(lengths)}\n`), ...caches.map(([, bytes]) => bytes)]),
  );
}
