import { baseName, directoryOf, isBelow } from "../lib/file-path.ts";
import type { UnrenderedKind } from "../model/input-summary.ts";
import type { SourceText } from "../parse/document.ts";
import { type Deployment, asKustomization, deploymentsIn } from "./deployments.ts";
import { isKustomizationName, readKustomization } from "./kustomization.ts";
import type { KustomizedChart } from "./kustomize-charts.ts";
import { KustomizeGraph } from "./kustomize-graph.ts";
import { type Generator, generatorsIn } from "./generators.ts";
import { isOtherLanguage } from "./other-language.ts";
import { isYttTemplate } from "./ytt.ts";

/** The texts of an input, sorted. */
export interface Survey {
  /** The texts that are manifests as they stand, as far as their names and comments tell. */
  readonly manifests: readonly SourceText[];
  /** The others, by name, in input order. */
  readonly unrendered: ReadonlyMap<string, UnrenderedKind>;
  readonly kustomize: KustomizeGraph;
  /** The directories that tools deploy. */
  readonly deployments: readonly Deployment[];
  /** The directories of Helm charts that are in no other chart. */
  readonly charts: readonly string[];
  /** Those of them of which all is in the input, and read. */
  readonly followed: readonly Deployment[];
  /** What would bring in manifests that are not here: bases that kustomizations fetch, and other tools. */
  readonly generators: readonly Generator[];
  /** The charts that kustomizations have rendered. */
  readonly kustomizedCharts: readonly KustomizedChart[];
}

/** Tells manifests from what must be rendered first: charts, kustomizations and the files that they name, templates of ytt, other languages. */
export function surveySources(sources: readonly SourceText[]): Survey {
  const textOf = new Map(sources.map(({ name, text }) => [name, text]));
  const kustomizations = sources
    .filter(({ name }) => isKustomizationName(name))
    .map((source) => readKustomization(source, (file) => textOf.get(file)));
  const deployments = deploymentsIn(sources, kustomizations);
  const deployed = deployments.flatMap(
    (each) => asKustomization(each, kustomizations, sources, (file) => textOf.get(file)) ?? [],
  );
  const added = new Set(sources.filter(({ isNew }) => isNew === true).map(({ name }) => name));
  const kustomize = new KustomizeGraph([...kustomizations, ...deployed], (file) => added.has(file));
  const charts = outermost(
    sources.filter(({ name }) => baseName(name) === "Chart.yaml").map(({ name }) => directoryOf(name)),
  );
  const named = new Set(kustomizations.flatMap(({ others }) => others));
  const kindOf = ({ name, text }: SourceText): UnrenderedKind | undefined => {
    if (isKustomizationName(name)) return "kustomization";
    if (isOtherLanguage(name)) return "template";
    if (named.has(name) && !kustomize.isResource(name)) return "patch";
    return partOfChart(name, charts) ?? (isYttTemplate(text) ? "template" : undefined);
  };
  const unrendered = new Map<string, UnrenderedKind>();
  const manifests = sources.filter((source) => {
    const kind = kindOf(source);
    if (kind !== undefined) unrendered.set(source.name, kind);
    return kind === undefined;
  });
  const remote = kustomizations.flatMap((each) => each.remote).map((name) => ({ kind: "remote base", name }));
  const generators = [...remote, ...generatorsIn(sources)];
  const kustomizedCharts = kustomizations.flatMap((each) => each.charts);
  const followed = deployed.flatMap(({ deployment, resources }) =>
    deployment?.isAll === true && resources.length > 0 && !textOf.has(`${deployment.directories[0]}/Chart.yaml`)
      ? [deployment]
      : [],
  );
  return { manifests, unrendered, kustomize, deployments, followed, charts, generators, kustomizedCharts };
}

/** The directories that lie below none of the others. */
function outermost(directories: readonly string[]): readonly string[] {
  const outer: string[] = [];
  for (const each of directories.toSorted((a, b) => a.length - b.length))
    if (!outer.some((other) => other === each || isBelow(each, other))) outer.push(each);
  return outer.toSorted();
}

/** What of a chart a file is: everything below `templates`, also of the charts in it; values and the like. */
function partOfChart(file: string, charts: readonly string[]): UnrenderedKind | undefined {
  const chart = charts.find((directory) => isBelow(file, directory));
  if (chart === undefined) return undefined;
  const inChart = chart === "." ? file : file.slice(chart.length + 1);
  if (/^(?:charts\/[^/]+\/)*templates\//.test(inChart)) return "template";
  const name = baseName(file);
  return name === "Chart.yaml" || /^values[\w.-]*\.(?:ya?ml|json)$/i.test(name) ? "values" : undefined;
}
