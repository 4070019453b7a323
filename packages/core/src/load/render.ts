import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../lib/usage-error.ts";
import type { SourceText } from "../parse/document.ts";
import type { Rendering } from "../read/rendering.ts";
import { surveySources } from "../unrendered/survey.ts";
import { decodeText } from "./decode-text.ts";
import { kustomizeTree } from "./kustomize-tree.ts";
import { loadPaths } from "./load-paths.ts";
import { type ToolOptions, runTool } from "./run-tool.ts";

/** A chart or a kustomization, as its directory was named. */
export interface RenderRoot {
  /** What renders it. */
  readonly tool: "helm" | "kustomize";
  /** The directory, as it was named. */
  readonly path: string;
}

/** How charts and kustomizations are rendered. */
export interface RenderOptions extends ToolOptions {
  /** Files and settings for charts, as helm takes them. */
  readonly values?: readonly string[];
  /** Values for charts, as `helm --set` takes them. Absent: those of the chart. */
  readonly set?: readonly string[];
  /** The name of charts' releases. Default `release`. */
  readonly release?: string;
  /** The namespace that charts are released into. */
  readonly namespace?: string;
}

/** What must be rendered among these files: every kustomization that no other one builds, every chart that is in no other one. */
export function findRoots(sources: readonly SourceText[]): readonly RenderRoot[] {
  const { kustomize, charts } = surveySources(sources);
  const kustomizations = kustomize.roots.filter(({ isComponent }) => !isComponent);
  return [
    ...kustomizations.map(({ directory }): RenderRoot => ({ tool: "kustomize", path: directory })),
    ...charts.map((directory): RenderRoot => ({ tool: "helm", path: directory })),
  ];
}

/** The roots that Kustomizations of Flux and Applications of Argo CD of these files deploy. */
export function deployedRoots(sources: readonly SourceText[]): ReadonlySet<string> {
  const { kustomize, charts, deployments } = surveySources(sources);
  const roots = new Set([...kustomize.roots.map(({ directory }) => directory), ...charts]);
  return new Set(deployments.flatMap(({ directories }) => directories.filter((directory) => roots.has(directory))));
}

/** The manifests that are rendered by nothing: no chart holds them, and no kustomization names them or stands beside them. */
export function plainSources(sources: readonly SourceText[]): readonly SourceText[] {
  const { manifests, kustomize, charts } = surveySources(sources);
  const isInChart = (name: string): boolean => charts.some((chart) => chart === "." || name.startsWith(`${chart}/`));
  const isApplied = (name: string): boolean =>
    !kustomize.isResource(name) && kustomize.passedOverBy(name) === undefined && !isInChart(name);
  return manifests.filter(({ name }) => isApplied(name));
}

/**
 * Renders a chart with `helm template`, a kustomization with `kustomize build` or `kubectl kustomize`, whichever is on the
 * PATH. Throws a UsageError when there is none, or when it fails.
 */
export async function render(root: RenderRoot, options: RenderOptions): Promise<Rendering> {
  const { cwd } = options;
  const place = path.resolve(cwd, root.path);
  if (!existsSync(place))
    throw new UsageError(`cannot render ${JSON.stringify(root.path)}: there is no such file or directory`);
  const text = decodeText(await (root.tool === "helm" ? helm(place, options) : kustomize(place, options)));
  if (text === undefined)
    throw new UsageError(`cannot read what is made of ${JSON.stringify(root.path)}: it is not UTF-8`);
  const sources = root.tool === "helm" ? await chartSources(place, cwd) : kustomizeTree(place, cwd);
  return { tool: root.tool, root: nameOf(place, cwd), text, sources };
}

async function helm(chart: string, options: RenderOptions): Promise<Buffer> {
  const { values = [], set = [], release = "release", namespace } = options;
  if (!/^[a-z0-9](?:[-a-z0-9.]{0,51}[a-z0-9])?$/.test(release))
    throw new UsageError(`${JSON.stringify(release)} is not the name of a release`);
  const args = [
    ...values.map((file) => `--values=${file}`),
    ...set.map((setting) => `--set=${setting}`),
    ...(namespace === undefined ? [] : [`--namespace=${namespace}`]),
  ];
  return (
    (await runTool("helm", ["template", release, chart, ...args], options)) ??
    missing("helm", "a chart is rendered with it")
  );
}

async function kustomize(directory: string, options: RenderOptions): Promise<Buffer> {
  return (
    (await runTool("kustomize", ["build", directory], options)) ??
    (await runTool("kubectl", ["kustomize", directory], options)) ??
    missing("kustomize or kubectl", "a kustomization is built with one of them")
  );
}

function missing(tool: string, why: string): never {
  throw new UsageError(`there is no ${tool} on the PATH: ${why}`);
}

/** The files of a chart; none of a packed one. */
async function chartSources(chart: string, cwd: string): Promise<readonly SourceText[]> {
  return statSync(chart).isDirectory() ? (await loadPaths([chart], { cwd })).sources : [];
}

function nameOf(place: string, cwd: string): string {
  const relative = path.relative(cwd, place);
  return relative === "" ? "." : relative.replaceAll(path.sep, "/");
}
