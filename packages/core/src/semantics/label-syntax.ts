const labelValue = /^(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?)?$/;

/** "A valid label value must be 63 characters or less, and unless empty begin and end with an alphanumeric character." */
export function isLabelValue(text: string): boolean {
  return text.length <= 63 && labelValue.test(text);
}

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
