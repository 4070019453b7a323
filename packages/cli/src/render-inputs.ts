import path from "node:path";
import {
  type Cluster,
  type Config,
  type Diagnostic,
  type ReadOptions,
  type Rendering,
  type StoredObjects,
  UsageError,
  readClusters,
  readManifests,
  readRendering,
} from "@npa/core";
import { type RenderRoot, deployedRoots, findRoots, loadPaths, plainSources, render } from "@npa/core/node";
import { isConfig } from "./config-file.ts";
import { environmentNames } from "./environment-names.ts";
import type { InputFlags } from "./input-flags.ts";
import { type Io, asStage } from "./io.ts";
import { type Input, readOptions } from "./input.ts";

/**
 * Renders what the flags name, or what is found among the paths, each as an input by itself. Files that are named beside `-k`
 * and `--helm` belong to each. Throws a UsageError when what is named cannot be rendered, or nothing that was found.
 */
export async function renderInputs(
  io: Io,
  paths: readonly string[],
  flags: InputFlags,
  config: Config,
): Promise<readonly Input[]> {
  const loaded = await asStage(io, "read", () => loadPaths(paths, io));
  const sources = loaded.sources.filter((source) => !isConfig(source));
  const named = namedRoots(flags);
  const found = flags.render === true ? findRoots(sources) : [];
  const options = { ...readOptions(io, flags, config), problems: loaded.problems };
  const { renderings, failures } = await asStage(io, "read", () => renderAll(io, named, found, flags));
  const beside = flags.render === true ? [] : sources;
  const plain = flags.render === true ? plainSources(sources) : [];
  const problems = [...options.problems, ...failures.map(({ diagnostic }) => diagnostic)];
  const notRendered = failures.map(({ root }) => root);
  const { defaultNamespace } = options;
  const hints = [...loaded.hints, ...deployedHints(sources, flags.render === true ? renderings : [])];
  const clusters = plain.length === 0 && renderings.length > 0 ? [] : readClusters(plain, { ...options, problems });
  io.files?.add(io.cwd, [...loaded.sources, ...renderings.flatMap((rendering) => rendering.sources)]);
  const names = environmentNames([...renderings, ...clusters].map(({ root }) => root));
  const rendered = renderings.map((rendering, i): Input => {
    const environment = { name: names[i] ?? rendering.root, root: rendering.root };
    const read = (more: Partial<ReadOptions>): Cluster =>
      readRendering(rendering, beside, { ...options, problems, ...more });
    const from = [{ name: rendering.root, text: rendering.text }, ...rendering.sources, ...beside];
    const appliedTo = (onto: StoredObjects): Cluster => read({ onto });
    return { cluster: read({}), hints, defaultNamespace, environment, notRendered, from, appliedTo };
  });
  const rest = clusters.map(({ root, cluster, files }, i): Input => {
    const name = root === "." ? "files" : (names[renderings.length + i] ?? root);
    const appliedTo = (onto: StoredObjects): Cluster => readManifests(files, { ...options, problems, onto });
    return { cluster, hints, defaultNamespace, environment: { name, root }, notRendered, appliedTo };
  });
  return [...rendered, ...rest];
}

/** Of environments of which several are deployed: they may be parts of one cluster. */
function deployedHints(sources: Parameters<typeof deployedRoots>[0], renderings: readonly Rendering[]): Input["hints"] {
  const deployed = deployedRoots(sources);
  const together = renderings.filter(({ root }) => deployed.has(root));
  return together.length < 2 ? [] : together.map(({ root }) => ({ type: "deployed", path: root }));
}

function namedRoots({ kustomize = [], helm = [] }: InputFlags): readonly RenderRoot[] {
  return [
    ...kustomize.map((directory): RenderRoot => ({ tool: "kustomize", path: directory })),
    ...helm.map((chart): RenderRoot => ({ tool: "helm", path: chart })),
  ];
}

interface Rendered {
  readonly renderings: readonly Rendering[];
  /** What was found and could not be rendered: the answer lacks it. */
  readonly failures: readonly { readonly root: string; readonly diagnostic: Diagnostic }[];
}

async function renderAll(
  io: Io,
  named: readonly RenderRoot[],
  found: readonly RenderRoot[],
  flags: InputFlags,
): Promise<Rendered> {
  const { values = [], set = [], release, defaultNamespace: namespace } = flags;
  const options = {
    cwd: io.cwd,
    env: io.env,
    values: values.map((file) => path.resolve(io.cwd, file)),
    set,
    ...(release === undefined ? {} : { release }),
    ...(namespace === undefined ? {} : { namespace }),
  };
  const renderings: Rendering[] = [];
  const errors: { readonly root: RenderRoot; readonly error: UsageError }[] = [];
  for (const root of named) renderings.push(await render(root, options));
  for (const root of found) {
    try {
      renderings.push(await render(root, options));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      errors.push({ root, error });
    }
  }
  const [first] = errors;
  if (first !== undefined && renderings.length === 0) throw first.error;
  return {
    renderings,
    failures: errors.map(({ root, error }) => ({ root: root.path, diagnostic: failure(root, error) })),
  };
}

function failure({ path: root }: RenderRoot, { message, details }: UsageError): Diagnostic {
  const location = { file: root, line: 1, column: 1, endLine: 1, endColumn: 1, path: "" };
  const text = `it could not be rendered, and is not analysed: ${[message, ...details.slice(0, 5)].join("; ")}`;
  return { code: "unreadable-file", severity: "error", unreadable: true, message: text, location };
}
