import type { RawValue } from "../parse/document.ts";
import { nearestName } from "./nearest-name.ts";
import type { ObjectCursor } from "./object-cursor.ts";
import { quote } from "./quote.ts";
import type { RawMapping } from "./raw-object.ts";

/** The fields that a struct of the API has, and what follows when one that it does not have is dropped. */
export interface FieldSet {
  readonly known: ReadonlySet<string>;
  /** A full sentence on what is left of the mapping, or undefined when nothing worth saying follows. */
  readonly consequence?: (map: RawMapping) => string | undefined;
  /** What was probably meant, where spelling does not tell. */
  readonly meant?: Readonly<Record<string, string>>;
  /** What was meant by what stands in the field, where that tells better than its name. */
  readonly meantBy?: (value: RawValue | undefined) => string | undefined;
}

/**
 * Reports the fields of the mapping that its kind does not have. They are dropped, as the API server does; kubectl warns of them
 * or, with `--validate=strict`, refuses the object.
 */
export function checkFields(at: ObjectCursor, map: RawMapping, fields: FieldSet): void {
  for (const key in map) if (!fields.known.has(key)) reportUnknown(at, map, key, fields);
}

/** The same of an entry of which nothing is left then, whose rule therefore fails closed: that is one problem. */
export function checkEmptied(at: ObjectCursor, map: RawMapping, known: readonly string[], what: string): void {
  const dropped = Object.keys(map).filter((key) => !known.includes(key));
  const [first] = dropped;
  const closed = `${what} that this version of the API knows, so the rule fails closed: an allowing rule matches nothing, any other denies everything. Write one of ${known.join(", ")}`;
  if (first === undefined) at.warn("unknown-peer", [], closed);
  else
    at.warn(
      "unknown-peer",
      [first],
      `without ${dropped.map(quote).join(" and ")}, which ${dropped.length === 1 ? "is no field here and is" : "are no fields here and are"} dropped, ${closed}`,
      "key",
    );
}

function reportUnknown(at: ObjectCursor, map: RawMapping, key: string, fields: FieldSet): void {
  const { known, consequence, meant, meantBy } = fields;
  const byName = meant !== undefined && Object.hasOwn(meant, key) ? meant[key] : nearestName(key, known);
  const nearest = (byName === undefined ? undefined : meantBy?.(map[key])) ?? byName;
  const hint = nearest === undefined ? `Known here: ${[...known].join(", ")}.` : `Did you mean ${nearest}?`;
  const left = consequence?.(map);
  const message = `unknown field ${quote(key)} is dropped. ${hint}${left === undefined ? "" : ` ${left}`}`;
  at.warn("unknown-field", [key], message, "key");
}
