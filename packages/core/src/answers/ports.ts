/** Ports by protocol, as `"8080"` or `"9090-9100"`, ascending; protocols without a port are left out. */
export type PortsByProtocol = Readonly<Partial<Record<"TCP" | "UDP" | "SCTP", readonly string[]>>>;

/** What may pass. `all` is every port of every protocol; then `ports` is empty. */
export interface Ports {
  readonly ports: PortsByProtocol;
  readonly all: boolean;
}
