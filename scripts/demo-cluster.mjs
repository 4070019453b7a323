// Shows `npa analyze --cluster`: starts the stand-in for an API server with the shop of `npa demo`, reads it, and stops.
//   npm run demo:cluster               the report
//   npm run demo:cluster -- list       another command; it gets the rest of the arguments
//   npm run demo:cluster -- --serve    leaves the server running, for kubectl and npa, until Ctrl-C
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { objectsFromManifests, startApiServer } from "@npa/fixtures/api-server";
import { shop } from "../packages/cli/dist/demo/shop.js";
import { parseSource } from "../packages/core/dist/parse/parse-source.js";

const cli = fileURLToPath(new URL("../packages/cli/bin/npa.js", import.meta.url));
const args = process.argv.slice(2);

function manifests() {
  const documents = shop.flatMap((source) => parseSource(source, { wants: () => true }, () => {}).documents);
  return documents.map(({ value }) => JSON.parse(JSON.stringify(value)));
}

async function run(kubeconfig) {
  const [command = "analyze", ...rest] = args;
  const child = spawn(process.execPath, [cli, command, "--cluster", "--kubeconfig", kubeconfig, ...rest], {
    stdio: "inherit",
  });
  const [code] = await once(child, "exit");
  // A shop with findings is what the demo is to show.
  return code === 1 ? 0 : (code ?? 1);
}

const folder = mkdtempSync(join(tmpdir(), "npa-demo-"));
const server = await startApiServer({ objects: objectsFromManifests(manifests()) });
try {
  const kubeconfig = join(folder, "kubeconfig");
  writeFileSync(kubeconfig, server.kubeconfig({ context: "demo", namespace: "shop" }), { mode: 0o600 });
  if (args[0] === "--serve") {
    console.log(`An API server that is not one holds the demo shop at ${server.url}:\n`);
    console.log(`  export KUBECONFIG=${kubeconfig}\n  kubectl get pods -A\n  npa analyze --cluster\n\nCtrl-C ends it.`);
    await new Promise((resolve) => process.once("SIGINT", resolve));
  } else {
    process.exitCode = await run(kubeconfig);
  }
} finally {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
}
