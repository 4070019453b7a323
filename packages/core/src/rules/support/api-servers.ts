import { parseAddress } from "../../sets/address.ts";
import type { ClassId } from "../../reachability/class-set.ts";
import { type ConnectionId, noConnections } from "../../sets/connection-set.ts";
import type { RuleContext } from "../context.ts";
import { factsOf } from "./cluster-facts.ts";

/** Where the API server listens. */
export interface ApiServer {
  readonly address: bigint;
  readonly port: number;
  readonly connection: ConnectionId;
  /** `10.96.0.1:443`. */
  readonly text: string;
}

/** The places where the API server listens, as far as they are known. */
export function apiServers(context: RuleContext): readonly ApiServer[] {
  return factsOf(context, "api-server").flatMap(({ address: text, port }) => {
    const parsed = parseAddress(text);
    if (parsed === undefined) return [];
    const connection = context.reachability.table.ofPort({ protocol: "TCP", from: port, to: port });
    return [
      { address: parsed.address, port, connection, text: text.includes(":") ? `[${text}]:${port}` : `${text}:${port}` },
    ];
  });
}

/** Whether pods of a class certainly reach an API server, whatever policy lets them. */
export function reachesApiServer(
  { reachability }: RuleContext,
  id: ClassId,
  { address, connection }: ApiServer,
): boolean {
  const external = reachability.pods.classes.length + reachability.addresses.classOf(address);
  return reachability.table.intersection(reachability.connections(id, external), connection) !== noConnections;
}
