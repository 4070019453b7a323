/** Whether a value of a document is a list: `Array.isArray` knows no readonly lists. */
export function isList<T>(value: T): value is Extract<T, readonly unknown[]> {
  return Array.isArray(value);
}

/** Whether it is a mapping. */
export function isMapping<T>(value: T): value is Extract<T, { readonly [key: string]: unknown }> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
