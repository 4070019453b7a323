/**
 * A label that every pod of a template gets from its controller, of a value that the template does not tell.
 * `prefix` is what the value begins with.
 */
export interface ControllerLabel {
  readonly key: string;
  readonly prefix: string;
  /**
   * Where the replicas are numbered: the value is the prefix and the number of the replica, from `first` on, and there
   * are `count` of them. Absent: the value is the prefix and something that nobody can know (a hash, an id, a time).
   */
  readonly replicas?: { readonly first: number; readonly count: number };
}

/** Whether a pod may get `value`. */
export function mayHaveValue({ prefix, replicas }: ControllerLabel, value: string): boolean {
  if (!value.startsWith(prefix) || value.length === prefix.length) return false;
  return replicas === undefined || replicaOf(value.slice(prefix.length), replicas) !== undefined;
}

/** The number of the replica whose value of the label this is; undefined when no replica has it. */
export function replicaWith(label: ControllerLabel, value: string): number | undefined {
  const { prefix, replicas } = label;
  return replicas !== undefined && value.startsWith(prefix)
    ? replicaOf(value.slice(prefix.length), replicas)
    : undefined;
}

function replicaOf(
  text: string,
  { first, count }: { readonly first: number; readonly count: number },
): number | undefined {
  if (!/^(?:0|[1-9]\d{0,9})$/.test(text)) return undefined;
  const replica = Number(text);
  return replica >= first && replica < first + count ? replica : undefined;
}
