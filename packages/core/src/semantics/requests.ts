import { linearPattern } from "../lib/linear-pattern.ts";
import type { AllowedHeader, AllowedRequest, AskedRequest } from "../model/requests.ts";
import { matchesNamePattern, normalName } from "./dns-names.ts";

/** Whether a request is one that a limit lets pass: for certain, not at all, or what is missing to know. */
export type RequestMatch = "yes" | "no" | { readonly missing: string };

/** A limit lets pass what any of its parts does. */
export function limitAllows(limit: readonly AllowedRequest[], request: AskedRequest): RequestMatch {
  const matches = limit.map((allowed) => allows(allowed, request));
  if (matches.includes("yes")) return isMet(limit) ? "yes" : { missing: othersOf(limit).join(" and ") };
  return matches.find((match) => typeof match === "object" && othersOf(limit).length < limit.length) ?? none(limit);
}

/** Authentication and listeners are asked beside what is said of requests. */
function othersOf(limit: readonly AllowedRequest[]): readonly string[] {
  return limit.flatMap((allowed) => (allowed.type === "other" ? [allowed.what] : []));
}

function isMet(limit: readonly AllowedRequest[]): boolean {
  return othersOf(limit).length === 0;
}

function none(limit: readonly AllowedRequest[]): RequestMatch {
  const others = othersOf(limit);
  return others.length === limit.length ? { missing: others.join(" and ") } : "no";
}

function allows(allowed: AllowedRequest, request: AskedRequest): RequestMatch {
  if (allowed.type === "other") return "no";
  if (allowed.type === "serverName") {
    if (request.type === "serverName") return matchesNamePattern(allowed.name, request.name) ? "yes" : "no";
    return request.type === "http" ? { missing: "the server that the client of TLS names" } : "no";
  }
  if (allowed.type === "dns") {
    if (request.type !== "dns") return "no";
    const byName = allowed.name !== undefined && normalName(allowed.name) === normalName(request.name);
    return byName || (allowed.pattern !== undefined && matchesNamePattern(allowed.pattern, request.name, allowed.stars))
      ? "yes"
      : "no";
  }
  if (request.type !== "http") return "no";
  const { method, path, host, headers } = allowed;
  const parts: readonly RequestMatch[] = [
    textMatch(method, request.method),
    textMatch(path, request.path),
    host !== undefined && request.host === undefined
      ? { missing: "the host of the request" }
      : textMatch(host, request.host ?? ""),
    ...headers.map((header) => headerMatch(header, request.headers ?? {})),
  ];
  return parts.includes("no") ? "no" : (parts.find((part) => part !== "yes") ?? "yes");
}

function textMatch(pattern: string | undefined, text: string): RequestMatch {
  if (pattern === undefined) return "yes";
  const read = linearPattern(pattern);
  if (read === undefined) return { missing: `what ${JSON.stringify(pattern.slice(0, 60))} matches` };
  return read.matches(text) ? "yes" : "no";
}

function headerMatch({ name, value, secret }: AllowedHeader, headers: Readonly<Record<string, string>>): RequestMatch {
  const given = Object.entries(headers).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
  if (given === undefined) return "no";
  if (secret === true) return { missing: `the Secret with the value of header ${name}` };
  return value === undefined || value === given ? "yes" : "no";
}

/** What a limit lets pass, in the words of those who wrote it: `GET /api/.*`. */
export function requestText(allowed: AllowedRequest): string {
  switch (allowed.type) {
    case "http": {
      const { method, path, host, headers } = allowed;
      const what = [method, path].filter((text) => text !== undefined).join(" ") || "HTTP";
      const to = host === undefined ? "" : ` to host ${host}`;
      const having = headers.map(({ name, value }) => (value === undefined ? name : `${name}: ${value}`));
      return `${what}${to}${having.length === 0 ? "" : ` with ${having.join(", ")}`}`;
    }
    case "dns":
      return `DNS ${allowed.name ?? allowed.pattern ?? "nothing"}`;
    case "serverName":
      return `TLS to ${allowed.name}`;
    case "other":
      return allowed.what;
  }
}

/** A request that is asked about, as it is asked: `GET /api`. */
export function askedRequestText(request: AskedRequest): string {
  switch (request.type) {
    case "http":
      return `${request.method} ${request.host ?? ""}${request.path}`;
    case "dns":
      return `DNS ${request.name}`;
    case "serverName":
      return `TLS to ${request.name}`;
  }
}
