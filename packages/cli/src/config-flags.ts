import type { Command } from "commander";

/** The options about the configuration file. */
export interface ConfigFlags {
  /** A file; false: none at all. Not given: the nearest one. */
  readonly config?: string | false;
  readonly printConfig: boolean;
  /** False: only what the configuration of `--config` suppresses is suppressed. */
  readonly suppressions: boolean;
}

/** Adds `--config`, `--no-config` and `--print-config`. */
export function addConfigFlags(command: Command): Command {
  return command
    .option("--config <file>", "the configuration (default: npa.config.yaml, .yml or .json, looked for upwards)")
    .option("--no-config", "read no configuration")
    .option("--no-suppressions", "only the configuration of --config suppresses findings")
    .option("--print-config", "print the settings in force, and on stderr where they come from", false);
}
