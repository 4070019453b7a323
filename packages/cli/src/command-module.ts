import type { Command } from "commander";
import type { Io } from "./io.ts";

/** A command whose arguments are read: answers on `io`, gives the exit code. */
export type Job = (io: Io) => Promise<number>;

/** A command: its arguments and options, and what to run with them. */
export interface CommandModule {
  define(command: Command, run: (job: Job) => void): void;
}
