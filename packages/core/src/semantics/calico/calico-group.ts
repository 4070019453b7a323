/** The groups of Calico: that of its API server, and that of what it stores. */
const calicoV3 = "projectcalico.org/v3";
export const calicoCrdV1 = "crd.projectcalico.org/v1";

/** Whether an object is one of Calico's, in either of its groups. */
export function isCalico(apiVersion: string): boolean {
  return apiVersion === calicoV3 || apiVersion === calicoCrdV1;
}
