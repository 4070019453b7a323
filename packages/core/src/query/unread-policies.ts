import type { Cluster } from "../model/cluster.ts";
import type { ListedEndpoint } from "../reachability/endpoints.ts";
import type { VerdictPart } from "../answers/verdict.ts";
import type { CanAnswer } from "./can.ts";

/**
 * Where RBAC hides the NetworkPolicies of an end's namespace, what no known policy denies is unknown, not allowed.
 * What is denied stays denied: policies that allow are policies of a namespace that isolates, and that one was read.
 */
export function withUnreadPolicies(
  answer: CanAnswer,
  cluster: Cluster,
  endpoints: readonly ListedEndpoint[],
): CanAnswer {
  const wide = unreadClusterWide(cluster);
  if (wide !== undefined) return withUnreadClusterWide(answer, wide, endpoints);
  const isUnread = unreadNamespaces(cluster);
  if (isUnread === undefined) return answer;
  const hidden = new Set<string>();
  const unreadOf = new Map(
    endpoints.flatMap(({ endpoint }) => {
      const isIsolated = endpoint.type === "workload" && endpoint.hostNetwork !== true;
      return isIsolated && isUnread(endpoint.namespace) ? [[endpoint.id, endpoint.namespace] as const] : [];
    }),
  );
  const parts = answer.parts.map((part): VerdictPart => {
    // "A pod cannot block access to itself": neither can a policy that nobody read.
    if (part.answer !== "yes" || isSamePod(part, endpoints)) return part;
    const namespaces = [part.source, part.target].flatMap((id) => unreadOf.get(id) ?? []);
    for (const namespace of namespaces) hidden.add(namespace);
    return namespaces.length === 0 ? part : { ...part, answer: "unknown", ports: {}, all: false };
  });
  if (hidden.size === 0) return answer;
  const total = parts.some((part) => part.answer === "yes") ? "yes" : "unknown";
  const names = [...hidden].join(" and ");
  return {
    ...answer,
    parts,
    answer: total,
    ...(total === "yes" ? {} : { ports: {}, all: false }),
    partial: answer.partial || new Set(parts.map((part) => part.answer)).size > 1,
    notes: [...answer.notes, `the NetworkPolicies of ${names} could not be read: one of them may deny it`],
  };
}

function isSamePod({ source, target }: VerdictPart, endpoints: readonly ListedEndpoint[]): boolean {
  return source === target && endpoints.some(({ endpoint, toItself }) => endpoint.id === source && !toItself);
}

/** Which namespaces' NetworkPolicies RBAC hides; undefined where it hides none. */
function unreadNamespaces({ notEvaluated }: Cluster): ((namespace: string) => boolean) | undefined {
  const read = notEvaluated.find(
    ({ ref, readNamespaces }) =>
      ref.kind === "NetworkPolicy" && ref.apiVersion.startsWith("networking.k8s.io/") && readNamespaces !== undefined,
  )?.readNamespaces;
  return read === undefined ? undefined : (namespace) => !read.includes(namespace);
}

/** The first kind of cluster-wide policies that could not be listed, those of the Admin tier before others. */
function unreadClusterWide({ notEvaluated }: Cluster): string | undefined {
  const unread = notEvaluated.filter(
    ({ ref }) => ref.name === "*" && ref.apiVersion.startsWith("policy.networking.k8s.io/"),
  );
  const kinds = unread.map(({ ref }) => ref.kind);
  return kinds.find((kind) => kind !== "BaselineAdminNetworkPolicy") ?? kinds[0];
}

/** What is unread of the Admin tier may deny what is allowed and allow what is denied; of the Baseline tier only deny. */
function withUnreadClusterWide(answer: CanAnswer, kind: string, endpoints: readonly ListedEndpoint[]): CanAnswer {
  const mayAllow = kind !== "BaselineAdminNetworkPolicy";
  const parts = answer.parts.map((part): VerdictPart => {
    const isSure = (part.answer === "no" && !mayAllow) || isSamePod(part, endpoints);
    return isSure ? part : { ...part, answer: "unknown", ports: {}, all: false };
  });
  const total = (["yes", "unknown", "no"] as const).find((one) => parts.some((part) => part.answer === one)) ?? "no";
  return {
    ...answer,
    parts,
    answer: total,
    ...(total === "yes" ? {} : { ports: {}, all: false }),
    notes: [
      ...answer.notes,
      `objects of kind ${kind} could not be read: one of them may deny it${mayAllow ? ", or allow it" : ""}`,
    ],
  };
}
