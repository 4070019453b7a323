import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import type { Cluster } from "./model/cluster.ts";
import { isKindRead, normalize } from "./normalize/normalize.ts";
import type { ParsedSource, SourceText } from "./parse/document.ts";
import { parseSource } from "./parse/parse-source.ts";

/** How texts become a cluster. */
export interface ReadOptions {
  /** The namespace of objects that name none. Default `default`. */
  readonly defaultNamespace: string;
  /** The objects come from an API server: everything stored is in force, whatever today's validation says. */
  readonly live: boolean;
  /** Problems that were met before the texts existed, e.g. files that could not be read. */
  readonly problems: readonly Diagnostic[];
}

/**
 * Reads Kubernetes manifests: YAML streams, JSON, Lists.
 * What is wrong with them is in the result's `problems`; nothing is thrown for bad input.
 */
export function readCluster(sources: Iterable<SourceText>, options: Partial<ReadOptions> = {}): Cluster {
  const problems: Diagnostic[] = [...(options.problems ?? [])];
  const report = (problem: Diagnostic): void => {
    problems.push(problem);
  };
  const { defaultNamespace = "default", live = false } = options;
  return normalize(parseAll(sources, report), { defaultNamespace, live, problems }, report);
}

function* parseAll(sources: Iterable<SourceText>, report: (problem: Diagnostic) => void): Generator<ParsedSource> {
  for (const source of sources) yield parseSource(source, { wants: isKindRead }, report);
}
