import type { Selector } from "../model/selector.ts";
import { selectorKey } from "../semantics/canonical-key.ts";

/** Selectors as numbers: the same requirements have the same number, however they are written. The empty selector is 0. */
export class SelectorIds {
  readonly #known = new WeakMap<Selector, number>();
  readonly #ids = new Map<string, number>([["", 0]]);

  of(selector: Selector): number {
    if (selector.requirements.length === 0) return 0;
    let id = this.#known.get(selector);
    if (id === undefined) {
      const key = selectorKey(selector);
      id = this.#ids.get(key);
      if (id === undefined) this.#ids.set(key, (id = this.#ids.size));
      this.#known.set(selector, id);
    }
    return id;
  }
}
