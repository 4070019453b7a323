import type { Report } from "../../diagnostics/diagnostic.ts";
import type { SelectorTree } from "../../model/calico.ts";
import { type PodBox, type Policy, directions } from "../../model/policy.ts";
import { refKey } from "../../semantics/canonical-key.ts";
import { mostBoxes, podBoxes } from "../../semantics/calico/selector-boxes.ts";
import { locationOf } from "../../source/position.ts";

/** A selector that asks for more boxes than anybody means: nothing is known of whom it selects. */
export const tooManyBoxes = "a selector of too many parts";

/** So few boxes a selector may have however many there are of others. */
const fewBoxes = 16;
/** The boxes that all selectors with more than a few may have together. */
const mostInAll = 30_000;

/** Selectors as boxes: a line of text may be hundreds of them, and a small file has thousands of such lines. */
export class BoundedBoxes {
  #left = mostInAll;

  /** The pods that a selector selects; undefined when that takes more boxes than anybody means. */
  of(tree: SelectorTree): readonly PodBox[] | undefined {
    const boxes = podBoxes(tree, this.#left > 0 ? mostBoxes : fewBoxes);
    if (boxes !== undefined && boxes.length > fewBoxes) this.#left -= boxes.length;
    return boxes;
  }
}

/** What is not known of policies because of their selectors may be that they open everything: an answer without them is none. */
export function reportTooManyBoxes(policies: readonly Policy[], report: Report): void {
  const told = new Set<string>();
  for (const policy of policies) {
    if (!asksForTooMuch(policy) || told.has(refKey(policy.ref))) continue;
    told.add(refKey(policy.ref));
    report({
      code: "input-too-large",
      severity: "error",
      unreadable: true,
      message: `a selector of ${policy.ref.kind} ${policy.name} has too many combinations of alternatives, so it is not known what the policy selects: use fewer of || and != within &&, or several policies`,
      location: locationOf(policy.origin, ["spec"]),
      object: policy.ref,
    });
  }
}

function asksForTooMuch({ unknownSubject, rules }: Policy): boolean {
  return (
    unknownSubject === tooManyBoxes ||
    directions.some((direction) => rules[direction].some(({ unknown }) => unknown === tooManyBoxes))
  );
}
