/** The commands, in the order the help lists them, with what each one answers. */
export const commandSummaries = {
  analyze: "the report: summary, findings with file and line, what could be less",
  list: "who may talk to whom, on which ports",
  can: "may SRC reach DST? yes or no, and the rules that decide",
  explain: "why SRC may or may not reach DST, and what would turn the answer",
  exposure: "who is open to the internet, to everybody, to labels nobody has yet",
  diff: "what changes between two states: connections, workloads, findings",
  prove: "are two policy sets equivalent, for any pod? what is redundant?",
  optimize: "a smaller policy set that isolates and allows the same, with proofs",
  graph: "the reachability graph, for Graphviz or as JSON",
  baseline: "writes the present findings: analyze --baseline tells of new ones",
  snapshot: "writes what npa reads of a live cluster to a file or a directory",
  rules: "what npa looks for",
  demo: "a small flawed shop that comes with npa, analysed",
} as const;

/** The name of a command. */
export type CommandName = keyof typeof commandSummaries;

/** Whether a word is a command. */
export function isCommandName(word: string): word is CommandName {
  return Object.hasOwn(commandSummaries, word);
}
