import { isMapping } from "../lib/plain-values.ts";
import { pushAll } from "../lib/push-all.ts";
import { baseName, directoryOf, resolveFrom } from "../lib/file-path.ts";
import type { RawValue, SourceText } from "../parse/document.ts";
import { parseSource } from "../parse/parse-source.ts";
import type { Deployment } from "./deployments.ts";
import { type KustomizedChart, kustomizedCharts } from "./kustomize-charts.ts";
import { type Patches, patchesOf } from "./patches.ts";
import { changesLabels } from "./relabelling.ts";
import { transformationOf } from "./transformers.ts";

/** What a kustomization says of its files. Paths are names of the input. */
export interface Kustomization {
  readonly file: string;
  readonly directory: string;
  /** A component is built only as a part of others. */
  readonly isComponent: boolean;
  /** What it sets as the namespace of everything that it builds. */
  readonly namespace?: string;
  /** What its transformers set as the namespace into which Kustomizations of Flux that it builds deploy. */
  readonly targetNamespace?: string;
  /** What it puts before and behind names. */
  readonly namePrefix: string;
  readonly nameSuffix: string;
  /** The files and directories that it builds from. */
  readonly resources: readonly string[];
  /** The bases and files that it fetches from elsewhere, as written. */
  readonly remote: readonly string[];
  /** It changes the labels of what it builds, or what that selects by. */
  readonly relabels: boolean;
  /** What it changes of what it builds, object by object. */
  readonly patches: Patches;
  /** The charts that it has rendered. */
  readonly charts: readonly KustomizedChart[];
  /** Whatever else it may name: patches, generators' files, values, configurations. */
  readonly others: readonly string[];
  /** The object that has a tool build this. Absent: it is a kustomization itself. */
  readonly deployment?: Deployment;
}

const names = new Set(["kustomization.yaml", "kustomization.yml", "Kustomization"]);
const resourceFields = ["resources", "bases", "components"];
/** A longer text is no path. */
const maxPath = 1000;
/** A kustomization that names more than this names nothing that anybody wrote. */
const maxTexts = 100_000;

/** Whether a file is a kustomization, by its name. */
export function isKustomizationName(file: string): boolean {
  return names.has(baseName(file));
}

/** What a kustomization says; a broken one says nothing. */
export function readKustomization(
  source: SourceText,
  fileText: (file: string) => string | undefined = () => undefined,
): Kustomization {
  const { documents } = parseSource(source, { wants: () => true }, () => undefined);
  const value = documents[0]?.value ?? null;
  const directory = directoryOf(source.name);
  const entries = resourceFields.flatMap((field) => textsIn(fieldOf(value, field)));
  const remote = [...entries.filter(isRemote), ...chartNames(value)];
  const transformed = transformationOf(value, directory, fileText);
  // Transformers come last.
  const namespace = transformed.namespace ?? fieldOf(value, "namespace");
  return {
    file: source.name,
    directory,
    isComponent: fieldOf(value, "kind") === "Component",
    ...(typeof namespace === "string" && namespace !== "" ? { namespace } : {}),
    ...(transformed.targetNamespace === undefined ? {} : { targetNamespace: transformed.targetNamespace }),
    namePrefix: textOf(fieldOf(value, "namePrefix")),
    nameSuffix: textOf(fieldOf(value, "nameSuffix")),
    resources: entries.filter((entry) => !isRemote(entry)).map((entry) => resolveFrom(directory, entry)),
    remote,
    relabels: transformed.isUnread || changesLabels(value, directory, fileText),
    patches: patchesOf(value, { file: source.name, directory }, fileText),
    charts: kustomizedCharts(value, { file: source.name, directory }, fileText),
    others: otherTexts(value).map((text) => resolveFrom(directory, text)),
  };
}

function textOf(value: RawValue | undefined): string {
  return typeof value === "string" ? value : "";
}

/** The charts that it would fetch and render. */
function chartNames(value: RawValue): readonly string[] {
  const charts = fieldOf(value, "helmCharts");
  return Array.isArray(charts) ? charts.map((chart: RawValue) => textOf(fieldOf(chart, "name"))) : [];
}

/** `https://...`, `git@host:...`, `github.com/owner/repository//path?ref=v1`: not here. */
function isRemote(entry: string): boolean {
  return (
    /^[a-z][a-z+.-]*:|^git@|\?ref=|[^/]\/\/[^/]|^(?:[\w-]+\.)+[a-z]{2,}\/[\w.-]+\/[\w.-]+(?:\/|$)/i.test(entry) &&
    !entry.startsWith(".")
  );
}

/** Every text but those of resources: `key=path`, as generators write it, is both. */
function otherTexts(value: RawValue): readonly string[] {
  if (!isMapping(value)) return [];
  return Object.entries(value)
    .filter(([field]) => !resourceFields.includes(field))
    .flatMap(([, inner]) => textsIn(inner))
    .flatMap((text) => (text.includes("=") ? [text, text.slice(text.indexOf("=") + 1)] : [text]));
}

function textsIn(value: RawValue | undefined): readonly string[] {
  const texts: string[] = [];
  const waiting: (RawValue | undefined)[] = [value];
  while (waiting.length > 0 && texts.length < maxTexts) {
    const next = waiting.pop();
    if (typeof next === "string" && next.length <= maxPath && !next.includes("\n")) texts.push(next);
    else if (typeof next === "object" && next !== null) pushAll(waiting, Object.values(next).toReversed());
  }
  return texts;
}

function fieldOf(value: RawValue, field: string): RawValue | undefined {
  return isMapping(value) ? value[field] : undefined;
}
