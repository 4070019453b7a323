import { countStep } from "./stoppable.ts";

/** The items by key, keys and items in the order they come. */
export function groupBy<T, K>(items: Iterable<T>, key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    countStep();
    const itsKey = key(item);
    const group = groups.get(itsKey);
    if (group === undefined) groups.set(itsKey, [item]);
    else group.push(item);
  }
  return groups;
}
