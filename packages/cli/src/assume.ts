import { type Assumptions, UsageError, assumptionValues, defaultAssumptions } from "@npa/core";
import { nearest, printable, readsOpenAssumption } from "@npa/core/internal";

const values = assumptionValues;

/** Reads `--assume KEY=VALUE`, repeated. Throws a UsageError that names the keys and values there are. */
export function parseAssumptions(entries: readonly string[]): Partial<Assumptions> {
  return Object.fromEntries(entries.map(parseEntry)); // the keys and values are checked below
}

function parseEntry(entry: string): readonly [keyof Assumptions, Assumptions[keyof Assumptions]] {
  const split = entry.indexOf("=");
  const key = split < 0 ? entry : entry.slice(0, split);
  if (!isKey(key)) throw unknownKey(key);
  const text = split < 0 ? "" : entry.slice(split + 1);
  const known: readonly Assumptions[keyof Assumptions][] = values[key];
  const value = known.find((candidate) => String(candidate) === text);
  if (value === undefined && split >= 0 && readsOpenAssumption(key, text)) return [key, text];
  if (value === undefined) {
    const got = split < 0 ? "has no value" : `is "${printable(text)}"`;
    throw new UsageError(`--assume ${key} ${got}; it can be ${known.map((each) => `${key}=${each}`).join(" or ")}`);
  }
  return [key, value];
}

function isKey(key: string): key is keyof Assumptions {
  return Object.hasOwn(values, key);
}

function unknownKey(key: string): UsageError {
  const keys = Object.keys(values);
  const [hint] = nearest(key, keys, 1);
  const advice = hint === undefined ? "" : `did you mean ${hint}? `;
  return new UsageError(`--assume ${printable(key)}: no such assumption; ${advice}there are ${keys.join(", ")}`);
}

/** The keys with their defaults and other values, for the help. */
export function assumptionHelp(): string {
  return Object.entries(defaultAssumptions)
    .map(([key, chosen]) => {
      const others = isKey(key) ? values[key].filter((value) => value !== chosen) : [];
      return `  ${key}=${chosen}${others.length === 0 ? "" : ` (or ${others.join(", ")})`}`;
    })
    .join("\n");
}
