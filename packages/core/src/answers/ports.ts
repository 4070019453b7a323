/**
 * Ports by protocol, as `"8080"` or `"9090-9100"`, ascending, and types of ICMP, where policies or a question speak of it;
 * protocols without a port are left out.
 */
export type PortsByProtocol = Readonly<Partial<Record<"TCP" | "UDP" | "SCTP" | "ICMP" | "ICMPv6", readonly string[]>>>;

/** What may pass. `all` is every port of every protocol, and ICMP where it is spoken of; then `ports` is empty. */
export interface Ports {
  /** By protocol, ranges in order; empty where `all` is true or nothing passes. */
  readonly ports: PortsByProtocol;
  /** Everything may pass. */
  readonly all: boolean;
}
