// The bench of `--cluster`: a large cluster from a stand-in for an API server through the whole command, in a cold process.
//   npm run bench -- --cluster              150,000 pods
//   npm run bench -- --cluster --pods 5000
// The bound of 1.5 GB for 150,000 pods is checked; times are printed only.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const cli = fileURLToPath(new URL("../../packages/cli/bin/npa.js", import.meta.url));
const maxRssMiB = 1500;

/** Measures `analyze`, `list --count` and `snapshot`; sets the exit code when one takes too much memory. */
export async function benchCluster(args) {
  const pods = args.includes("--pods") ? Number(args[args.indexOf("--pods") + 1]) : 150_000;
  const work = mkdtempSync(join(tmpdir(), "npa-bench-cluster-"));
  const kubeconfig = join(work, "kubeconfig");
  const server = spawn(
    process.execPath,
    ["--max-old-space-size=8192", join(here, "cluster-server.mjs"), `${pods}`, kubeconfig],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  try {
    const [objects] = await once(server.stdout, "data");
    console.log(`${pods} pods, ${Number(objects)} objects in all`);
    const commands = [
      ["list", "--count", "-o", "json"],
      ["analyze", "--fail-on", "never", "-o", "json"],
      ["snapshot", "-o", join(work, "snapshot.yaml")],
    ];
    const table = commands.map((command) => measure(command, kubeconfig, work));
    console.table(table);
    if (pods <= 150_000 && table.some((row) => row["RSS MiB"] >= maxRssMiB)) {
      console.error(`more than ${maxRssMiB} MiB`);
      process.exitCode = 1;
    }
  } finally {
    server.kill();
    rmSync(work, { recursive: true, force: true });
  }
}

function measure([command, ...rest], kubeconfig, work) {
  const usage = join(work, "usage.json");
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", join(here, "report-usage.mjs"), cli, command, "--cluster", "--kubeconfig", kubeconfig, ...rest],
    { env: { ...process.env, NPA_BENCH_USAGE: usage }, encoding: "utf8", maxBuffer: 2 ** 30 },
  );
  if (status !== 0) throw new Error(`npa ${command} exited ${status}: ${stderr.slice(0, 500)}`);
  return {
    command: `npa ${command} --cluster`,
    seconds: Number(((performance.now() - start) / 1000).toFixed(1)),
    "RSS MiB": Math.round(JSON.parse(readFileSync(usage, "utf8")).maxRssKiB / 1024),
    "answer kB": Math.round(stdout.length / 1000),
  };
}
