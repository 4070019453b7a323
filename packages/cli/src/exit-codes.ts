/** What the process tells its caller. */
export const exitCodes = {
  ok: 0,
  /** Findings at or above `--fail-on`; `can` answers no or unknown. */
  found: 1,
  /** Bad usage, unreadable input. */
  usage: 2,
  /** A bug in npa. */
  bug: 3,
  /** Ctrl-C, as the shell has it for a process that SIGINT ends (128 + 2). */
  interrupted: 130,
} as const;
