import { UsageError } from "../lib/usage-error.ts";
import type { AskedRequest } from "../model/requests.ts";
import { type ConnectionTable, noConnections } from "../sets/connection-set.ts";
import type { AskedPorts } from "./asked-port.ts";

/**
 * Reads a request as `GET /api` or `GET http://host/api`; `headers` as `Name: value`. Throws a UsageError for what is none.
 */
export function parseHttpRequest(text: string, headers: readonly string[] = []): AskedRequest {
  const found = /^([!#$%&'*+.^`|~\w-]+)\s+(?:https?:\/\/)?([^/\s]*)(\/\S*)$/u.exec(text.trim());
  if (found === null)
    throw new UsageError(
      `${JSON.stringify(text.slice(0, 80))} is no request of HTTP: write a method and a path, like 'GET /api'`,
    );
  const [, method = "", host = "", path = ""] = found;
  const given = headers.map(parseHeader);
  return {
    type: "http",
    method,
    path,
    ...(host === "" ? {} : { host }),
    ...(given.length === 0 ? {} : { headers: Object.fromEntries(given) }),
  };
}

function parseHeader(text: string): readonly [string, string] {
  const [, name, value = ""] = /^([!#$%&'*+.^`|~\w-]+):\s*(.*)$/su.exec(text.trim()) ?? [];
  if (name === undefined)
    throw new UsageError(
      `${JSON.stringify(text.slice(0, 80))} is no header: write a name and a value, like 'X-Token: secret'`,
    );
  return [name, value];
}

/** Reads a name of DNS. Throws a UsageError for what is none. */
export function parseDnsName(text: string): string {
  const name = text.trim();
  if (name.length > 254 || !/^(?:[-\w]{1,63}\.)*[-\w]{1,63}\.?$/u.test(name))
    throw new UsageError(`${JSON.stringify(text.slice(0, 80))} is no name of DNS: write it like api.example.com`);
  return name;
}

/** The port that a request goes to where none is asked for: names are looked up over UDP first. */
export function portOfRequest(request: AskedRequest | undefined): string | undefined {
  return request?.type === "dns" ? "53/UDP" : undefined;
}

/** What of the asked ports a request can go over. Throws a UsageError where it can go over none. */
export function portsOfRequest(
  port: AskedPorts,
  request: AskedRequest | undefined,
  table: ConnectionTable,
): AskedPorts {
  if (request === undefined) return port;
  const protocols = request.type === "dns" ? (["TCP", "UDP"] as const) : (["TCP"] as const);
  const possible = table.ofPorts(protocols.map((protocol) => ({ protocol, from: 1, to: 65_535 })));
  return {
    ...port,
    of(part) {
      const asked = table.intersection(port.of(part), possible);
      if (asked === noConnections && port.of(part) !== noConnections)
        throw new UsageError(
          `a request of ${request.type === "http" ? "HTTP" : "TLS"} goes over TCP: ask for a port of TCP`,
        );
      return asked;
    },
  };
}
