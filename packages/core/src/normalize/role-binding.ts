import type { ClusterDraft } from "./cluster-draft.ts";
import type { KindReader } from "./kind-reader.ts";
import { groupOf, isList, isMapping, type RawObject } from "./raw-object.ts";

/** RoleBinding and ClusterRoleBinding: who has rights on the API, and so a use for it. */
export const roleBindingReaders: readonly KindReader[] = ["RoleBinding", "ClusterRoleBinding"].map((kind) => ({
  kind,
  reads: (apiVersion) => groupOf(apiVersion) === "rbac.authorization.k8s.io",
  read: readBinding,
}));

/** "Subjects holds references to the objects the role applies to." Without a namespace it is that of the binding. */
function readBinding({ value }: RawObject, { facts, defaultNamespace }: ClusterDraft): void {
  const { subjects, metadata } = value;
  if (!isList(subjects)) return;
  const own = isMapping(metadata) ? metadata["namespace"] : undefined;
  for (const subject of subjects) {
    if (!isMapping(subject) || subject["kind"] !== "ServiceAccount" || typeof subject["name"] !== "string") continue;
    const { namespace = own ?? defaultNamespace, name } = subject;
    if (typeof namespace === "string") facts.accountsWithRole.add(`${namespace}/${name}`);
  }
}
