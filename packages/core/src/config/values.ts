import { isDnsLabel } from "../semantics/names.ts";
import { parseAddress } from "../sets/address.ts";
import { parseCidr } from "../sets/address-set.ts";
import { UsageError } from "../lib/usage-error.ts";
import { parsePort } from "../sets/parse-port.ts";
import type { ConfigNode, Reader } from "./config-node.ts";
import { shown, unknownValue, eachOf } from "./config-node.ts";

const nameRule = "write lower case letters, digits and '-', at most 63, a letter or digit first and last";

/** A text that is not empty. */
export function textOf(node: ConfigNode): string {
  const { value } = node;
  if (typeof value === "string" && value.trim() !== "") return value;
  throw node.mistake(`write a text, not ${shown(value)}${quoteHint(value)}`);
}

/** kubectl's YAML reads `on`, `yes` and the like as booleans, and digits as numbers. */
function quoteHint(value: ConfigNode["value"]): string {
  return typeof value === "boolean" || typeof value === "number" ? ": put it in quotes" : "";
}

/** True or false. */
export function booleanOf(node: ConfigNode): boolean {
  if (typeof node.value === "boolean") return node.value;
  throw node.mistake(`write true or false, not ${shown(node.value)}`);
}

/** A number within bounds. */
export function numberFrom(from: number, to: number): Reader<number> {
  return (node) => {
    const { value } = node;
    if (typeof value === "number" && value >= from && value <= to) return value;
    throw node.mistake(`write a number from ${from} to ${to}, not ${shown(value)}`);
  };
}

/** A whole number within bounds. */
export function integerFrom(from: number, to: number = 999_999_999): Reader<number> {
  return (node) => {
    const { value } = node;
    if (typeof value === "number" && Number.isInteger(value) && value >= from && value <= to) return value;
    const bounds = to === 999_999_999 ? `${from} or more` : `${from} to ${to}`;
    throw node.mistake(`write a whole number, ${bounds}, not ${shown(value)}`);
  };
}

/** One of a few values. */
export function oneOf<T extends string | boolean>(values: readonly T[]): Reader<T> {
  return (node) => {
    const found = values.find((value) => value === node.value);
    if (found !== undefined) return found;
    const names = values.map(String);
    if (typeof node.value === "string" && typeof values[0] === "string")
      throw node.mistake(unknownValue("value", node.value, names));
    throw node.mistake(`write ${names.join(" or ")}, not ${shown(node.value)}`);
  };
}

/** A list of such items. */
export function listOf<T>(item: Reader<T>): Reader<readonly T[]> {
  return (node) => eachOf(node.items(), item);
}

/** A mapping of texts to such values. */
export function mapOf<T>(value: Reader<T>): Reader<Readonly<Record<string, T>>> {
  return (node) => Object.fromEntries(eachOf(node.entries(), ([key, child]) => [key, value(child)] as const));
}

/** A port with its protocol, as `443/TCP` or `8000-8999/TCP`. */
export function portTextOf(node: ConfigNode): string {
  const text = typeof node.value === "number" ? `${node.value}` : textOf(node);
  try {
    return parsePort(text).label;
  } catch (error) {
    throw error instanceof UsageError ? node.mistake(error.message) : error;
  }
}

/** The name of a namespace. */
export function namespaceOf(node: ConfigNode): string {
  const text = textOf(node);
  if (!isDnsLabel(text)) throw node.mistake(`this is not the name of a namespace: ${nameRule}`);
  return text;
}

/** A CIDR. */
export function cidrOf(node: ConfigNode): string {
  const text = textOf(node);
  const parsed = parseCidr(text);
  if (parsed === undefined) throw node.mistake(`this is not a CIDR: write it like 10.244.0.0/16`);
  return text;
}

/** An IPv4 or IPv6 address. */
export function addressOf(node: ConfigNode): string {
  const text = textOf(node);
  if (parseAddress(text) === undefined) throw node.mistake(`this is not an address: write it like 169.254.20.10`);
  return text;
}

/** A day, as `2027-01-31`. */
export function dayOf(node: ConfigNode): string {
  const { value } = node;
  if (typeof value === "string" && isDay(value)) return value;
  throw node.mistake(`write a day of the calendar like 2027-01-31, not ${shown(value)}`);
}

/** Whether a text is a day of the calendar, as `2027-01-31`. */
function isDay(text: string): boolean {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (parts === null) return false;
  const [year, month, day] = parts.slice(1).map(Number) as [number, number, number]; // three groups of digits
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
