// Installs the pinned dependencies and builds the packages, so that one command works on a fresh clone.
// pnpm comes through npx at the version that package.json pins; nothing is installed globally.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const { packageManager } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

function run(command, args) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (error) console.error(error.message);
  if (status !== 0) process.exit(status ?? 1);
}

run("npx", ["--yes", packageManager, "install", "--frozen-lockfile", "--reporter=append-only", "--loglevel=warn"]);
run(process.execPath, ["scripts/page.mjs"]);
run("npx", ["--no-install", "tsc", "-b"]);
run(process.execPath, ["scripts/bundle.mjs"]);
