import path from "node:path";
import { type Cluster, type ConnectivityOptions, type Finding, readManifests } from "@npa/core";
import { fixSources } from "@npa/core/edit";
import { suggestedChangesText } from "@npa/core/internal";
import type { FixFlags } from "./fix-flags.ts";
import { fixDiff, fixLines, unbuiltLines } from "./fix-text.ts";
import type { Io } from "./io.ts";
import type { ToneFlags } from "./input-flags.ts";
import type { Input } from "./input.ts";
import { whyNotWritable, writeFiles } from "./write-files.ts";

/** Fixes the files of the input and writes them, or prints the difference. Gives the input as it is then. */
export async function fixInput(
  io: Io,
  input: Input,
  flags: FixFlags & ToneFlags,
  options: {
    readonly findings: (cluster: Cluster) => readonly Finding[];
    readonly connectivity: ConnectivityOptions;
  },
): Promise<Input> {
  const { sources = [], options: readOptions = {} } = input.texts ?? {};
  const texts = new Map(sources.map(({ name, text }) => [name, text]));
  const fileOf = (name: string): string => path.resolve(io.cwd, name);
  const reasons = new Map<string, string | undefined>();
  const result = fixSources({
    sources,
    read: (changed) => readManifests(changed, readOptions),
    findings: options.findings,
    suggested: flags.fixSuggested,
    cannotWrite: (name) => {
      if (!reasons.has(name)) reasons.set(name, whyNotWritable(fileOf(name), texts.get(name), flags.dryRun));
      return reasons.get(name);
    },
    connectivity: options.connectivity,
  });
  if (flags.dryRun) await io.stdout.write(fixDiff(result));
  else writeFiles(result.files.map(({ name, before, after }) => ({ file: fileOf(name), before, after })));
  const hasSuggestions = result.made.some(({ kind }) => kind === "suggested");
  const lines = [
    ...(flags.quiet ? [] : [...fixLines(result, flags.dryRun), ...unbuiltLines(result, texts.keys())]),
    ...(hasSuggestions ? suggestedChangesText(result.connections) : []),
  ];
  if (lines.length > 0) await io.stderr.write(`${lines.join("\n")}\n`);
  for (const { name, after } of result.files) texts.set(name, after);
  const changed = [...texts].map(([name, text]) => ({ name, text }));
  return { ...input, cluster: result.cluster, texts: { sources: changed, options: readOptions } };
}
