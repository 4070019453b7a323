import { h } from "./element.ts";

const step = 50;

/** A list of which only as much is made as was scrolled to. Printing makes all of it, up to a bound. */
export class LongList<T> {
  readonly element: HTMLElement = h("div", { class: "long-list" });
  readonly #items: HTMLElement = h("div");
  readonly #more: HTMLButtonElement;
  readonly #render: (item: T, before: T | undefined) => Node;
  #all: readonly T[] = [];
  #shown = 0;

  constructor(render: (item: T, before: T | undefined) => Node) {
    this.#render = render;
    this.#more = h("button", { type: "button", class: "more", onclick: () => this.#show(step) });
    this.element.append(this.#items, this.#more);
    new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) this.#show(step);
      },
      { rootMargin: "400px" },
    ).observe(this.#more);
    window.addEventListener("beforeprint", () => this.#show(2_000));
  }

  /** Shows other items, from the first one on. */
  set(items: readonly T[]): void {
    this.#all = items;
    this.#shown = 0;
    this.#items.replaceChildren();
    this.#show(step);
  }

  #show(count: number): void {
    const end = Math.min(this.#all.length, this.#shown + count);
    for (; this.#shown < end; this.#shown++)
      this.#items.append(this.#render(this.#all[this.#shown] as T, this.#all[this.#shown - 1]));
    const rest = this.#all.length - this.#shown;
    this.#more.hidden = rest === 0;
    this.#more.textContent = `Show more (${rest.toLocaleString("en-US")} left)`;
  }
}
