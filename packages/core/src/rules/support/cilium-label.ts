import type { Selector } from "../../model/selector.ts";
import type { RuleContext } from "../context.ts";
import type { NearMiss } from "./near-miss.ts";

/** "Labels of identities": the namespace of a pod, its account, its cluster, and the labels of its namespace. */
const ofIdentities = /^(?:k8s[:.])?(?:io\.cilium\.k8s\.|io\.kubernetes\.pod\.namespace$)/u;

/** A label that Cilium gives its identities is no mistake where Cilium enforces, which nothing tells of the input. */
export function ciliumLabel({ cluster, reachability }: RuleContext, { requirements }: Selector): NearMiss | undefined {
  const { dataplane } = reachability.options.assumptions;
  if (dataplane !== "unknown" || cluster.assumed?.dataplane !== undefined) return undefined;
  const asked = requirements.find(({ key, operator }) => operator !== "DoesNotExist" && ofIdentities.test(key));
  return (
    asked && {
      text: `${asked.key} is a label that Cilium gives pods, and nothing in the input tells that Cilium enforces`,
      description: `Say so with --assume dataplane=cilium if it does. Otherwise ask for labels that pods and namespaces have.`,
    }
  );
}
