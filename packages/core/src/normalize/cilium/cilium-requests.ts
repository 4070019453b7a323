import { linearPattern } from "../../lib/linear-pattern.ts";
import { afterCilium, beforeCilium } from "../../model/assumptions.ts";
import type { AllowedHeader, AllowedRequest } from "../../model/requests.ts";
import { forEachItem, listField, mappingField, textField, textListField } from "../fields.ts";
import type { ObjectCursor } from "../object-cursor.ts";
import { quote } from "../quote.ts";
import type { RawMapping } from "../raw-object.ts";
import { isMapping } from "../raw-object.ts";
import { checkFields } from "../unknown-fields.ts";
import type { EntryPlace } from "./cilium-ports.ts";

/** Those that Cilium still has; kafka, l7 and l7proto are gone since 1.20. */
const parsers: ReadonlySet<string> = new Set(["http", "dns"]);

const goneParsers = ["kafka", "l7proto"] as const;

/** What an item of `toPorts` limits requests to: L7 rules, server names, listeners. Empty: to nothing. What the agent refuses is refused. */
export function readRequests(at: ObjectCursor, item: RawMapping, place: EntryPlace): readonly AllowedRequest[] {
  const requests: AllowedRequest[] = [];
  const rules = mappingField(at, item, "rules");
  if (rules !== undefined) {
    at.enter("rules");
    checkFields(at, rules, {
      known: parsers,
      consequence: () => "Without it requests on these ports may not be limited at all.",
    });
    checkKinds(at, rules);
    if (listField(at, rules, "http").length > 0) {
      checkParser(at, item, "http", place);
      forEachItem(at, rules, "http", (raw) => requests.push(readHttp(at, raw)));
    }
    if (listField(at, rules, "dns").length > 0) {
      checkParser(at, item, "dns", place);
      forEachItem(at, rules, "dns", (raw) => requests.push(readDns(at, raw)));
    }
    for (const kind of goneParsers)
      if (rules[kind] !== undefined && rules[kind] !== null)
        requests.push({ type: "other", what: `what ${kind} rules decide` });
    at.leave();
  }
  const names = textListField(at, item, "serverNames");
  if (names.includes(""))
    at.refuseByAgent("invalid-policy", ["serverNames"], "the agent refuses an empty name among serverNames");
  if (names.length > 0 && requests.length > 0 && mappingField(at, item, "terminatingTLS") === undefined)
    at.refuseByAgent(
      "invalid-policy",
      ["serverNames"],
      "the agent refuses serverNames beside rules without terminatingTLS",
    );
  if (requests.length === 0) for (const name of names) requests.push({ type: "serverName", name });
  if (mappingField(at, item, "listener") === undefined) return requests;
  if (!place.isEgress)
    at.refuseByAgent("invalid-policy", ["listener"], "the agent refuses a listener on ingress: it is for egress");
  if (requests.some(({ type }) => type !== "serverName"))
    at.refuseByAgent("invalid-policy", ["listener"], "the agent refuses a listener beside L7 rules");
  requests.push({ type: "other", what: "what a listener of Envoy decides" });
  return requests;
}

/** The CRD demands rules of exactly one kind. What it does not have is dropped before. */
function checkKinds(at: ObjectCursor, rules: RawMapping): void {
  const present = (kinds: readonly string[]): readonly string[] =>
    kinds.filter((kind) => rules[kind] !== undefined && rules[kind] !== null);
  const reasonFor = (kinds: readonly string[]): string | undefined => {
    if (kinds.length > 1) return `the CRD refuses ${kinds.join(" beside ")} in one item: write an item for each`;
    return kinds.length === 1
      ? undefined
      : "the CRD refuses rules without http or dns: leave rules out to limit nothing";
  };
  const [before, now] = [[...parsers, ...goneParsers], [...parsers]].map((kinds) => reasonFor(present(kinds)));
  if (before !== undefined && before === now) at.refuse("invalid-policy", [], before);
  else {
    if (before !== undefined) at.refuseIf(beforeCilium("1.20"), [], before);
    if (now !== undefined) at.refuseIf(afterCilium("1.19"), [], `${now}; kafka and l7proto are gone since Cilium 1.20`);
  }
}

/** "L7 rules are for TCP; dns rules for egress, on ports that are given one by one." */
function checkParser(at: ObjectCursor, item: RawMapping, kind: "http" | "dns", place: EntryPlace): void {
  at.refuseIf(
    [{ ciliumL7Proxy: false }],
    [kind],
    "the agent refuses http and dns rules without the proxy, which enable-l7-proxy turns off",
  );
  const ports = listField(at, item, "ports").filter(isMapping);
  if (place.isHost && kind !== "dns")
    at.refuseByAgent("invalid-policy", [kind], "the agent refuses L7 rules in a policy for hosts");
  else if (place.isHost)
    at.refuseIf(
      beforeCilium("1.17"),
      [kind],
      "the agent refuses dns rules in a policy for hosts: they are there since Cilium 1.17",
    );
  if (ports.length === 0) at.refuseByAgent("invalid-policy", [kind], "the agent refuses L7 rules without ports");
  if (ports.some(({ port }) => port === "0" || port === 0 || port === undefined || port === null || port === ""))
    at.refuseByAgent("invalid-policy", [kind], "the agent refuses L7 rules on port 0: name the port");
  const hasRange = ports.some(({ port, endPort }) => typeof endPort === "number" && endPort > Number(port));
  if (kind !== "dns" && hasRange)
    at.refuseIf(
      beforeCilium("1.17"),
      [kind],
      "the agent refuses http rules on a range of ports: they may be on one since Cilium 1.17",
    );
  if (kind === "dns") {
    if (!place.isEgress)
      at.refuseByAgent("invalid-policy", ["dns"], "the agent refuses dns rules on ingress: they are for egress");
    if (hasRange) at.refuseByAgent("invalid-policy", ["dns"], "the agent refuses dns rules on a range of ports");
  } else if (ports.some(({ protocol }) => protocol !== "TCP")) {
    // Left out, it is ANY.
    at.refuseByAgent("invalid-policy", [kind], "the agent refuses L7 rules on ports without protocol: TCP");
  }
}

