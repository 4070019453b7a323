// What the benches share: inputs in files, and commands measured in cold processes.
import { spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generateCluster, toYaml } from "@npa/fixtures";

const usageReporter = fileURLToPath(new URL("report-usage.mjs", import.meta.url));

/** The command of this checkout. */
export const ownCli = fileURLToPath(new URL("../../packages/cli/bin/npa.js", import.meta.url));

/** How often each command is run. */
export const runs = Number(process.env.NPA_BENCH_RUNS ?? 3);

/** Writes the manifests of a profile, and gives the file. */
export function writeProfile(work, profile) {
  const file = join(work, `${profile}.yaml`);
  const descriptor = openSync(file, "w");
  for (const chunk of toYaml(generateCluster(profile))) writeSync(descriptor, chunk);
  closeSync(descriptor);
  return file;
}

/** One run of a Node program in a cold process: wall and processor time in ms, peak memory in MiB, and what it printed. */
export function runOnce(work, args) {
  const usageFile = join(work, "usage.json");
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", usageReporter, ...args], {
    env: { ...process.env, NPA_BENCH_USAGE: usageFile },
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  const ms = performance.now() - start;
  if (status === null || status > 1)
    throw new Error(`node ${args.join(" ")} exited ${status}: ${stderr.slice(0, 500)}`);
  const { maxRssKiB, cpuMs } = JSON.parse(readFileSync(usageFile, "utf8"));
  return { ms, cpuMs, rss: maxRssKiB / 1024, stdout, stderr };
}

/**
 * Runs several programs in turn, as often as `runs` says, so that a machine that becomes slower or faster does so for all of
 * them. Gives each one's samples.
 */
export function runInTurn(work, programs, times = runs) {
  const samples = programs.map(() => []);
  for (let i = 0; i < times; i++) programs.forEach((args, n) => samples[n].push(runOnce(work, args)));
  return samples;
}

/** The median of the ratios of one program's samples to those of another, pair by pair. */
export function ratio(samples, others, figure) {
  return median(samples.map((sample, i) => sample[figure] / others[i][figure]));
}

/** The middle of some figures. */
export function median(figures) {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** A figure for a table. */
export function rounded(figure, digits = 2) {
  return Number(figure.toFixed(digits));
}
