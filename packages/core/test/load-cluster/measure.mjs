/**
 * Measures a cluster run: seconds and the peak RSS of the whole process, for issue 5's bound of 1.5 GB at 150,000 pods.
 *   npx tsc -b packages/core/src/load packages/fixtures
 *   node packages/core/test/load-cluster/measure-server.mjs 150000 /tmp/kubeconfig &
 *   node packages/core/test/load-cluster/measure.mjs /tmp/kubeconfig
 */
import { countConnectivity } from "../../dist/connectivity.js";
import { loadCluster } from "../../dist/load/cluster.js";
import { readDocuments } from "../../dist/read-cluster.js";

const [kubeconfig = "/tmp/npa-measure-kubeconfig", pageSize = "500"] = process.argv.slice(2);
const started = performance.now();

function report(step) {
  const { maxRSS } = process.resourceUsage();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(
    `${step}: ${seconds} s, peak RSS ${(maxRSS / 1024).toFixed(0)} MB, now ${(process.memoryUsage.rss() / 2 ** 20).toFixed(0)} MB\n`,
  );
}

report("start");
const read = await loadCluster({ kubeconfig, pageSize: Number(pageSize) });
report(`read ${read.sources[0]?.documents.length} objects`);
const cluster = readDocuments(read.sources, read);
report(`cluster of ${cluster.workloads.length} workloads`);
const { pods, podClasses } = countConnectivity(cluster);
report(`${pods} pods in ${podClasses} classes`);
