import type { Labels } from "../../model/selector.ts";
import { passesText } from "../text-test.ts";
import type { LabelTest, SelectorTree } from "../../model/calico.ts";

/** Something that selectors look at. */
export interface Selectable {
  readonly labels: Labels;
  /** It has no namespace. */
  readonly isGlobal: boolean;
  /** Labels whose keys begin so are not known, unless they are among `labels`. */
  readonly unknownPrefix?: string;
}

/** Whether something is selected; `maybe` where that depends on labels that are not known. */
export type Selected = "yes" | "maybe" | "no";

/** Whether a selector selects something. A selector that asks twice for an unknown label may be `maybe` without need. */
export function selects(tree: SelectorTree, what: Selectable): Selected {
  switch (tree.type) {
    case "all":
      return "yes";
    case "global":
      return what.isGlobal ? "yes" : "no";
    case "not":
      return opposite(selects(tree.of, what));
    case "and":
      return weakest(tree.of.map((part) => selects(part, what)));
    case "or":
      return opposite(weakest(tree.of.map((part) => opposite(selects(part, what)))));
    case "test":
      return testSelects(tree.test, what);
  }
}

function testSelects(test: LabelTest, { labels, unknownPrefix }: Selectable): Selected {
  const { key } = test;
  const isKnown = Object.hasOwn(labels, key);
  if (!isKnown && unknownPrefix !== undefined && key.startsWith(unknownPrefix)) return "maybe";
  return passes(test, isKnown ? labels[key] : undefined) ? "yes" : "no";
}

function opposite(selected: Selected): Selected {
  if (selected === "maybe") return "maybe";
  return selected === "yes" ? "no" : "yes";
}

function weakest(parts: readonly Selected[]): Selected {
  if (parts.includes("no")) return "no";
  return parts.includes("maybe") ? "maybe" : "yes";
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
      return passesText({ at: "anywhere", text: test.text }, value);
    case "startsWith":
      return passesText({ at: "start", text: test.text }, value);
    case "endsWith":
      return passesText({ at: "end", text: test.text }, value);
  }
}
