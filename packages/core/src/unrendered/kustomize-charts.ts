import { isMapping } from "../lib/plain-values.ts";
import { resolveFrom } from "../lib/file-path.ts";
import type { RawValue } from "../parse/document.ts";
import { parseSource } from "../parse/parse-source.ts";

/** A chart that a kustomization has rendered, as far as the input tells its values. */
export interface KustomizedChart {
  /** The file of the kustomization. */
  readonly file: string;
  readonly name: string;
  /** As it is written. */
  readonly version: RawValue | undefined;
  readonly values: Values;
  /** Whether there are values that the input does not have. */
  readonly hasOthers: boolean;
}

type Values = { readonly [key: string]: RawValue };

/** "helmCharts: name, version, valuesFile, additionalValuesFiles, valuesInline, which overrides them". */
export function kustomizedCharts(
  value: RawValue,
  { file, directory }: { readonly file: string; readonly directory: string },
  textOf: (file: string) => string | undefined,
): readonly KustomizedChart[] {
  const charts = isMapping(value) ? value["helmCharts"] : undefined;
  return (Array.isArray(charts) ? charts : []).filter(isMapping).flatMap((chart): readonly KustomizedChart[] => {
    const { name, version, valuesFile, additionalValuesFiles, valuesInline } = chart;
    if (typeof name !== "string") return [];
    const written: readonly RawValue[] = [valuesFile ?? [], additionalValuesFiles ?? []].flat();
    const read = written.map((path) =>
      typeof path === "string" ? valuesIn(textOf(resolveFrom(directory, path))) : undefined,
    );
    const layers = [...read, isMapping(valuesInline) ? valuesInline : {}];
    const values = layers.reduce<Values>((below, layer) => merged(below, layer ?? {}), {});
    return [{ file, name, version, values, hasOthers: read.includes(undefined) }];
  });
}

function valuesIn(text: string | undefined): Values | undefined {
  if (text === undefined) return undefined;
  const { documents } = parseSource({ name: "", text }, { wants: () => true }, () => undefined);
  const value = documents[0]?.value;
  return isMapping(value) ? value : undefined;
}

/** Values over others: mappings are merged, all else is replaced. */
function merged(below: Values, above: Values): Values {
  const all = new Map(Object.entries(below));
  for (const [key, value] of Object.entries(above)) {
    const known = all.get(key);
    all.set(key, isMapping(known) && isMapping(value) ? merged(known, value) : value);
  }
  return Object.fromEntries(all);
}
