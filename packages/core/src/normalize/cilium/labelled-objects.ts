import type { Service } from "../../model/cluster.ts";
import type { Peer, PodBox } from "../../model/policy.ts";
import type { Labels, Requirement, Selector } from "../../model/selector.ts";
import { matchesSelector } from "../../semantics/match-selector.ts";

const all: Selector = { requirements: [] };

/** Whether an object has the labels that a selector asks for, whichever side it took them for. */
export function hasLabels(
  { labels = {} }: { readonly labels?: Labels },
  { podSelector, namespaceSelector = all }: PodBox,
): boolean {
  return matchesSelector({ requirements: [...podSelector.requirements, ...namespaceSelector.requirements] }, labels);
}

/** The pods of a Service. */
export function podsOf({ namespace, selector = {} }: Service): Peer {
  const equal = ([key, value]: readonly [string, string]): Requirement => ({
    key,
    operator: "In",
    values: [value],
    from: "matchLabels",
  });
  return {
    type: "pods",
    namespaceSelector: { requirements: [equal(["kubernetes.io/metadata.name", namespace])] },
    podSelector: { requirements: Object.entries(selector).map(equal) },
  };
}
