/** What the page shows, as the part of the address behind `#`: every state has a link. */
export class State {
  readonly #listeners: (() => void)[] = [];

  constructor() {
    window.addEventListener("hashchange", () => {
      for (const listener of this.#listeners) listener();
    });
  }

  get(key: string): string {
    return this.#parameters().get(key) ?? "";
  }

  /** Entries that are separated by commas. */
  list(key: string): readonly string[] {
    const text = this.get(key);
    return text === "" ? [] : text.split(",");
  }

  /** Changes some keys and keeps the others; an empty text takes a key away. `quietly` adds no entry to the history. */
  set(changes: Readonly<Record<string, string>>, quietly = false): void {
    const hash = this.link(changes);
    if (hash === window.location.hash || (hash === "#" && window.location.hash === "")) return;
    if (!quietly) {
      window.location.hash = hash;
      return;
    }
    history.replaceState(null, "", hash);
    for (const listener of this.#listeners) listener();
  }

  /** The link to this state with some keys changed. */
  link(changes: Readonly<Record<string, string>>): string {
    const parameters = this.#parameters();
    for (const [key, value] of Object.entries(changes)) {
      if (value === "") parameters.delete(key);
      else parameters.set(key, value);
    }
    return `#${parameters.toString()}`;
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  #parameters(): URLSearchParams {
    return new URLSearchParams(window.location.hash.slice(1));
  }
}
