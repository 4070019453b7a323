// The bench of `--compare`: this checkout against another revision of it, in turn, on the same inputs.
//   npm run bench -- --compare main~20            the profiles that take seconds
//   npm run bench -- --compare v0.1.0 R ADVx      these profiles
// The revision is checked out beside the repository's files, installed and built as its own scripts/setup.mjs does it, and
// removed again. Ratios are this checkout's by the other's, medians of pairs: below 1 is better. Counters are exact.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { median, ownCli, ratio, rounded, runInTurn, writeProfile } from "./measure.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const commands = [
  ["list", "--count", "-o", "json"],
  ["analyze", "--fail-on", "never", "-o", "json"],
];

/** Measures both revisions and prints a row for each profile and command; the exit code is 1 when counters differ. */
export function benchCompare(revision, profiles) {
  const work = mkdtempSync(join(tmpdir(), "npa-bench-compare-"));
  const tree = join(work, "tree");
  const commit = git("rev-parse", "--verify", "--end-of-options", `${revision}^{commit}`).trim();
  try {
    git("worktree", "add", "--detach", "--quiet", tree, commit);
    execFileSync(process.execPath, [join(tree, "scripts/setup.mjs")], { cwd: tree, stdio: ["ignore", 2, 2] });
    const otherCli = join(tree, "packages/cli/bin/npa.js");
    const rows = profiles.flatMap((profile) => compareProfile(work, profile, otherCli));
    console.log(`this checkout by ${git("log", "-1", "--format=%h %s", commit).trim()}`);
    console.table(rows);
  } finally {
    rmSync(work, { recursive: true, force: true });
    git("worktree", "prune");
  }
}

function compareProfile(work, profile, otherCli) {
  const file = writeProfile(work, profile);
  const rows = commands.map((command) => {
    const [own, other] = runInTurn(work, [
      [ownCli, ...command, file],
      [otherCli, ...command, file],
    ]);
    const seconds = (samples) => rounded(median(samples.map(({ cpuMs }) => cpuMs)) / 1000);
    return {
      profile,
      command: command.slice(0, command.indexOf("-o")).join(" ").replace(" --fail-on never", ""),
      "cpu s": seconds(own),
      "cpu s before": seconds(other),
      "cpu ratio": rounded(ratio(own, other, "cpuMs")),
      "time ratio": rounded(ratio(own, other, "ms")),
      "RSS MiB": Math.round(median(own.map(({ rss }) => rss))),
      "RSS ratio": rounded(ratio(own, other, "rss")),
      counters: command[0] === "list" ? countersText(own[0].stdout, other[0].stdout) : "",
    };
  });
  rmSync(file);
  return rows;
}

/** `same`, or which figures of both answers differ. */
function countersText(own, other) {
  const [mine, theirs] = [JSON.parse(own), JSON.parse(other)];
  const keys = Object.keys(theirs).filter((key) => typeof theirs[key] === "number" || key === "engine");
  const different = keys.filter((key) => !isDeepStrictEqual(mine[key], theirs[key]));
  if (different.length === 0) return `same (${keys.length})`;
  process.exitCode = 1;
  return different.map((key) => `${key}: ${theirs[key]} -> ${mine[key]}`).join(", ");
}

function git(...args) {
  return execFileSync("git", args, { cwd: root, encoding: "utf8" });
}
