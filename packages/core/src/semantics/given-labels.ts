const given =
  /hash|controller-uid|job-name|generation|statefulset\.kubernetes\.io|pod-name$|pod-index$|completion-index$|^io\.cilium\.k8s\.|^pcsa\.|^projectcalico\.org\//u;

/** Whether a label is one that controllers, Cilium or Calico give a pod: it differs from pod to pod, or nobody wrote it. */
export function isGiven(key: string): boolean {
  return given.test(key);
}
