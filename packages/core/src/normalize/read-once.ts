import { Recent } from "../lib/recent.ts";
import type { ContainerPorts } from "./container-ports.ts";
import type { NetworkPolicySpec } from "./network-policy.ts";
import type { ObjectCursor } from "./object-cursor.ts";
import type { OwnerReference } from "./owner-reference.ts";
import type { Labels } from "../model/selector.ts";
import type { RawValue } from "../parse/document.ts";

/** As many as `KnownText` knows: what that has forgotten comes as another value afterwards. */
const most = 4000;

/** What values of objects say, for those that have no fault: what is written alike is one value, and it is read once. */
export class ReadOnce<T> {
  readonly #stored = new Recent<RawValue, T>(most);
  readonly #written = new Recent<RawValue, T>(most);

  /** What `read` gives for a value. It must hang on nothing but the value, and on whether the object is stored. */
  of(at: ObjectCursor, value: RawValue, read: () => T): T {
    const known = at.live ? this.#stored : this.#written;
    let said = known.get(value);
    if (said === undefined) {
      said = read();
      // What is told of a fault is told of each object that has it.
      if (!at.hasComplaints) known.put(value, said);
    }
    return said;
  }
}

/** What many objects have in common, each kind of it for all the objects of a reading. */
export class ReadValues {
  readonly specs: ReadOnce<NetworkPolicySpec> = new ReadOnce();
  readonly labels: ReadOnce<Labels> = new ReadOnce();
  readonly annotations: ReadOnce<Labels> = new ReadOnce();
  readonly ports: ReadOnce<ContainerPorts> = new ReadOnce();
  readonly owners: ReadOnce<OwnerReference | undefined> = new ReadOnce();
}
