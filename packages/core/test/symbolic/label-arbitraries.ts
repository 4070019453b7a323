import * as fc from "fast-check";
import type { Labels, Requirement, Selector } from "../../src/model/selector.ts";

export const keys = ["a", "b", "c"] as const;
/** Values that selectors name; the last one is no valid label value, so no object carries it. */
const named = ["x", "y", "", "-bad-"] as const;
/** What an object may carry: the valid named values and one that nobody names. */
const carried = [undefined, "x", "y", "", "fresh"] as const;

const values = fc.uniqueArray(fc.constantFrom(...named), { minLength: 1, maxLength: 3 });
const key = fc.constantFrom(...keys);

const requirement: fc.Arbitrary<Requirement> = fc.oneof(
  fc.record({
    key,
    operator: fc.constantFrom("In" as const, "NotIn" as const),
    values,
    from: fc.constant("matchExpressions" as const),
  }),
  fc.record({
    key,
    operator: fc.constantFrom("Exists" as const, "DoesNotExist" as const),
    values: fc.constant([]),
    from: fc.constant("matchExpressions" as const),
  }),
);

export const selector: fc.Arbitrary<Selector> = fc.record({
  requirements: fc.array(requirement, { maxLength: 4 }),
});

/** Every way to label an object with the keys, in the values that selectors can tell apart. */
export const allLabels: readonly Labels[] = keys.reduce<Labels[]>(
  (sofar, name) =>
    sofar.flatMap((labels) =>
      carried.map((value) => (value === undefined ? labels : Object.assign({ [name]: value }, labels))),
    ),
  [{}],
);

/** A selector of one matchLabels entry. */
export function label(name: string, value: string): Selector {
  return { requirements: [{ key: name, operator: "In", values: [value], from: "matchLabels" }] };
}

/** A selector of one expression. */
export function expression(name: string, operator: Requirement["operator"], ...named: string[]): Selector {
  return { requirements: [{ key: name, operator, values: named, from: "matchExpressions" }] };
}

export function all(...selectors: Selector[]): Selector {
  return { requirements: selectors.flatMap(({ requirements }) => requirements) };
}
