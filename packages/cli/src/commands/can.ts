import { UsageError, can, verdictJson, verdictMarkdown, verdictText } from "@npa/core";
import { printable } from "@npa/core/internal";
import type { Command } from "commander";
import { readsCluster } from "../cluster-flags.ts";
import type { CommandModule } from "../command-module.ts";
import { type ConfigFlags, addConfigFlags } from "../config-flags.ts";
import { exitCodes } from "../exit-codes.ts";
import { type InputFlags, addInputFlags } from "../input-flags.ts";
import type { Io } from "../io.ts";
import { exitCodeFor, printNotices } from "../notices.ts";
import { addOutputFlag, emit, parseTargets } from "../output-targets.ts";
import { renderedPaths } from "../render-flags.ts";
import { readInput } from "../read-input.ts";
import { connectivityOptions, printConfig, readSettings } from "../settings.ts";

interface CanFlags extends InputFlags, ConfigFlags {
  readonly output: readonly string[];
  readonly port?: string;
}

const formatNames = ["text", "json", "markdown"] as const;

/** `npa can`. */
export const canCommand: CommandModule = {
  define(command, run) {
    command
      .argument("<src>", "who wants to connect")
      .argument("<dst>", "to whom")
      .allowExcessArguments()
      .option("-p, --port <port>", "the port, like 8080/TCP or http; any port when not given");
    addOutputFlag(command, formatNames);
    addConfigFlags(addInputFlags(command, "the namespace of a bare name"))
      .addHelpText("after", help)
      .action((source: string, target: string, flags: CanFlags, { args }: Command) =>
        run((io) => {
          const [, , forgotten] = args;
          if (forgotten === undefined) return answer(io, source, target, flags);
          throw new UsageError(
            `npa can asks about two ends: files are named with -f, as in -f ${printable(forgotten)}`,
          );
        }),
      );
  },
};

const help = `
SRC and DST are whatever the command list prints, and: namespace/name,
namespace/Kind/name, deploy/name or a bare name (in -n), a pod's own name,
svc/name (its pods), an IP address, a CIDR, "internet", "ingress-controller" (as
SRC), or a pod that is not there, by its labels: 'app=web,tier=front in shop'.
The port is the one that the target's pods listen on, by number or name. Of a
Service its own port will do: the answer says which port of the pods that is.
Exit code 0 is yes, 1 is no or unknown: unknown depends on a fact that the input
does not give, and names it.

Examples:
  npa can shop/web shop/db --port 5432/TCP -f ./policies
  npa can internet shop/web -f ./policies
  npa can shop/web svc/db -n shop --port 5432 -f ./policies
  npa can 'app=web in shop' 'app=db in shop' -p 5432 -f ./policies    no pods needed
  npa can web db -n shop -f ./policies -o json`;

async function answer(io: Io, source: string, target: string, flags: CanFlags): Promise<number> {
  const targets = parseTargets(flags.output, formatNames);
  const settings = readSettings(io, [], flags);
  if (flags.printConfig) return await printConfig(io, settings);
  const [namespace, second] = flags.namespace;
  if (second !== undefined) throw new UsageError("-n is the namespace of bare names here: give it once");
  if (flags.filename.length + renderedPaths(flags).length === 0 && !readsCluster(io, [], flags)) {
    throw new UsageError(
      "nothing to read: name files or directories with -f, or -f - for stdin, or read the live cluster with --cluster",
    );
  }
  const input = await readInput(io, [], flags, settings.config);
  const { port } = flags;
  const defaultNamespace = namespace ?? input.defaultNamespace;
  const question = { source, target, defaultNamespace, ...(port === undefined ? {} : { port }) };
  const verdict = can(input.cluster, question, connectivityOptions(settings));
  await printNotices(io, input, verdict.notEvaluated, flags);
  await emit(
    io,
    targets,
    {
      text: (options) => verdictText(verdict, options),
      json: () => verdictJson(verdict),
      markdown: () => verdictMarkdown(verdict),
    },
    flags,
  );
  return exitCodeFor(verdict.answer === "yes" ? exitCodes.ok : exitCodes.found, input.cluster, flags);
}
