import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Cluster } from "../model/cluster.ts";
import { isKindRead } from "../normalize/normalize.ts";
import type { SourceText } from "../parse/document.ts";
import { parseSource } from "../parse/parse-source.ts";
import { surveySources } from "../unrendered/survey.ts";
import { helmDocuments } from "./helm-rendering.ts";
import { kustomizeDocuments } from "./kustomize-rendering.ts";
import { type ReadOptions, readDocuments } from "./read-manifests.ts";

/** What a tool made of a chart or of a kustomization. */
export interface Rendering {
  /** What made it. */
  readonly tool: "helm" | "kustomize";
  /** The directory, named like the sources. */
  readonly root: string;
  /** What it made: documents of YAML. */
  readonly text: string;
  /** The files that it was made from. */
  readonly sources: readonly SourceText[];
}

/** Reads what a tool made, with the places of the files it was made from, and plain manifests beside it. */
export function readRendering(
  rendering: Rendering,
  beside: readonly SourceText[],
  options: Partial<ReadOptions> = {},
): Cluster {
  const problems: Diagnostic[] = [...(options.problems ?? [])];
  const report = (problem: Diagnostic): void => void problems.push(problem);
  const { variables = new Map(), known } = options;
  const parse = { wants: isKindRead, variables, ...(known === undefined ? {} : { known }) };
  const rendered = (rendering.tool === "helm" ? helmDocuments : kustomizeDocuments)(rendering, parse, report);
  const others = surveySources(beside).manifests.map((source) => parseSource(source, parse, report));
  return readDocuments([...rendered, ...others], { ...options, live: false, problems });
}
