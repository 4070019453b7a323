import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isLabelValue } from "../../src/semantics/names.ts";
import { passesText, type TextTest } from "../../src/semantics/text-test.ts";
import { contains, equals, union } from "../../src/sets/interval-set.ts";
import { labelSyntax, namespaceNameSyntax, TextAtoms } from "../../src/symbolic/text-atoms.ts";

const pieces = fc.constantFrom("", "a", "b", "ab", "ba", "aa", "-", "b.", " ");
const tests: fc.Arbitrary<TextTest[]> = fc.uniqueArray(
  fc.record({ at: fc.constantFrom<TextTest["at"]>("anywhere", "start", "end"), text: pieces }),
  { maxLength: 5, selector: ({ at, text }) => `${at} ${text}` },
);
const values = fc.string({ unit: fc.constantFrom("a", "b", "c", "-", "."), maxLength: 6 }).filter(isLabelValue);

describe("atoms of what is asked of parts of values", () => {
  it("put every value where its answers are, and spell one for each", () => {
    fc.assert(
      fc.property(tests, values, (asked, value) => {
        const atoms = TextAtoms.of(asked, labelSyntax);
        if (atoms === undefined) throw new Error("too many states");
        const element = atoms.add(value);
        if (element === undefined) throw new Error(`no atom for ${value}`);
        expect(contains(atoms.all, element)).toBe(true);
        const fresh = atoms.fresh(element, (taken) => taken === value);
        expect(isLabelValue(fresh)).toBe(true);
        expect(fresh).not.toBe(value);
        for (const test of asked) {
          const own = passesText(test, value);
          expect({ test, fresh, in: contains(atoms.passing(test), element) }).toEqual({ test, fresh, in: own });
          expect(passesText(test, fresh)).toBe(own);
        }
      }),
      { numRuns: Number(process.env["NPA_PROPERTY_RUNS"] ?? 300) },
    );
  });

  it("have none that no value is in", () => {
    const [starts, has, never]: TextTest[] = [
      { at: "start", text: "web" },
      { at: "anywhere", text: "eb" },
      { at: "anywhere", text: "no blanks" },
    ];
    if (starts === undefined || has === undefined || never === undefined) throw new Error("three tests");
    const atoms = TextAtoms.of([starts, has, never], labelSyntax);
    expect(atoms?.passing(never)).toEqual([]);
    expect(equals(union(atoms?.passing(starts) ?? [], atoms?.passing(has) ?? []), atoms?.passing(has) ?? [])).toBe(
      true,
    );
  });

  it("have none of values that begin or end as none may, or are too long", () => {
    const passing = (...asked: readonly TextTest[]): readonly boolean[] => {
      const atoms = TextAtoms.of(asked, labelSyntax);
      return asked.map((test) => (atoms?.passing(test) ?? []).length > 0);
    };
    const odd = { text: "-" } as const;
    expect(passing({ ...odd, at: "start" }, { ...odd, at: "end" }, { ...odd, at: "anywhere" })).toEqual([
      false,
      false,
      true,
    ]);
    expect(passing({ at: "anywhere", text: "-." })).toEqual([true]);
    const whole = (length: number): TextTest => ({ at: "start", text: "a".repeat(length) });
    expect(passing(whole(63), whole(64))).toEqual([true, false]);
  });

  it("know that the name of a namespace is in lower case and not empty", () => {
    const capital: TextTest = { at: "anywhere", text: "A" };
    const empty: TextTest = { at: "start", text: "" };
    const atoms = TextAtoms.of([capital, empty], namespaceNameSyntax);
    expect(atoms?.passing(capital)).toEqual([]);
    expect(atoms?.passing(empty)).toEqual(atoms?.all);
  });

  it("are given up on when too much is asked", () => {
    const many = Array.from({ length: 31 }, (_, i): TextTest => ({ at: "anywhere", text: `x${i}` }));
    expect(TextAtoms.of(many, labelSyntax)).toBeUndefined();
    const long = Array.from({ length: 20 }, (_, i): TextTest => ({ at: "anywhere", text: `x${i}` }));
    expect(TextAtoms.of(long, labelSyntax)).toBeUndefined();
  });
});
