// Measures the stages of one profile inside one cold process and prints them as JSON.
import { readFileSync } from "node:fs";
import { buildReachability, readManifests } from "@npa/core";
import { proveClusters, redundancy } from "@npa/core/proof";

/** A fixed piece of work of the same kind (small objects, maps, sorting): times are only meaningful as ratios to it. */
function calibrate() {
  const start = performance.now();
  const map = new Map();
  for (let i = 0; i < 300_000; i++) map.set(`k${(i * 7919) % 100_003}`, { i, list: [i, i + 1] });
  [...map.keys()].sort((a, b) => (a < b ? -1 : 1));
  return performance.now() - start;
}

const [file] = process.argv.slice(2);
const calibration = calibrate();
const text = readFileSync(file, "utf8");
const start = performance.now();
const cluster = readManifests([{ name: "bench.yaml", text }]);
const read = performance.now();
const reachability = buildReachability(cluster);
const built = performance.now();
const counts = reachability.counts();
const counted = performance.now();
const { redundancies, undecidedParts } = redundancy(cluster);
const judged = performance.now();
const { verdict } = proveClusters(cluster, cluster);
const proved = performance.now();
console.log(
  JSON.stringify({
    calibration,
    readMs: read - start,
    engineMs: counted - read,
    buildMs: built - read,
    redundancyMs: judged - counted,
    redundant: redundancies.length,
    undecided: undecidedParts.length,
    proveMs: proved - judged,
    verdict,
    heapMiB: process.memoryUsage().heapUsed / 2 ** 20,
    bytes: text.length,
    namespaces: cluster.namespaces.size,
    policies: cluster.policies.length,
    problems: cluster.problems.length,
    counts,
  }),
);
