/** Appends many items. `push(...items)` puts every item on the stack, which a large input overflows. */
export function pushAll<T>(to: T[], items: Iterable<T>): void {
  for (const item of items) to.push(item);
}
