import { snapshotFiles, snapshotStream } from "@npa/core/cluster";
import { addClusterFlags, type ClusterFlags } from "../cluster-flags.ts";
import type { CommandModule } from "../command-module.ts";
import { exitCodes } from "../exit-codes.ts";
import { helpText } from "../help-text.ts";
import { type ToneFlags, addToneFlags } from "../input-flags.ts";
import { type Io, writeAll } from "../io.ts";
import { loadLiveCluster } from "../read-live-cluster.ts";
import { repeated } from "../repeated.ts";
import { missingKindLine } from "../notices.ts";
import { snapshotTarget, writeSnapshotDirectory, writeSnapshotFile } from "../snapshot-target.ts";

interface SnapshotFlags extends ToneFlags, Partial<ClusterFlags> {
  readonly output: string;
  readonly force: boolean;
  readonly namespace: readonly string[];
}

/** `npa snapshot`. */
export const snapshotCommand: CommandModule = {
  define(command, run) {
    command
      .option("-o, --output <file|dir>", "a .yaml file, or a directory for one file per object; - is stdout", "-")
      .option("--force", "replace a file or a snapshot that is there already", false)
      .option("-n, --namespace <name>", "a namespace to try where RBAC forbids to list all; repeatable", repeated, []);
    addClusterFlags(addToneFlags(command))
      .addHelpText("after", helpText(help))
      .action((flags: SnapshotFlags) => run((io) => snapshot(io, flags)));
  },
};

const help = `
The snapshot holds what npa reads of a cluster: no secrets, no environment of containers, no address of the server.
It is read like any manifests, and gives the answers of the live cluster, with files and lines.

Examples:
  npa snapshot -o cluster.yaml
  npa snapshot --context prod -o prod/
  npa analyze prod/ -o sarif=npa.sarif`;

async function snapshot(io: Io, flags: SnapshotFlags): Promise<number> {
  // Before the cluster is read, so that nobody waits for a refusal.
  const target = snapshotTarget(io.cwd, flags.output, flags.force);
  const read = await loadLiveCluster(io, flags);
  const lines = read.notEvaluated.map(({ ref, reason }) => missingKindLine(ref.kind, reason));
  if (!flags.quiet && lines.length > 0) await io.stderr.write(`${lines.join("\n")}\n`);
  if (target.type === "stdout") await writeAll(io.stdout, snapshotStream(read));
  else if (target.type === "file") writeSnapshotFile(target, snapshotStream(read));
  else writeSnapshotDirectory(target, snapshotFiles(read));
  return exitCodes.ok;
}
