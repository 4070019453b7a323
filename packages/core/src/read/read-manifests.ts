import type { Diagnostic, Report } from "../diagnostics/diagnostic.ts";
import { checkSource, checkSources } from "../lib/check-argument.ts";
import { type Stopwatch, timed } from "../lib/stopwatch.ts";
import { type StopSignal, checkStopped, stoppable } from "../lib/stoppable.ts";
import type { Cluster, NotEvaluatedObject } from "../model/cluster.ts";
import type { FileFacts } from "../normalize/cluster-draft.ts";
import type { StoredObjects } from "../normalize/apply-objects.ts";
import { isKindRead, normalize } from "../normalize/normalize.ts";
import type { ParsedSource, SourceText } from "../parse/document.ts";
import { KnownPlaces } from "../parse/known-places.ts";
import { KnownText } from "../parse/known-text.ts";
import { type KnownDocuments, parseSource } from "../parse/parse-source.ts";
import { hasVariables } from "../parse/variables.ts";
import { namespaceOfUnnamed, variablesIn } from "../unrendered/deployments.ts";
import { surveySources } from "../unrendered/survey.ts";
import { namespacesOfPolicies } from "../unrendered/template-policies.ts";
import { reportPoliciesLeftOut } from "./policies-left-out.ts";
import { mayBeSnapshot, snapshotKind, withoutHeaders } from "./snapshot-header.ts";

export type { StoredObjects };

/** How texts become a cluster. */
export interface ReadOptions {
  /** The namespace of objects that name none. Default `default`. */
  readonly defaultNamespace: string;
  /** The objects come from an API server: everything stored is in force, whatever today's validation says. */
  readonly live: boolean;
  /**
   * Whether the header of a snapshot (`npa snapshot`) is honoured, which makes everything in the input stored objects of an
   * API server: `alone` where nothing but that snapshot is in the input, else `always` or `never`. Default `alone`.
   */
  readonly snapshots: "alone" | "always" | "never";
  /** Problems that were met before the texts existed, e.g. files that could not be read. */
  readonly problems: readonly Diagnostic[];
  /** Values of `${VARIABLES}` in manifests, and of the parameters of Templates. */
  readonly variables: ReadonlyMap<string, string>;
  /** Takes the time of reading. */
  readonly stopwatch: Stopwatch | undefined;
  /** What was parsed for another state: give the readings of both the same `new Map()`. */
  readonly known?: KnownDocuments;
  /**
   * The objects of a cluster (`loadCluster` reads them) that those of the texts are applied to: the result is that cluster
   * afterwards. What the texts have replaces what the cluster has of the same kind, namespace and name; what the API server
   * would refuse replaces nothing.
   */
  readonly onto?: StoredObjects;
  /** Stops the reading: it then throws the signal's reason. */
  readonly signal?: StopSignal;
}

/**
 * Reads Kubernetes manifests: YAML streams, JSON, Lists; and what `npa snapshot` wrote, as the live cluster that it was.
 * What is wrong with them is in the result's `problems`; nothing is thrown for bad input.
 */
export function readManifests(sources: Iterable<SourceText>, options: Partial<ReadOptions> = {}): Cluster {
  checkSources("readManifests", sources);
  return stoppable(options.signal, () => clusterOf([...sources], options));
}

function clusterOf(texts: readonly SourceText[], options: Partial<ReadOptions>): Cluster {
  for (const source of texts) checkSource("readManifests", source);
  const headers = texts.filter(({ text }) => mayBeSnapshot(text));
  if (headers.length > 0 && isHonoured(texts, headers, options.snapshots)) return snapshotFrom(texts, options);
  const survey = timed(options.stopwatch, "parse", () => surveySources(texts));
  const { manifests, unrendered, kustomize, deployments, followed, generators, kustomizedCharts } = survey;
  const textOf = new Map(texts.map(({ name, text }) => [name, text]));
  const files: FileFacts = {
    unrendered,
    generators,
    charts: kustomizedCharts,
    policiesOf: (name) => namespacesOfPolicies({ name, text: textOf.get(name) ?? "" }),
    namespaceOf: (file) => kustomize.namespaceOf(file),
    namespacesOf: (file) => kustomize.namespacesOf(file),
    severalNamespacesOf: (file) => kustomize.severalNamespacesOf(file),
    namespaceOfUnnamed: (file) => namespaceOfUnnamed(kustomize.topsOf(file)),
    deployments,
    followed: new Set(followed.map(({ document, ref }) => `${document.file}\u0000${ref.kind}\u0000${ref.name}`)),
    deploymentsOf: (file) => kustomize.topsOf(file).flatMap(({ deployment }) => deployment ?? []),
    relabelledBy: (file) => kustomize.relabelledBy(file),
    passedOverBy: (file) => kustomize.passedOverBy(file),
    deletesAny: kustomize.deletesAny,
    deletedBy: (file, object) => kustomize.deletedBy(file, object),
    buildOf: (file) => kustomize.buildOf(file),
    areAlternatives: (one, other) => kustomize.areAlternatives(one, other),
  };
  const sourcesWith = (report: Report): Iterable<ParsedSource> => {
    reportPoliciesLeftOut(texts, unrendered, report);
    for (const { name } of headers) report(ignoredHeader(name, options.snapshots));
    const variablesOf = (file: string): ReadonlyMap<string, string> => variablesIn(kustomize.topsOf(file));
    return parseAll(manifests, report, isKindRead, { ...options, variablesOf });
  };
  return clusterFrom(sourcesWith, options, files);
}

