import { isIPv4 } from "node:net";

/**
 * The proxy that the environment names for a server, by the rules of Go's http.ProxyFromEnvironment, which kubectl follows:
 * HTTPS_PROXY or HTTP_PROXY by the server's scheme, NO_PROXY for exceptions, and never for this machine.
 */
export function proxyFromEnvironment(
  server: URL,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const name = server.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  const proxy = variable(env, name);
  if (proxy === undefined || isThisMachine(server.hostname) || isExcepted(server, variable(env, "NO_PROXY"))) {
    return undefined;
  }
  return proxy.includes("://") ? proxy : `http://${proxy}`;
}

function variable(env: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  return (env[name] ?? "") || (env[name.toLowerCase()] ?? "") || undefined;
}

function isThisMachine(host: string): boolean {
  return host === "localhost" || host === "[::1]" || (isIPv4(host) && host.startsWith("127."));
}

function isExcepted(server: URL, noProxy: string | undefined): boolean {
  if (noProxy === undefined) return false;
  const host = server.hostname.toLowerCase();
  const port = server.port === "" ? (server.protocol === "https:" ? "443" : "80") : server.port;
  return noProxy
    .toLowerCase()
    .split(",")
    .map((entry) => entry.trim())
    .some((entry) => entry === "*" || (entry !== "" && covers(entry, host, port)));
}

function covers(entry: string, host: string, port: string): boolean {
  const colon = /^([^:[\]]+|\[[^\]]+\]):(\d+)$/.exec(entry);
  if (colon !== null) return colon[2] === port && covers(colon[1] ?? "", host, port);
  if (entry.includes("/")) return inBlock(host, entry);
  const name = entry.replace(/^\*?\./, "");
  return host === entry || host === `[${entry}]` || host.endsWith(`.${name}`) || (name === entry && host === name);
}

/** IPv4 only: a block of IPv6 addresses in NO_PROXY is rare. */
function inBlock(host: string, block: string): boolean {
  const [network = "", bits = ""] = block.split("/");
  if (!isIPv4(host) || !isIPv4(network) || !/^\d{1,2}$/.test(bits) || Number(bits) > 32) return false;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(addressNumber(host) / size) === Math.floor(addressNumber(network) / size);
}

function addressNumber(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}
