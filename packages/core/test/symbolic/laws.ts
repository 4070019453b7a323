/** The names of the laws that do not hold: a property expects none, so that a failure says which. */
export function broken(laws: Readonly<Record<string, boolean>>): string[] {
  return Object.keys(laws).filter((name) => laws[name] !== true);
}

/** If `premise` holds, so must the conclusion, which is not looked at otherwise. */
export function implies(premise: boolean, conclusion: () => boolean): boolean {
  return !premise || conclusion();
}
