import * as fc from "fast-check";
import { dump } from "js-yaml";
import { describe, expect, it } from "vitest";
import type { RawValue } from "../../src/parse/document.ts";
import { KnownPlaces } from "../../src/parse/known-places.ts";
import { parseSource } from "../../src/parse/parse-source.ts";
import { type Found, findPlace, type Place } from "../../src/parse/place.ts";
import type { Location, NodePath } from "../../src/source/position.ts";

/** Knows nothing: every place is searched for. */
class NoPlaces extends KnownPlaces {
  override found(...[document, path, part]: Parameters<KnownPlaces["found"]>): Found {
    return findPlace(document.places(), path, part);
  }
}

/** The paths of all nodes of a value, and some that lead nowhere. */
function pathsOf(value: RawValue | undefined, path: NodePath = []): readonly NodePath[] {
  const below = Array.isArray(value)
    ? value.map((item: RawValue, i) => pathsOf(item, [...path, i]))
    : typeof value === "object" && value !== null
      ? Object.entries(value).map(([key, item]) => pathsOf(item, [...path, key]))
      : [];
  return [path, [...path, "nowhere"], [...path, 7], ...below.flat()];
}

function placesIn(text: string, knownPlaces: KnownPlaces): readonly Location[] {
  const options = { wants: () => true, knownPlaces };
  return parseSource({ name: "f.yaml", text }, options, () => {}).documents.flatMap((document) =>
    pathsOf(document.value).flatMap((path) => [document.locate(path), document.locate(path, "key")]),
  );
}

describe("places of specs that are written alike", () => {
  const scalar = fc.constantFrom("web", "10.0.0.0/8", "a b", "x\ny\n", "", "it's", "#", "spec", "- a", "y");
  const key = fc.constantFrom("ingress", "from", "spec", "ports", "a/b", "a: b");
  const { node } = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      scalar,
      fc.constantFrom(53, null, true),
      fc.array(tie("node"), { maxLength: 3 }),
      fc.dictionary(key, tie("node"), { maxKeys: 3 }),
    ),
  }));
  const head = fc.constantFrom(
    "kind: A\n",
    "# é\nkind: Long\nmetadata:\n  name: b\n",
    'kind: A\nmetadata: {name: "spec:"}\n',
    "kind: |\n  spec:\n  x\n",
  );
  const tail = fc.constantFrom("", "# end\n", "status: {}\n", "status:\n- spec: 1\n", "\n\n");
  const style = fc.record({ flowLevel: fc.constantFrom(-1, -1, 3), noArrayIndent: fc.boolean() });

  it("are those that a search of each document finds", () => {
    let again = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(head, fc.nat(1), tail), { minLength: 2, maxLength: 4 }),
        fc.tuple(node, node),
        style,
        fc.constantFrom("\n", "\n", "\r\n"),
        (documents, specs, options, ending) => {
          const text = documents
            .map(([before, which, after]) => `${before}${dump({ spec: specs[which] }, options)}${after}`)
            .join("---\n")
            .replaceAll("\n", ending);
          let searches = 0;
          class Counted extends KnownPlaces {
            override found(...[document, path, part]: Parameters<KnownPlaces["found"]>): Found {
              const { text: one, base } = document;
              const search = (length?: number): Place => (searches++, document.places(length));
              return super.found({ text: one, base, places: search }, path, part);
            }
          }
          const places = placesIn(text, new Counted());
          if (searches < places.length) again++;
          expect(places).toEqual(placesIn(text, new NoPlaces()));
        },
      ),
      { numRuns: 1000 },
    );
    expect(again).toBeGreaterThan(50);
  });
});
