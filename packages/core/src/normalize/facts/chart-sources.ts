import type { RawValue } from "../../parse/document.ts";
import type { ClusterDraft } from "../cluster-draft.ts";
import type { KindReader } from "../kind-reader.ts";
import { refOf } from "../not-evaluated.ts";
import { emptyMapping, groupOf, isMapping, type RawMapping, type RawObject } from "../raw-object.ts";

/** An object of Flux that a HelmRelease takes its chart from. */
export interface ChartSource {
  readonly kind: string;
  /** As written; absent where it is not. */
  readonly namespace?: string;
  readonly name: string;
  /** What the chart is called. */
  readonly chart: string | undefined;
  /** Its version, as it is written. */
  readonly version: string | undefined;
}

const kinds = ["OCIRepository", "HelmChart"];

/** Readers of what the `chartRef` of a HelmRelease names. */
export const chartSourceReaders: readonly KindReader[] = kinds.map((kind) => ({
  kind,
  reads: (apiVersion) => groupOf(apiVersion) === "source.toolkit.fluxcd.io",
  read: (object, draft) => void draft.chartSources.push(chartSourceOf(object)),
}));

function chartSourceOf(object: RawObject): ChartSource {
  const { kind, namespace, name } = refOf(object);
  const spec = within(object.value, "spec");
  const at = { kind, name, ...(namespace === undefined ? {} : { namespace }) };
  if (kind === "HelmChart") return { ...at, chart: textOf(spec["chart"]), version: textOf(spec["version"]) };
  // "Digest takes precedence over SemVer, and SemVer over tag"; beside a digest a tag says what that is.
  const { semver, tag, digest } = within(spec, "ref");
  const chart = /^oci:\/\/.*\/([^/]+)\/?$/.exec(textOf(spec["url"]) ?? "")?.[1];
  return { ...at, chart, version: digest === undefined ? textOf(semver ?? tag) : textOf(tag) };
}

/** The chart that a HelmRelease names by reference, as far as what it names is in the input, once all of it is read. */
export function referencedChart(
  reference: RawMapping,
  release: RawObject,
  { chartSources }: Pick<ClusterDraft, "chartSources">,
): Pick<ChartSource, "chart" | "version"> {
  const namespace = textOf(reference["namespace"]) ?? refOf(release).namespace;
  const found = chartSources.filter(
    (source) =>
      source.kind === reference["kind"] &&
      source.name === reference["name"] &&
      (source.namespace === undefined || namespace === undefined || source.namespace === namespace),
  );
  // Of several clusters in one input each has its own.
  const only = <K extends "chart" | "version">(key: K): ChartSource[K] | undefined =>
    new Set(found.map((source) => source[key])).size === 1 ? found[0]?.[key] : undefined;
  return { chart: only("chart") ?? textOf(reference["name"]), version: only("version") };
}

function within(value: RawMapping, key: string): RawMapping {
  const inner = value[key];
  return isMapping(inner) ? inner : emptyMapping;
}

function textOf(value: RawValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
