import type { ClusterDraft } from "./cluster-draft.ts";
import type { RawObject } from "./raw-object.ts";

/** Reads the objects of one kind. A new kind is one file with such a reader and a line in the registry. */
export interface KindReader {
  readonly kind: string;
  /** Whether this is the kind's own API: other projects have kinds of the same name. */
  readonly reads: (apiVersion: string) => boolean;
  /** Its objects are policies. Absent: those of kinds that are called one (`...Policy`). */
  readonly isPolicy?: true;
  /** Its objects are outside namespaces. Absent: those of kinds whose names say so (`isClusterWideName`). */
  readonly isClusterWide?: true;
  /** Adds the object to the draft, or reports why not. */
  readonly read: (object: RawObject, draft: ClusterDraft) => void;
}
