import type { Requirement, Selector } from "../model/selector.ts";

/** Selectors as numbers: the same requirements have the same number, however they are written. The empty selector is 0. */
export class SelectorIds {
  readonly #known = new WeakMap<Selector, number>();
  readonly #ids = new Map<string, number>([["", 0]]);

  of(selector: Selector): number {
    const { requirements } = selector;
    if (requirements.length === 0) return 0;
    let id = this.#known.get(selector);
    if (id === undefined) {
      const key =
        requirements.length === 1
          ? keyOf(requirements[0] as Requirement)
          : requirements.map(keyOf).toSorted().join("\u0003");
      id = this.#ids.get(key);
      if (id === undefined) this.#ids.set(key, (id = this.#ids.size));
      this.#known.set(selector, id);
    }
    return id;
  }
}

function keyOf({ key, operator, values }: Requirement): string {
  const listed = values.length > 1 ? values.toSorted().join("\u0002") : (values[0] ?? "");
  return `${key}\u0001${operator}\u0001${listed}`;
}
