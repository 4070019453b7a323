import type { NotEvaluatedObject } from "../../model/cluster.ts";
import { apiVersionOf, type ClusterKind, resourceName } from "./cluster-kinds.ts";

/** What RBAC does not let npa read, and the rule that would. */
export interface MissingPermission {
  /** `get`: objects that npa asks for by their names. */
  readonly verb: "list" | "get";
  /** The API group; empty for the core group. */
  readonly group: string;
  /** The plural by which RBAC knows it, as `pods`. */
  readonly resource: string;
  /** The kind of the objects. */
  readonly kind: string;
  /** The rule that a ClusterRole lacks, or a Role in the one namespace that it is about, as YAML. */
  readonly rule: string;
  /** Namespaces whose objects were read all the same, one by one. */
  readonly readNamespaces: readonly string[];
  /** What is unknown without it. */
  readonly unknown: string;
}

/** What RBAC does not let npa read of a kind. */
export function missingPermission(kind: ClusterKind, readNamespaces: readonly string[]): MissingPermission {
  const { group, resource } = kind;
  const rule = `{apiGroups: ["${group}"], resources: ["${resource}"], verbs: ["list"]}`;
  return { verb: "list", group, resource, kind: kind.kind, rule, readNamespaces, unknown: kind.withoutIt };
}

/** The same of objects of one namespace that are asked for by their names. */
export function missingConfigMaps(kind: ClusterKind, namespace: string, names: readonly string[]): MissingPermission {
  const { group, resource } = kind;
  const rule = `{apiGroups: ["${group}"], resources: ["${resource}"], resourceNames: [${names.map((name) => `"${name}"`).join(", ")}], verbs: ["get"]} in namespace ${namespace}`;
  return { verb: "get", group, resource, kind: kind.kind, rule, readNamespaces: [], unknown: kind.withoutIt };
}

const shownNamespaces = 5;

/** The entry of `notEvaluated` for a list that is forbidden. */
export function forbiddenEntry(kind: ClusterKind, missing: MissingPermission): NotEvaluatedObject {
  const { readNamespaces, unknown } = missing;
  const shown = readNamespaces.slice(0, shownNamespaces).join(", ");
  const more = readNamespaces.length > shownNamespaces ? ` and ${readNamespaces.length - shownNamespaces} more` : "";
  const scope = readNamespaces.length === 0 ? "" : ` outside of ${shown}${more}`;
  const reason = `RBAC forbids to list ${resourceName(kind)}${scope}: ${unknown}`;
  return { ...entry(kind, reason), readNamespaces };
}

/** The entry for a built-in kind that the server does not have. */
export function absentEntry(kind: ClusterKind): NotEvaluatedObject {
  return entry(kind, `the server does not have ${resourceName(kind)} in ${apiVersionOf(kind)}: none can be in force`);
}

/** The entry for a kind whose API is installed but fails. */
export function failedEntry(kind: ClusterKind, failure: string): NotEvaluatedObject {
  return entry(kind, `${resourceName(kind)} could not be listed (${failure}): ${kind.withoutIt}`);
}

function entry(kind: ClusterKind, reason: string): NotEvaluatedObject {
  return { ref: { apiVersion: apiVersionOf(kind), kind: kind.kind, name: "*" }, reason };
}