/** Whether the user says that the input is a snapshot, or it is that snapshot alone: its file, or its directory. */
function isHonoured(
  texts: readonly SourceText[],
  headers: readonly SourceText[],
  snapshots: ReadOptions["snapshots"] = "alone",
): boolean {
  if (snapshots !== "alone") return snapshots === "always";
  const [header] = headers;
  if (header === undefined || headers.length > 1) return false;
  const directory = /^(?:.*\/)?cluster\/(?=snapshot\.yaml$)/.exec(header.name)?.[0];
  return texts.every((text) => text === header || (directory !== undefined && text.name.startsWith(directory)));
}

function ignoredHeader(file: string, snapshots: ReadOptions["snapshots"] = "alone"): Diagnostic {
  const advice =
    snapshots === "never"
      ? "here no such header counts"
      : "there is more in the input than that snapshot: --from-snapshot honours it all the same";
  return {
    code: "suspicious-value",
    severity: "error",
    unreadable: true,
    message: `a ClusterSnapshot makes everything in the input count as stored by an API server. It was ignored: ${advice}`,
    location: { file, line: 1, column: 1, endLine: 1, endColumn: 1, path: "" },
  };
}

function snapshotFrom(texts: readonly SourceText[], options: Partial<ReadOptions>): Cluster {
  const problems: Diagnostic[] = [...(options.problems ?? [])];
  const wants = (kind: string, text: string): boolean => kind === snapshotKind || isKindRead(kind, text);
  const parsed = parseAll(texts, (problem) => void problems.push(problem), wants, {
    stopwatch: options.stopwatch,
    ...(options.known === undefined ? {} : { known: options.known }),
  });
  const { sources, facts } = withoutHeaders(parsed);
  const live = facts === undefined ? options.live : true;
  return readDocuments(sources, { ...options, live: live ?? false, ...facts, problems });
}

/** What a live cluster gives beside its documents: `ClusterRead` of `@npa/core/cluster` has it. */
export interface DocumentOptions extends ReadOptions {
  /** Kinds whose objects may be missing, and why. */
  readonly notEvaluated: readonly NotEvaluatedObject[];
}

/** The same for documents that were parsed elsewhere, e.g. those of `loadCluster`, for which `live` is true unless told. */
export function readDocuments(parsed: Iterable<ParsedSource>, options: Partial<DocumentOptions> = {}): Cluster {
  const cluster = stoppable(options.signal, () => clusterFrom(() => parsed, { live: true, ...options }));
  return { ...cluster, notEvaluated: [...cluster.notEvaluated, ...(options.notEvaluated ?? [])] };
}

function clusterFrom(
  sources: (report: Report) => Iterable<ParsedSource>,
  options: Partial<ReadOptions>,
  files?: FileFacts,
): Cluster {
  const problems: Diagnostic[] = [...(options.problems ?? [])];
  const report: Report = (problem) => {
    problems.push(problem);
  };
  const { defaultNamespace = "default", live = false, variables = new Map(), onto } = options;
  return timed(options.stopwatch, "model", () =>
    normalize(
      sources(report),
      {
        defaultNamespace,
        live,
        problems,
        variables,
        ...(files === undefined ? {} : { files }),
        ...(onto === undefined ? {} : { onto }),
      },
      report,
    ),
  );
}

interface ParseAllOptions extends Partial<ReadOptions> {
  /** The variables of one file. */
  readonly variablesOf?: (file: string) => ReadonlyMap<string, string>;
}

function* parseAll(
  sources: Iterable<SourceText>,
  report: Report,
  wants: (kind: string, text: string) => boolean,
  { variables = new Map(), variablesOf, known, stopwatch }: ParseAllOptions,
): Generator<ParsedSource> {
  const options = {
    wants,
    knownText: new KnownText(),
    knownPlaces: new KnownPlaces(),
    ...(known === undefined ? {} : { known }),
  };
  for (const source of sources) {
    checkStopped();
    const own = hasVariables(source.text) ? variablesOf?.(source.name) : undefined;
    // What the user says wins.
    const all = own === undefined || own.size === 0 ? variables : new Map([...own, ...variables]);
    yield timed(stopwatch, "parse", () => parseSource(source, { ...options, variables: all }, report));
  }
}
