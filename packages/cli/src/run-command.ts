import { Command } from "commander";
import type { CommandModule, Job } from "./command-module.ts";
import { type CommandName, commandSummaries } from "./command-names.ts";
import { type Io, changedIo } from "./io.ts";
import { ReadFiles } from "./read-files.ts";
import { foldHelp, moreHelp } from "./help-all.ts";
import { pluginText } from "./plugin-text.ts";

/** Where each command is; loaded when it is asked for. */
const modules: Readonly<Record<CommandName, () => Promise<CommandModule>>> = {
  analyze: async () => (await import("./commands/analyze.ts")).analyzeCommand,
  list: async () => (await import("./commands/list.ts")).listCommand,
  can: async () => (await import("./commands/can.ts")).canCommand,
  explain: async () => (await import("./commands/explain.ts")).explainCommand,
  exposure: async () => (await import("./commands/exposure.ts")).exposureCommand,
  diff: async () => (await import("./commands/diff.ts")).diffCommand,
  prove: async () => (await import("./commands/prove.ts")).proveCommand,
  optimize: async () => (await import("./commands/optimize.ts")).optimizeCommand,
  graph: async () => (await import("./commands/graph.ts")).graphCommand,
  baseline: async () => (await import("./commands/baseline.ts")).baselineCommand,
  snapshot: async () => (await import("./commands/snapshot.ts")).snapshotCommand,
  rules: async () => (await import("./commands/rules.ts")).rulesCommand,
  demo: async () => (await import("./commands/demo.ts")).demoCommand,
};

/** Reads a command's arguments and runs it. Throws a CommanderError for arguments it does not have, and for `--help`. */
export async function runCommand(name: CommandName, argv: readonly string[], io: Io): Promise<number> {
  const help: string[] = [];
  let job: Job | undefined;
  const command = new Command(`${io.program ?? "npa"} ${name}`)
    .description(commandSummaries[name])
    .helpOption("-h, --help", "print this help")
    .exitOverride()
    .configureOutput({ writeOut: (text) => help.push(text), writeErr: () => undefined });
  const module = await modules[name]();
  module.define(command, (chosen) => {
    job = chosen;
  });
  const known = foldHelp(command, argv);
  command.addHelpText("after", () => moreHelp(command));
  try {
    command.parse([...known], { from: "user" });
  } finally {
    if (help.length > 0)
      await io.stdout.write(io.program === "kubectl npa" ? pluginText(help.join("")) : help.join(""));
  }
  if (job === undefined) throw new Error(`npa ${name} has no action`);
  const own = changedIo(io, { files: new ReadFiles() });
  return command.opts<{ readonly timing?: boolean }>().timing === true ? await runTimed(job, own) : await job(own);
}

/** Runs a command and says where its time went, whatever becomes of it. */
async function runTimed(job: Job, io: Io): Promise<number> {
  const [{ StageTimes }, { timingText }] = await Promise.all([import("@npa/core"), import("@npa/core/internal")]);
  const stopwatch = new StageTimes(() => performance.now());
  try {
    return await job(changedIo(io, { stopwatch }));
  } finally {
    await io.stderr.write(timingText(stopwatch.timing()));
  }
}
