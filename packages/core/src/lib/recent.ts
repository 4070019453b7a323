/** Remembers what was asked for lately: at least `most` entries, and twice as many at most. */
export class Recent<K, V> {
  readonly #most: number;
  #young = new Map<K, V>();
  /** What was there before; what is asked for again comes back. */
  #old = new Map<K, V>();

  constructor(most: number) {
    this.#most = most;
  }

  get(key: K): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.put(key, old);
    return old;
  }

  put(key: K, value: V): void {
    if (this.#young.size >= this.#most) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }
}
