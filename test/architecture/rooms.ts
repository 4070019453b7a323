/** The rooms that everything else stands on. */
const below = [
  "answers",
  "reachability",
  "optimize",
  "symbolic",
  "semantics",
  "parse",
  "model",
  "sets",
  "source",
  "diagnostics",
  "lib",
];

/** The rooms whose work an analysis puts together. */
const working = ["fix", "edit", "findings", "config", "proof", "diff", "query", "graph", "assess", "rules", "report"];

/**
 * Who may import what in packages/core/src, beside its own room. Nothing imports upward.
 * ARCHITECTURE.md says what each room is for, and the same in words: a test of it holds the two together.
 */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  sets: ["lib"],
  source: [],
  diagnostics: ["source"],
  model: ["source", "sets", "diagnostics"],
  parse: ["source", "diagnostics", "lib"],
  unrendered: ["parse", "model", "source", "diagnostics", "lib"],
  normalize: ["parse", "semantics", "model", "source", "diagnostics", "sets", "lib"],
  semantics: ["model", "sets", "lib"],
  symbolic: ["semantics", "model", "sets", "lib"],
  optimize: ["symbolic", "semantics", "model", "sets", "source", "lib", "answers"],
  reachability: ["symbolic", "semantics", "model", "sets", "source", "lib", "answers"],
  query: ["reachability", "symbolic", "semantics", "model", "sets", "source", "lib", "answers"],
  graph: ["reachability", "symbolic", "semantics", "model", "sets", "source", "diagnostics", "lib", "answers"],
  assess: ["reachability", "optimize", "symbolic", "semantics", "model", "sets", "source", "lib", "answers"],
  rules: [
    "reachability",
    "optimize",
    "symbolic",
    "semantics",
    "model",
    "sets",
    "source",
    "diagnostics",
    "lib",
    "answers",
  ],
  proof: ["symbolic", "semantics", "model", "sets", "source", "lib", "answers"],
  diff: ["reachability", "symbolic", "semantics", "model", "sets", "source", "lib", "answers"],
  edit: ["source", "parse", "lib"],
  fix: [
    "edit",
    "rules",
    "optimize",
    "symbolic",
    "semantics",
    "model",
    "parse",
    "source",
    "diagnostics",
    "lib",
    "answers",
  ],
  findings: ["report", "model", "diagnostics", "source", "lib", "answers"],
  config: [
    "rules",
    "assess",
    "findings",
    "semantics",
    "parse",
    "diagnostics",
    "model",
    "source",
    "sets",
    "lib",
    "answers",
  ],
  report: ["diagnostics", "source", "model", "graph", "sets", "lib", "answers"],
  load: ["parse", "unrendered", "source", "diagnostics", "model", "lib", "read"],
  answers: ["symbolic", "semantics", "model", "sets", "source", "diagnostics", "lib"],
  read: ["parse", "unrendered", "normalize", "model", "source", "diagnostics", "lib"],
  analysis: [...below, "read", "unrendered", ...working],
  entries: ["analysis", "read", ...below, "load", ...working],
};

/** Rooms of which only types may be imported: data that is passed on, and computed with elsewhere. */
export const typesOnly: Readonly<Record<string, readonly string[]>> = {
  model: ["diagnostics"],
  graph: ["diagnostics", "source"],
  unrendered: ["model"],
  edit: ["parse"],
  report: ["model", "graph"],
  load: ["parse", "model"],
};
