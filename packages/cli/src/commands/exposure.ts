import { exposure, exposureCsv, exposureJson, exposureMarkdown, exposureText } from "@npa/core/exposure";
import type { CommandModule } from "../command-module.ts";
import { type ConfigFlags, addConfigFlags } from "../config-flags.ts";
import { exitCodes } from "../exit-codes.ts";
import { helpText } from "../help-text.ts";
import { type InputFlags, addInputFlags } from "../input-flags.ts";
import type { Io } from "../io.ts";
import { exitCodeFor, printNotices } from "../notices.ts";
import { addOutputFlag, emit, parseTargets } from "../output-targets.ts";
import { namespacesOf, readInput } from "../read-input.ts";
import { connectivityOptions, printConfig, readSettings } from "../settings.ts";

interface ExposureFlags extends InputFlags, ConfigFlags {
  readonly output: readonly string[];
}

const formatNames = ["text", "json", "markdown", "csv"] as const;

/** `npa exposure`. */
export const exposureCommand: CommandModule = {
  define(command, run) {
    addOutputFlag(command.argument("[paths...]", "files and directories; - is stdin"), formatNames);
    addConfigFlags(addInputFlags(command, "only workloads of this namespace; repeatable"))
      .addHelpText("after", helpText(help))
      .action((paths: string[], flags: ExposureFlags) => run((io) => exposed(io, paths, flags)));
  },
};

const help = `
What workloads are open to, in and out, whether somebody is there or not: addresses outside, every pod of the cluster, whole
namespaces, pods of some labels; by which rule. Then workloads that no policy isolates, and the doors from outside: Services
of type LoadBalancer and NodePort, Ingress, Gateway API routes, OpenShift Routes, and whether policies let them in.

Examples:
  npa exposure ./policies
  npa exposure ./policies -n shop -o csv=exposure.csv
  npa exposure --cluster`;

async function exposed(io: Io, paths: readonly string[], flags: ExposureFlags): Promise<number> {
  const targets = parseTargets(flags.output, formatNames);
  const settings = readSettings(io, paths, flags);
  if (flags.printConfig) return await printConfig(io, settings);
  const input = await readInput(io, paths, flags, settings.config);
  const { cluster } = input;
  const report = exposure(cluster, { ...connectivityOptions(settings), namespaces: namespacesOf(cluster, flags) });
  await printNotices(io, input, report.notEvaluated, flags);
  await emit(
    io,
    targets,
    {
      text: (options) => exposureText(report, options),
      json: () => exposureJson(report),
      markdown: () => exposureMarkdown(report),
      csv: () => exposureCsv(report),
    },
    flags,
  );
  return exitCodeFor(exitCodes.ok, cluster, flags);
}
