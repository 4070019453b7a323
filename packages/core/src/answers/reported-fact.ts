import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import type { Location } from "../source/position.ts";

/** Something that an object of the input tells of the cluster itself, and that findings may rest on. */
export interface ReportedFact {
  /** Which fact it is. */
  readonly fact:
    | "pod CIDR"
    | "Service CIDR"
    | "node CIDR"
    | "network plugin"
    | "platform"
    | "API server"
    | "host firewall"
    | "refused look-ups"
    | "Calico setting";
  /** What the object says of it. */
  readonly value: string;
  /** The object that tells it, the first of several. */
  readonly object: ObjectRef;
  /** Where it is written. */
  readonly location: Location;
  /** The configuration or a flag says otherwise, and that counts. Absent: it does not. */
  readonly overridden?: true;
}
