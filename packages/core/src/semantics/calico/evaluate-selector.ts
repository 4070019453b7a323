import type { Labels } from "../../model/selector.ts";
import type { LabelTest, SelectorTree } from "./parse-selector.ts";

/** Whether something with these labels is selected. `isGlobal`: it has no namespace. */
export function selects(tree: SelectorTree, labels: Labels, isGlobal: boolean): boolean {
  switch (tree.type) {
    case "all":
      return true;
    case "global":
      return isGlobal;
    case "not":
      return !selects(tree.of, labels, isGlobal);
    case "and":
      return tree.of.every((part) => selects(part, labels, isGlobal));
    case "or":
      return tree.of.some((part) => selects(part, labels, isGlobal));
    case "test":
      return passes(tree.test, Object.hasOwn(labels, tree.test.key) ? labels[tree.test.key] : undefined);
  }
}

/** Whether a label of this value passes a test; one that is absent passes none. */
export function passes(test: LabelTest, value: string | undefined): boolean {
  if (value === undefined) return false;
  switch (test.type) {
    case "has":
      return true;
    case "in":
      return test.values.includes(value);
    case "contains":
      return value.includes(test.text);
    case "startsWith":
      return value.startsWith(test.text);
    case "endsWith":
      return value.endsWith(test.text);
  }
}
