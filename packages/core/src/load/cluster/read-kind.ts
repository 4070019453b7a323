import type { NotEvaluatedObject } from "../../model/cluster.ts";
import type { RawValue } from "../../parse/document.ts";
import { ApiFault, statusOf } from "./api-fault.ts";
import type { ClusterKind } from "./cluster-kinds.ts";
import { shortFailure } from "./failure-message.ts";
import { absentEntry, failedEntry, forbiddenEntry, type MissingPermission, missingPermission } from "./missing-list.ts";
import { type ListOptions, readList } from "./read-list.ts";

/** What came of reading a kind. */
export interface KindRead {
  readonly kind: ClusterKind;
  readonly objects: readonly RawValue[];
  readonly forbidden?: MissingPermission;
  /** The 403 that made it forbidden. */
  readonly refusal?: ApiFault;
  readonly absent?: boolean;
  /** Why objects of this kind may be missing. */
  readonly notEvaluated?: NotEvaluatedObject;
}

/**
 * Reads all objects of a kind. Where RBAC forbids the list of all namespaces, those of `namespaces` are read one by one.
 * Throws an `ApiFault` for what must not be passed over.
 */
export async function readKind(
  kind: ClusterKind,
  namespaces: readonly string[],
  options: ListOptions,
): Promise<KindRead> {
  try {
    return { kind, objects: await readList(kind, undefined, options) };
  } catch (error) {
    const status = statusOf(error);
    if (!(error instanceof ApiFault)) throw error;
    if (status === 403) return await readNamespaces(kind, kind.namespaced ? namespaces : [], options, error);
    if (status === 404 || status === 405) return absent(kind);
    if (kind.presence === "built-in" || !isOwnFailure(error)) throw error;
    if (kind.presence === "facts") return { kind, objects: [] };
    return { kind, objects: [], notEvaluated: failedEntry(kind, shortFailure(error.fault, options.client.secrets)) };
  }
}

/** A kind that is not Kubernetes' own may be served by another server, which may be down: the others are read all the same. */
export function isOwnFailure({ fault }: ApiFault): boolean {
  return (fault.kind === "status" && fault.status !== 401) || fault.kind === "malformed" || fault.kind === "endless";
}

function absent(kind: ClusterKind): KindRead {
  const entry = kind.presence === "built-in" ? { notEvaluated: absentEntry(kind) } : {};
  return { kind, objects: [], absent: true, ...entry };
}

async function readNamespaces(
  kind: ClusterKind,
  namespaces: readonly string[],
  options: ListOptions,
  refusal: ApiFault,
): Promise<KindRead> {
  let read = 0;
  const lists = await Promise.all(
    namespaces.map(async (namespace) => {
      const objects = await listUnlessForbidden(kind, namespace, options);
      if (objects === undefined) return undefined;
      read += objects.length;
      options.onRead(read, undefined);
      return { namespace, objects };
    }),
  );
  const allowed = lists.filter((list) => list !== undefined);
  const missing = missingPermission(
    kind,
    allowed.map(({ namespace }) => namespace),
  );
  const objects = allowed.flatMap((list) => list.objects);
  // No answer hangs on facts: that they are missing is said once, with the rule.
  const entry = kind.presence === "facts" ? {} : { notEvaluated: forbiddenEntry(kind, missing) };
  return { kind, objects, forbidden: missing, refusal, ...entry };
}

async function listUnlessForbidden(
  kind: ClusterKind,
  namespace: string,
  options: ListOptions,
): Promise<readonly RawValue[] | undefined> {
  try {
    return await readList(kind, namespace, { ...options, onRead: () => {} });
  } catch (error) {
    const status = statusOf(error);
    // A namespace may be deleted meanwhile.
    if (status === 403 || status === 404) return undefined;
    throw error;
  }
}
