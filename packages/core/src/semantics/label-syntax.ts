import type { Selector } from "../model/selector.ts";
import { isLabelValue, isQualifiedName } from "./names.ts";

/** The label that "the control plane sets on all namespaces; its value is the namespace name". */
export const namespaceNameLabel = "kubernetes.io/metadata.name";

/** Labels that a data plane gives every pod for its service account. */
const accountLabels: ReadonlySet<string> = new Set([
  "io.cilium.k8s.policy.serviceaccount",
  "projectcalico.org/serviceaccount",
  "pcsa.projectcalico.org/name",
  "io.cilium.k8s.policy.cluster",
]);

/** Whether every pod has a label of the key, as rules that ask for it see pods. */
export function everyPodHas(key: string): boolean {
  return accountLabels.has(key);
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
