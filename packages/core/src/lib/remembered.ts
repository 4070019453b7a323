/**
 * A function that computes its answer once for each object. For readonly objects that many others share: what is asked of
 * a rule or a selector is the same wherever it stands.
 */
export function remembered<T extends object, V>(compute: (of: T) => V): (of: T) => V {
  const known = new WeakMap<T, V>();
  return (of) => {
    let value = known.get(of);
    if (value === undefined) known.set(of, (value = compute(of)));
    return value;
  };
}
