import type { Cluster, NotEvaluatedObject } from "../model/cluster.ts";

/** Whether an object leaves alone who may connect to whom: it speaks of requests, of other networks, or is not in force. */
function isHarmless({ ref, mayChange }: NotEvaluatedObject): boolean {
  return ref.kind === "AuthorizationPolicy" || (mayChange !== undefined && Object.keys(mayChange).length === 0);
}

/** Why the pods of a namespace are not scored; undefined when nothing that is not evaluated may decide about them. */
export function notScoredReasons({ notEvaluated }: Cluster): (namespace: string) => string | undefined {
  const reasons = new Map<string | undefined, string>();
  for (const object of notEvaluated) {
    const { namespace } = object.ref;
    if (!isHarmless(object) && !reasons.has(namespace)) reasons.set(namespace, reasonOf(object));
  }
  return (namespace) => reasons.get(undefined) ?? reasons.get(namespace);
}

function reasonOf({ ref, mayChange }: NotEvaluatedObject): string {
  const name = ref.namespace === undefined ? ref.name : `${ref.namespace}/${ref.name}`;
  const onlyMakesPods = mayChange?.pods === true && Object.keys(mayChange).length === 1;
  const why = onlyMakesPods
    ? `of ${ref.apiVersion.replace(/\/.*$/, "")} makes pods that the input does not show`
    : "is not evaluated, and may decide who talks to whom";
  return `${`${ref.kind} ${name}`.trimEnd()} ${why}`;
}
