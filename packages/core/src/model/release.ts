import type { ObjectRef } from "../diagnostics/diagnostic.ts";

/** An object whose controller installs something that is not in the input. */
export interface Release {
  readonly ref: ObjectRef;
  /** Where that goes. */
  readonly namespace: string;
}
