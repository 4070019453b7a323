import path from "node:path";
import { type AnalyzeOptions, type Config, type ConnectivityOptions, type Stopwatch, jsonText } from "@npa/core";
import { effectiveConfig } from "@npa/core/internal";
import { parseAssumptions } from "./assume.ts";
import { parseClusterCidrs } from "./cluster-cidr.ts";
import { type ConfigFile, loadConfig } from "./config-file.ts";
import type { ConfigFlags } from "./config-flags.ts";
import { exitCodes } from "./exit-codes.ts";
import type { InputFlags } from "./input-flags.ts";
import { renderedPaths } from "./render-flags.ts";
import type { Io } from "./io.ts";

/** What is in force: the configuration with the flags over it, and the file that it comes from. */
export interface Settings {
  readonly config: Config;
  /** Whether the analysed files may suppress findings. */
  readonly suppressions: boolean;
  readonly file?: ConfigFile;
  readonly stopwatch?: Stopwatch | undefined;
}

/** Reads the configuration for these inputs and puts over it what the flags of every command say. */
export function readSettings(io: Io, paths: readonly string[], flags: InputFlags & ConfigFlags): Settings {
  const isFound = flags.config === undefined;
  const named = flags.untrusted === true && isFound ? false : flags.config;
  const suppressions = flags.suppressions && flags.untrusted !== true;
  const file = loadConfig(io, [...paths, ...flags.filename, ...renderedPaths(flags)], named);
  const { defaultNamespace, clusterCidr = [] } = flags;
  const { ignore = [], ...found } = file?.config ?? {};
  const mayIgnore = suppressions || typeof flags.config === "string";
  const config: Config = {
    ...found,
    ...(mayIgnore && ignore.length > 0 ? { ignore } : {}),
    ...(clusterCidr.length === 0 ? {} : { clusterCidrs: { ...found.clusterCidrs, ...parseClusterCidrs(clusterCidr) } }),
    assumptions: { ...file?.config.assumptions, ...parseAssumptions(flags.assume) },
    ...(defaultNamespace === undefined ? {} : { defaultNamespace }),
  };
  const { stopwatch } = io;
  return {
    config,
    suppressions,
    ...(file === undefined ? {} : { file }),
    stopwatch,
  };
}

/** What of the settings questions about connectivity are given. */
export function connectivityOptions({ config, stopwatch }: Settings): ConnectivityOptions {
  const { assumptions = {}, clusterCidrs, domains } = config;
  return {
    assumptions,
    ...(clusterCidrs?.pods === undefined ? {} : { podCidrs: clusterCidrs.pods }),
    ...(domains === undefined ? {} : { domains }),
    stopwatch,
  };
}

/** What of the settings an analysis is given. Paths in the configuration start at its directory. */
export function analysisOptions(io: Io, { config, suppressions, file, stopwatch }: Settings): AnalyzeOptions {
  const options = { ...config, suppressions, stopwatch };
  if (file === undefined) return options;
  return {
    ...options,
    ignorePathOf: (name) => path.relative(file.directory, path.resolve(io.cwd, name)).replaceAll(path.sep, "/"),
  };
}

/** Answers `--print-config`. */
export async function printConfig(io: Io, { config, file }: Settings): Promise<number> {
  const source = file === undefined ? "no configuration file" : file.name;
  await io.stderr.write(`settings: the defaults, ${source}, and the flags\n`);
  await io.stdout.write(jsonText(effectiveConfig(config)));
  return exitCodes.ok;
}
