/** Why a request of the API server gave no objects. */
export type Fault =
  /** An answer other than 200. `message` is what its Status says; untrusted. */
  | { readonly kind: "status"; readonly status: number; readonly message: string; readonly retryAfterMs?: number }
  /** No connection, or it broke. `code` is Node's, e.g. `ECONNRESET`. */
  | { readonly kind: "network"; readonly code: string; readonly message: string }
  | { readonly kind: "timeout"; readonly afterMs: number }
  /** 200, but not what the API answers. */
  | { readonly kind: "malformed"; readonly message: string; readonly final?: boolean }
  | { readonly kind: "too-large"; readonly bytes: number }
  /** The pages of a list do not lead to its end, or repeat objects. */
  | { readonly kind: "endless"; readonly message: string }
  /** No credential could be had. */
  | { readonly kind: "credentials"; readonly message: string }
  | { readonly kind: "aborted" };

/** Thrown within this room; `loadCluster` turns it into a `UsageError` that says what to do. */
export class ApiFault extends Error {
  override readonly name = "ApiFault";
  readonly fault: Fault;
  /** What was asked, e.g. `list of pods`. */
  what: string | undefined;

  constructor(fault: Fault) {
    super(fault.kind);
    this.fault = fault;
  }
}

/** The status code of a failed request, if the server gave one. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof ApiFault && error.fault.kind === "status" ? error.fault.status : undefined;
}