const httpFields = new Set(["path", "method", "host", "headers", "headerMatches"]);

function readHttp(at: ObjectCursor, raw: RawMapping): AllowedRequest {
  checkFields(at, raw, { known: httpFields });
  const [method, path, host] = (["method", "path", "host"] as const).map((field) => {
    const text = textField(at, raw, field);
    if (text !== undefined && linearPattern(text) === undefined)
      at.refuseByAgent(
        "invalid-policy",
        [field],
        `the agent refuses ${field} ${quote(text)}: it is no regular expression`,
      );
    return text === undefined || text === "" ? undefined : text;
  });
  const headers = textListField(at, raw, "headers").map(headerOf);
  for (const [index, { value = "" }] of headers.entries())
    if (/[.][*+]|^\^|\$$|^[*]$/.test(value))
      at.warn(
        "suspicious-value",
        ["headers", index],
        `${quote(value)} is compared as it stands, not as a pattern: leave it out if any value will do`,
      );
  forEachItem(at, raw, "headerMatches", (match) => {
    // A mismatch that only logs or changes the header lets the request pass.
    const mismatch = textField(at, match, "mismatch");
    if (mismatch !== undefined && !/^(?:LOG|ADD|DELETE|REPLACE)$/.test(mismatch))
      at.refuse(
        "invalid-policy",
        ["mismatch"],
        `the CRD refuses mismatch ${quote(mismatch)}: write LOG, ADD, DELETE or REPLACE, or leave it out to let nothing pass`,
      );
    if (mismatch !== undefined) return;
    const value = textField(at, match, "value");
    const name = textField(at, match, "name") ?? "";
    if (name === "") at.refuse("missing-field", [], "the CRD refuses a header without name");
    if (mappingField(at, match, "secret") !== undefined) headers.push({ name, secret: true });
    else headers.push(value === undefined || value === "" ? { name } : { name, value });
  });
  return {
    type: "http",
    ...(method === undefined ? {} : { method }),
    ...(path === undefined ? {} : { path }),
    ...(host === undefined ? {} : { host }),
    headers,
  };
}

/** "Headers: a list of HTTP headers which must be present": `Name`, or `Name: value` with a space; without one all of it is the name. */
function headerOf(text: string): AllowedHeader {
  const [, name = text, value] = /^(\S*?):* (.*)$/su.exec(text) ?? [];
  return value === undefined ? { name: text } : { name, value };
}

const longestName = 255;

/** A selector of names: `matchName` or `matchPattern`. What the CRD refuses is refused. */
export function readName(at: ObjectCursor, raw: RawMapping): Pick<NameSelector, "name" | "pattern"> {
  checkFields(at, raw, { known: new Set(["matchName", "matchPattern"]) });
  const [name, pattern] = [textField(at, raw, "matchName"), textField(at, raw, "matchPattern")];
  if ((name === undefined) === (pattern === undefined))
    at.refuse(
      "invalid-policy",
      [],
      `the CRD refuses an item ${name === undefined ? "without matchName and" : "with both matchName and"} matchPattern: write one of them`,
    );
  if (name !== undefined && !/^(?:[-\w]+\.?)+$/.test(name))
    at.refuse(
      "invalid-policy",
      ["matchName"],
      `the CRD refuses matchName ${quote(name)}: write a name of DNS; with * it is a matchPattern`,
    );
  if (pattern !== undefined && !/^(?:\*\*\.)?(?:[-\w*]+\.?)+$/.test(pattern))
    at.refuse(
      "invalid-policy",
      ["matchPattern"],
      `the CRD refuses matchPattern ${quote(pattern)}: write letters, digits, - . and *`,
    );
  for (const [field, text = ""] of [["matchName", name] as const, ["matchPattern", pattern] as const])
    if (text.length > longestName)
      at.refuseIf(
        afterCilium("1.16"),
        [field],
        `since Cilium 1.17 the CRD refuses ${field} ${quote(text)}: it has more than ${longestName} characters`,
      );
  return {
    ...(name === undefined || name === "" ? {} : { name }),
    ...(pattern === undefined || pattern === "" ? {} : { pattern }),
  };
}

type NameSelector = Extract<AllowedRequest, { type: "dns" }>;

function readDns(at: ObjectCursor, raw: RawMapping): AllowedRequest {
  return { type: "dns", ...readName(at, raw) };
}
