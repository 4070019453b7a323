import type { AddressGroup } from "../../model/calico.ts";
import type { Namespace } from "../../model/cluster.ts";
import type { Selectable } from "./evaluate-selector.ts";

/** Before the labels that sets and endpoints have from their namespace. */
export const namespaceLabelPrefix = "pcns.";

/** A network set or a host endpoint as selectors look at it: one of a namespace has labels of that, too. */
export function selectableOf(
  { namespace, labels }: Pick<AddressGroup, "namespace" | "labels">,
  namespaces: ReadonlyMap<string, Namespace>,
): Selectable {
  if (namespace === undefined) return { labels, isGlobal: true };
  const every = Object.create(null) as Record<string, string>; // Object.create is typed as any
  const known = namespaces.get(namespace);
  for (const [key, value] of Object.entries(known?.labels ?? {})) every[`${namespaceLabelPrefix}${key}`] = value;
  every[`${namespaceLabelPrefix}projectcalico.org/name`] = namespace;
  Object.assign(every, labels, { "projectcalico.org/namespace": namespace });
  const what = { labels: every, isGlobal: false };
  return known?.declared === true ? what : { ...what, unknownPrefix: namespaceLabelPrefix };
}
