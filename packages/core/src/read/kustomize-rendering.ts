import type { Report } from "../diagnostics/diagnostic.ts";
import { groupBy } from "../lib/group-by.ts";
import type { ParsedSource, RawDocument } from "../parse/document.ts";
import { type ParseOptions, parseSource } from "../parse/parse-source.ts";
import type { Locator } from "../source/position.ts";
import { isKustomizationName, readKustomization } from "../unrendered/kustomization.ts";
import { RenderedDocument, fileLocator, kindAndNameOf } from "./rendered-document.ts";
import type { Rendering } from "./rendering.ts";

/** The objects that kustomize made, with the places of the one source of that kind and name. */
export function kustomizeDocuments(
  { root, text, sources }: Rendering,
  options: ParseOptions,
  report: Report,
): readonly ParsedSource[] {
  const kustomizations = sources
    .filter(({ name }) => isKustomizationName(name))
    .map((source) => readKustomization(source));
  const top = kustomizations.find(({ directory }) => directory === root)?.file ?? root;
  const read = sources
    .filter(({ name }) => !isKustomizationName(name))
    .map((source) => parseSource(source, { wants: () => true }, () => undefined));
  const places = new SourcePlaces(
    read.flatMap(({ documents }) => documents),
    kustomizations.some(({ namePrefix, nameSuffix }) => namePrefix !== "" || nameSuffix !== ""),
  );
  const parsed = parseSource({ name: top, text }, options, report);
  const documents = parsed.documents.map(
    (document) => new RenderedDocument(document, places.of(document) ?? fileLocator(top)),
  );
  return [{ ...parsed, documents, ignoreComments: read.flatMap(({ ignoreComments = [] }) => ignoreComments) }];
}

/** Finds the object that another one was made from. */
class SourcePlaces {
  readonly #byKind: ReadonlyMap<string, readonly { readonly name: string; readonly document: RawDocument }[]>;
  readonly #isRenamed: boolean;

  constructor(documents: readonly RawDocument[], isRenamed: boolean) {
    const named = documents.flatMap((document) => {
      const identity = kindAndNameOf(document.value);
      return identity === undefined ? [] : [{ ...identity, document }];
    });
    this.#byKind = groupBy(named, ({ kind }) => kind);
    this.#isRenamed = isRenamed;
  }

  of({ value }: RawDocument): Locator | undefined {
    const identity = kindAndNameOf(value);
    const sameKind = this.#byKind.get(identity?.kind ?? "") ?? [];
    const same = sameKind.find(({ name }) => name === identity?.name);
    return (same ?? (this.#isRenamed ? longest(sameKind, identity?.name ?? "") : undefined))?.document;
  }
}

/** The object with the longest name within a name that got a prefix or a suffix. */
function longest<T extends { readonly name: string }>(objects: readonly T[], name: string): T | undefined {
  return objects.filter((each) => name.includes(each.name)).toSorted((a, b) => b.name.length - a.name.length)[0];
}
