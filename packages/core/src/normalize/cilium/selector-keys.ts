import { afterCilium, beforeCilium } from "../../model/assumptions.ts";
import { isQualifiedName } from "../../semantics/names.ts";
import type { ObjectCursor } from "../object-cursor.ts";
import { quote } from "../quote.ts";
import { keySyntax } from "../string-map.ts";

/** What a selector is of: agents up to 1.19 put what is before the colon of a key in front of it, those of groups their own source. */
export type KeysOf = "endpoints" | "groups";

/**
 * The key of a selector as agents read it, which check keys where the CRD does not: since 1.20 "a source, and a qualified name"; before,
 * that source and name are one qualified name with a dot between them.
 */
export function readKey(at: ObjectCursor, steps: readonly (string | number)[], key: string, of: KeysOf): string {
  const isKey = isSourcedName(key);
  const old = of === "groups" ? `cidrgroup.${key}` : oldKey(key);
  const wasKey = isQualifiedName(old);
  if (of === "endpoints" && /^reserved\.[^:]*$/u.test(key))
    at.warn(
      "suspicious-value",
      steps,
      `${quote(key)} is the label of an identity up to Cilium 1.19, and a label of pods since: an identity is asked for by the key ${quote(key.replace(".", ":"))}`,
    );
  if (isKey && wasKey) return key;
  if (isKey) {
    const why = key.includes(":") && of === "groups" ? "leave out what is before the colon" : whyNot(old);
    at.refuseIf(beforeCilium("1.20"), steps, `up to Cilium 1.19 the agent refuses the key ${quote(key)}: ${why}`);
    return key;
  }
  if (!wasKey || of === "groups") {
    at.refuseByAgent("invalid-name", steps, `the agent refuses the key ${quote(key)}: ${keySyntax}`);
    return key;
  }
  const dot = old.indexOf(".");
  const [source, name] = [old.slice(0, dot), old.slice(dot + 1)];
  const meant = source === "any" ? name : `${source}:${name}`;
  at.refuseIf(
    afterCilium("1.19"),
    steps,
    `since Cilium 1.20 the agent refuses the key ${quote(key)}: write ${quote(meant)}`,
  );
  return meant;
}

/** "A valid label key only supports ':' as a source separator." */
function isSourcedName(key: string): boolean {
  const [first = "", name, ...more] = key.split(":");
  if (name === undefined) return isQualifiedName(first);
  return more.length === 0 && /^[A-Za-z0-9]+$/u.test(first) && isQualifiedName(name);
}

/** The key that agents up to 1.19 make of one: `$` is the source of identities, no source is any, and what follows `=` is dropped. */
function oldKey(key: string): string {
  const at = key.indexOf(":");
  const [source, name] = key.startsWith("$")
    ? ["reserved", key.slice(1)]
    : [key.slice(0, Math.max(at, 0)) || "any", key.slice(at + 1)];
  return `${source}.${name.replace(/=.*$/su, "")}`;
}

function whyNot(old: string): string {
  const [domain = "", name] = old.split("/");
  const isLong = name === undefined ? domain.length > 63 : domain.length > 253;
  return isLong ? "with its source before it, it is too long" : "write its source in small letters";
}
