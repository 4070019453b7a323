// Short runs as ratios to Node's own start, and whole answers as ratios to js-yaml loading the same files in its own process.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generateCluster, toYaml } from "@npa/fixtures";
import { median, ownCli, ratio, rounded, runInTurn } from "./measure.mjs";

const jsYamlWorker = fileURLToPath(new URL("js-yaml-worker.mjs", import.meta.url));

/** More runs than for the long ones: these are short. */
const shortRuns = Number(process.env.NPA_BENCH_SHORT_RUNS ?? 7);

const small = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec: { podSelector: {}, policyTypes: [Ingress] }
---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
`;

const hundredNamespaces = { namespaces: 100, pods: 1_200, policies: 400, podsPerOwner: 3 };

/** Prints what starting npa costs beside what starting Node costs. */
export function benchStart(work) {
  const nothing = join(work, "nothing.mjs");
  const one = join(work, "one.yaml");
  const many = join(work, "forty");
  writeFileSync(nothing, "");
  writeFileSync(one, small);
  writeFiles(many, 40);
  const programs = {
    "node alone": [nothing],
    "npa --version": [ownCli, "--version"],
    "npa analyze, one small file": [ownCli, "analyze", "--fail-on", "never", one],
    "npa can, 40 files": [ownCli, "can", "shop/web", "shop/web", "-f", many],
  };
  const [bare, ...samples] = runInTurn(work, Object.values(programs), shortRuns);
  console.log("start-up, in turn with node alone");
  console.table(
    [bare, ...samples].map((all, i) => ({
      run: Object.keys(programs)[i],
      "cpu ms": Math.round(median(all.map(({ cpuMs }) => cpuMs))),
      "time ms": Math.round(median(all.map(({ ms }) => ms))),
      "cpu / node": rounded(ratio(all, bare, "cpuMs")),
      "time / node": rounded(ratio(all, bare, "ms")),
    })),
  );
}

/** `npa ARGS FILE` beside js-yaml, which only loads the file. */
export function benchReading(work, args, file) {
  const [own, bare] = runInTurn(work, [
    [ownCli, ...args, file],
    [jsYamlWorker, file],
  ]);
  return rounded(ratio(own, bare, "cpuMs"));
}

/** Each file has the small manifest; the names of the policies differ. */
function writeFiles(directory, count) {
  mkdirSync(directory);
  for (let i = 0; i < count; i++)
    writeFileSync(
      join(directory, `${i}.yaml`),
      i === 0 ? small : (small.split("---\n")[0] ?? "").replace("web", `web-${i}`),
    );
}

/** Prints what a whole list of a cluster of 100 namespaces costs beside js-yaml loading it. */
export function benchHundred(work) {
  const file = join(work, "hundred.yaml");
  writeFileSync(file, [...toYaml(generateCluster(hundredNamespaces))].join(""));
  console.log(`list -o json of 100 namespaces / js-yaml alone: ${benchReading(work, ["list", "-o", "json"], file)}\n`);
}
