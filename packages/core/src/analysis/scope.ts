/** The namespaces that an answer is limited to; undefined when it is about all. */
export function scopeOf(namespaces: readonly string[] | undefined): ReadonlySet<string> | undefined {
  return namespaces === undefined || namespaces.length === 0 ? undefined : new Set(namespaces);
}

/** The objects of these namespaces, and those that are in none and hold in all. */
export function inScope<T extends { readonly namespace?: string }>(
  objects: readonly T[],
  scope: ReadonlySet<string> | undefined,
): readonly T[] {
  return objects.filter(({ namespace }) => scope === undefined || namespace === undefined || scope.has(namespace));
}
