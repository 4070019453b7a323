import type { Requirement, SelectorOperator } from "../model/selector.ts";

/** A question about a part of a label's value. */
export interface TextTest {
  readonly at: "anywhere" | "start" | "end";
  readonly text: string;
}

const tests: Readonly<Partial<Record<SelectorOperator, { readonly at: TextTest["at"]; readonly isNegated: boolean }>>> =
  {
    Contains: { at: "anywhere", isNegated: false },
    StartsWith: { at: "start", isNegated: false },
    EndsWith: { at: "end", isNegated: false },
    NotContains: { at: "anywhere", isNegated: true },
    NotStartsWith: { at: "start", isNegated: true },
    NotEndsWith: { at: "end", isNegated: true },
  };

/** What a requirement asks of a part of the value; undefined for one that asks for whole values. */
export function textTestOf({
  operator,
  values,
}: Pick<Requirement, "operator" | "values">): { readonly test: TextTest; readonly isNegated: boolean } | undefined {
  const known = tests[operator];
  return known && { test: { at: known.at, text: values[0] ?? "" }, isNegated: known.isNegated };
}

/** Whether a value has the part that is asked for. */
export function passesText({ at, text }: TextTest, value: string): boolean {
  switch (at) {
    case "anywhere":
      return value.includes(text);
    case "start":
      return value.startsWith(text);
    case "end":
      return value.endsWith(text);
  }
}
