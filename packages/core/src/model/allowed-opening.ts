/** Connections that may open without failing a gate: those that agree with everything that is named. */
export interface AllowedOpening {
  /** A pattern of `namespace/name`, with `*`; `external` for every address outside, or addresses: `internet`, a CIDR. Absent: anything. */
  readonly source?: string;
  readonly target?: string;
  /** Ports, as `443/TCP` or `8000-8999/TCP`. Absent: all. */
  readonly ports?: readonly string[];
  readonly reason: string;
}
