/** A list with each item changed; the same list where nothing changes. */
export function changed<T>(list: readonly T[], change: (one: T) => T): readonly T[] {
  const all = list.map(change);
  return all.every((one, i) => one === list[i]) ? list : all;
}
