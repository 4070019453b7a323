import { compareStrings } from "../lib/compare.ts";

/** Objects by namespace and name; putting one over another tells which. Two levels of maps need no joined key for each object. */
export class ObjectStore<T> {
  readonly #byNamespace = new Map<string, Map<string, T>>();

  /** Puts an object in its place; the one that was there is returned. */
  put(namespace: string, name: string, object: T): T | undefined {
    let names = this.#byNamespace.get(namespace);
    if (names === undefined) this.#byNamespace.set(namespace, (names = new Map()));
    const earlier = names.get(name);
    names.set(name, object);
    return earlier;
  }

  get(namespace: string, name: string): T | undefined {
    return this.#byNamespace.get(namespace)?.get(name);
  }

  namespaces(): Iterable<string> {
    return this.#byNamespace.keys();
  }

  /** The objects, namespace by namespace. */
  objects(): T[] {
    const all: T[] = [];
    for (const names of this.#byNamespace.values()) for (const object of names.values()) all.push(object);
    return all;
  }

  /** The objects by namespace, then name. */
  sorted(): T[] {
    return [...this.#byNamespace]
      .toSorted(byKey)
      .flatMap(([, names]) => [...names].toSorted(byKey).map(([, object]) => object));
  }
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return compareStrings(a, b);
}
