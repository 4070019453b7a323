import type { RuleContext } from "../context.ts";
import { numbersOption } from "../settings.ts";

/**
 * What is administered, or kept, behind a port: never meant for everybody. The ports of the kubelet, the API server and
 * etcd are theirs on nodes only, where no policy selects: on a pod they are that pod's.
 */
const names: Readonly<Record<number, string>> = {
  22: "SSH",
  1433: "SQL Server",
  1521: "Oracle",
  3306: "MySQL",
  5432: "PostgreSQL",
  5984: "CouchDB",
  6379: "Redis",
  9042: "Cassandra",
  9200: "Elasticsearch",
  9300: "Elasticsearch",
  11211: "Memcached",
  27017: "MongoDB",
};

/** The ports unless a configuration names others. */
export const sensitivePortsPreset: readonly number[] = [...Object.keys(names).map(Number), 2379, 2380].toSorted(
  (a, b) => a - b,
);

/** The ports of administration and of databases. */
export function sensitivePorts({ settings }: RuleContext): readonly number[] {
  return numbersOption(settings, "sensitive-port-exposed", "ports", sensitivePortsPreset);
}

/** A port with what is usually behind it: `TCP 22 (SSH)`. */
export function portName(port: number): string {
  const name = names[port];
  return `TCP ${port}${name === undefined ? "" : ` (${name})`}`;
}
