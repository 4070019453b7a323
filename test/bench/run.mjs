// The bench: generated clusters of known shapes through the engine and through the whole command, each in cold processes.
//   npm run bench                  the profiles that take seconds
//   npm run bench -- XLb ADVx      these profiles; M4, M40, M400 (and so with L): so many cluster-wide policies beside
//   npm run bench -- --all         all of them
//   npm run bench -- --start       start-up beside Node's own, short answers beside js-yaml
//   npm run bench -- --compare REV this checkout beside another revision (compare.mjs)
//   npm run bench -- --cluster     a live cluster of 150,000 pods (cluster.mjs)
// NPA_BENCH_RUNS is how often everything is run; default 3. Ratios are medians of pairs that ran in turn.
// Counters are exact and do not depend on the machine: test/bench/counters.json holds them, and `npm test` checks the small ones.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { profileNames } from "@npa/fixtures";
import { median, ownCli, ratio, rounded, runInTurn, runs, writeProfile } from "./measure.mjs";
import { benchHundred, benchReading, benchStart } from "./start-up.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const quick = ["S", "R", "M", "L"];
const args = process.argv.slice(2);
if (args.includes("--cluster")) {
  const { benchCluster } = await import("./cluster.mjs");
  await benchCluster(args);
  process.exit();
}
if (args[0] === "--compare") {
  const [, revision, ...named] = args;
  if (revision === undefined) throw new Error("npm run bench -- --compare REV [PROFILE...]");
  const { benchCompare } = await import("./compare.mjs");
  benchCompare(revision, named.length > 0 ? named : quick);
  process.exit();
}
const work = mkdtempSync(join(tmpdir(), "npa-bench-"));
const table = [];
try {
  if (args.length === 0 || args[0] === "--start") {
    benchStart(work);
    benchHundred(work);
  }
  const profiles = args[0] === "--start" ? [] : args.includes("--all") ? profileNames : args.length > 0 ? args : quick;
  for (const profile of profiles) table.push(measureProfile(profile));
  if (table.length > 0) console.table(table);
  reportGrowth();
} finally {
  rmSync(work, { recursive: true, force: true });
}

function measureProfile(profile) {
  const file = writeProfile(work, profile);
  const engine = measureEngine(file);
  const changed = writeChanged(file);
  const [list, analyze, optimize, diff] = runInTurn(work, [
    [ownCli, "list", "--count", "-o", "json", file],
    [ownCli, "analyze", "--fail-on", "never", "-o", "json", "--timing", file],
    ...(quick.includes(profile)
      ? [
          [ownCli, "optimize", "-o", "json", file],
          [ownCli, "diff", "-o", "json", file, changed],
        ]
      : []),
  ]);
  const row = {
    profile,
    "ns / pods / policies": `${engine.namespaces} / ${engine.counts.pods} / ${engine.policies}`,
    classes: engine.counts.podClasses,
    "calibration ms": Math.round(engine.calibration),
    "read MB/s": Math.round(engine.bytes / 1000 / engine.readMs),
    "engine ms": Math.round(engine.engineMs),
    "engine / calibration": rounded(engine.engineMs / engine.calibration),
    "redundancy ms": Math.round(engine.redundancyMs),
    "prove ms": Math.round(engine.proveMs),
    "list cpu ms": Math.round(median(list.map(({ cpuMs }) => cpuMs))),
    "list / js-yaml": benchReading(work, ["list", "--count", "-o", "json"], file),
    "analyze / list": rounded(ratio(analyze, list, "cpuMs")),
    "optimize / list": optimize && rounded(ratio(optimize, list, "cpuMs")),
    "diff / list": diff && rounded(ratio(diff, list, "cpuMs")),
    "list RSS MiB": Math.round(median(list.map(({ rss }) => rss))),
    "RSS analyze / list": rounded(ratio(analyze, list, "rss")),
  };
  for (const each of [file, changed]) rmSync(each);
  const { redundant, undecided, verdict } = engine;
  console.log(JSON.stringify({ ...row, counts: engine.counts, proofs: { redundant, undecided, verdict } }));
  console.log(`analyze of ${profile}, ${timingOf(analyze.at(-1))}`);
  return row;
}

/** The same cluster without one of a thousand of its policies. */
function writeChanged(file) {
  const changed = file.replace(/(\.\w+)$/, ".changed$1");
  let policies = 0;
  const documents = readFileSync(file, "utf8")
    .split(/^---\n/m)
    .filter((text) => !/^kind: NetworkPolicy$/m.test(text) || policies++ % 1000 !== 7);
  writeFileSync(changed, documents.join("---\n"));
  return changed;
}

/** What `--timing` said on stderr, behind what else stands there. */
function timingOf({ stderr }) {
  return stderr.slice(stderr.indexOf("time of this run:"));
}

function measureEngine(file) {
  const samples = Array.from({ length: runs }, () =>
    JSON.parse(execFileSync(process.execPath, [join(here, "engine-worker.mjs"), file], { encoding: "utf8" })),
  );
  return samples.reduce((best, sample) => (sample.engineMs < best.engineMs ? sample : best));
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
