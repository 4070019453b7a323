/**
 * Requests that an allow is limited to. What is absent asks for nothing. `method`, `path` and `host` of HTTP are regular
 * expressions of RE2 that match the whole text.
 */
export type AllowedRequest =
  | {
      readonly type: "http";
      readonly method?: string;
      readonly path?: string;
      readonly host?: string;
      readonly headers: readonly AllowedHeader[];
    }
  /** A name to look up: `name` exactly, or those that `pattern` matches, in which `**` is `*` with `stars`. */
  | { readonly type: "dns"; readonly name?: string; readonly pattern?: string; readonly stars?: "one-label" }
  /** The server that a client of TLS names. */
  | { readonly type: "serverName"; readonly name: string }
  /** Something that no question can be asked about, such as authentication: what it is. */
  | { readonly type: "other"; readonly what: string };

/** What a rule asks for that demands `authentication`. */
export const authentication = "authentication";

/** The modes of `authentication`. */
export type Authentication = "disabled" | "required" | "test-always-fail";

/** A header that a request must have. Without `value` and `secret` any value will do; `secret`: one that the input does not tell. */
export interface AllowedHeader {
  /** The name of the header, as written. */
  readonly name: string;
  /** The value that it must have. Absent: any. */
  readonly value?: string;
  /** The value is in a Secret, which npa does not read. */
  readonly secret?: true;
}

/** One request that is asked about. */
export type AskedRequest =
  /** `headers` are all that it has. Without `host` any host may be meant. */
  | {
      readonly type: "http";
      readonly method: string;
      readonly path: string;
      readonly host?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly type: "dns"; readonly name: string }
  | { readonly type: "serverName"; readonly name: string };

/**
 * How limits on requests are read: `some`, a port is open where some request passes; `every`, only where all do; what
 * becomes of one request; or of the requests that policies name in some words.
 */
export type RequestView = "some" | "every" | AskedRequest | NamedRequests;

/** Requests as policies write them: a rule allows that names one of them. */
export interface NamedRequests {
  readonly type: "named";
  readonly texts: ReadonlySet<string>;
}
