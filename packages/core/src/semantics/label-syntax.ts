import type { Selector } from "../model/selector.ts";
import { isLabelValue, isQualifiedName } from "./names.ts";

/** The label that "the control plane sets on all namespaces; its value is the namespace name". */
export const namespaceNameLabel = "kubernetes.io/metadata.name";

/** Labels that Calico gives every pod. */
const calicoLabels: ReadonlySet<string> = new Set(["projectcalico.org/serviceaccount", "pcsa.projectcalico.org/name"]);

/** Labels that Cilium gives every pod, and no other endpoint that policies select. */
const ciliumLabels: ReadonlySet<string> = new Set([
  "io.cilium.k8s.policy.serviceaccount",
  "io.cilium.k8s.policy.cluster",
]);

/** Whether every pod has a label of the key, as rules that ask for it see pods. */
export function everyPodHas(key: string): boolean {
  return ciliumLabels.has(key) || everySubjectHas(key);
}

/** Whether all that policies select has a label of the key. */
export function everySubjectHas(key: string): boolean {
  return calicoLabels.has(key);
}

const kubernetesOperators: ReadonlySet<string> = new Set(["In", "NotIn", "Exists", "DoesNotExist"]);

/** Whether a selector of Kubernetes can say it: those of Calico ask for parts of values, and those of Cilium for keys of its own. */
export function isKubernetesSelector({ requirements }: Selector): boolean {
  return requirements.every(
    ({ key, operator, values }) =>
      kubernetesOperators.has(operator) && isQualifiedName(key) && values.every(isLabelValue),
  );
}

/** Whether it asks for a label that no pod can have: identities of Cilium that are no pods have such. */
export function asksForNoPod({ requirements }: Selector): boolean {
  return requirements.some(
    ({ key, operator }) => (operator === "In" || operator === "Exists") && !isQualifiedName(key),
  );
}
