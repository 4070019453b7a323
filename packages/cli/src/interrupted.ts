import { UsageError } from "@npa/core";

/** Ctrl-C, while there was something to stop. */
export class Interrupted extends UsageError {}
