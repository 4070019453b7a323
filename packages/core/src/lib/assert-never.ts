/** Makes the compiler prove that a union is handled completely; throws if data got past the types. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${String(value)}`);
}
