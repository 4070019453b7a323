// The bench: generated clusters of known shapes through the engine and through the whole command, each in cold processes.
//   npm run bench                  the profiles that take seconds
//   npm run bench -- XLb ADVx      these profiles; M4, M40, M400 (and so with L): so many cluster-wide policies beside
//   npm run bench -- --all         all of them
//   npm run bench -- --cluster     a live cluster of 150,000 pods (cluster.mjs)
// Counters are exact and do not depend on the machine: test/bench/counters.json holds them, and `npm test` checks the small ones.
import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generateCluster, profileNames, toYaml } from "@npa/fixtures";

const here = fileURLToPath(new URL(".", import.meta.url));
const cli = fileURLToPath(new URL("../../packages/cli/bin/npa.js", import.meta.url));
const quick = ["S", "R", "M", "L"];
const args = process.argv.slice(2);
if (args.includes("--cluster")) {
  const { benchCluster } = await import("./cluster.mjs");
  await benchCluster(args);
  process.exit();
}
const profiles = args.includes("--all") ? profileNames : args.length > 0 ? args : quick;
const runs = Number(process.env.NPA_BENCH_RUNS ?? 3);
const work = mkdtempSync(join(tmpdir(), "npa-bench-"));

function writeProfile(profile) {
  const file = join(work, `${profile}.yaml`);
  const descriptor = openSync(file, "w");
  for (const chunk of toYaml(generateCluster(profile))) writeSync(descriptor, chunk);
  closeSync(descriptor);
  return file;
}

/** Wall time in ms and peak memory in MiB of `npa ARGS`, the best of several cold runs. */
function measureCommand(commandArgs) {
  const usage = join(work, "usage.json");
  const samples = Array.from({ length: runs }, () => {
    const start = performance.now();
    const { status, stderr } = spawnSync(
      process.execPath,
      ["--import", join(here, "report-usage.mjs"), cli, ...commandArgs],
      { env: { ...process.env, NPA_BENCH_USAGE: usage }, encoding: "utf8", maxBuffer: 2 ** 30 },
    );
    if (status === null || status > 1)
      throw new Error(`npa ${commandArgs.join(" ")} exited ${status}: ${stderr.slice(0, 500)}`);
    return { ms: performance.now() - start, rss: JSON.parse(readFileSync(usage, "utf8")).maxRssKiB / 1024 };
  });
  return { ms: Math.min(...samples.map(({ ms }) => ms)), rss: Math.min(...samples.map(({ rss }) => rss)) };
}

function measureEngine(file) {
  const samples = Array.from({ length: runs }, () =>
    JSON.parse(execFileSync(process.execPath, [join(here, "engine-worker.mjs"), file], { encoding: "utf8" })),
  );
  return samples.reduce((best, sample) => (sample.engineMs < best.engineMs ? sample : best));
}

const table = [];
try {
  const start = measureCommand(["--version"]);
  console.log(`npa --version: ${start.ms.toFixed(0)} ms\n`);
  for (const profile of profiles) {
    const file = writeProfile(profile);
    const engine = measureEngine(file);
    const list = measureCommand(["list", "--count", "-o", "json", file]);
    const analyze = measureCommand(["analyze", "--fail-on", "never", "-o", "json", file]);
    rmSync(file);
    table.push({
      profile,
      "ns / pods / policies": `${engine.namespaces} / ${engine.counts.pods} / ${engine.policies}`,
      classes: engine.counts.podClasses,
      "calibration ms": Math.round(engine.calibration),
      "read ms": Math.round(engine.readMs),
      "read MB/s": Math.round(engine.bytes / 1000 / engine.readMs),
      "engine ms": Math.round(engine.engineMs),
      "engine / calibration": Number((engine.engineMs / engine.calibration).toFixed(2)),
      "redundancy ms": Math.round(engine.redundancyMs),
      "prove ms": Math.round(engine.proveMs),
      "list --count ms": Math.round(list.ms),
      "list RSS MiB": Math.round(list.rss),
      "analyze ms": Math.round(analyze.ms),
      "analyze RSS MiB": Math.round(analyze.rss),
    });
    const { redundant, undecided, verdict } = engine;
    console.log(JSON.stringify({ ...table.at(-1), counts: engine.counts, proofs: { redundant, undecided, verdict } }));
  }
  console.table(table);
  reportGrowth();
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** The exponent of engine time over pods + policies between the smallest and the largest realistic profile that ran. */
function reportGrowth() {
  const sizes = table
    .filter(({ profile }) => /^(S|M|L|XL[ab])$/.test(profile))
    .map((row) => {
      const [, pods, policies] = row["ns / pods / policies"].split(" / ").map(Number);
      return { size: pods + policies, ms: row["engine ms"], profile: row.profile };
    });
  const [first, last] = [sizes[0], sizes.at(-1)];
  if (first === undefined || last === undefined || first === last) return;
  const exponent = Math.log(last.ms / first.ms) / Math.log(last.size / first.size);
  console.log(`growth of the engine from ${first.profile} to ${last.profile}: size^${exponent.toFixed(2)}`);
}
