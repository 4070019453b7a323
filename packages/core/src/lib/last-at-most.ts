/** The place of the last item whose value is no more than a limit; -1 when there is none. The values ascend. */
export function lastAtMost<T>(items: readonly T[], limit: number, valueOf: (item: T) => number): number {
  let low = -1;
  let high = items.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (valueOf(items[middle] as T) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
