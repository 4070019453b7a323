import type { IgnoreEntry } from "../findings/ignore-entry.ts";
import { type ConfigNode, type Readers, recordOf } from "./config-node.ts";
import { ruleIdOf } from "./rule-config.ts";
import { dayOf, textOf } from "./values.ts";

type WrittenEntry = Omit<IgnoreEntry, "location">;

const readers: Readers<WrittenEntry> = {
  rule: ruleIdOf,
  namespace: textOf,
  label: labelOf,
  path: textOf,
  reason: textOf,
  expires: dayOf,
};

const filters = ["rule", "namespace", "label", "path"] as const;

/** Reads an item of `ignore`. */
export function ignoreEntryOf(node: ConfigNode): IgnoreEntry {
  const { reason, ...entry } = recordOf<WrittenEntry>(node, readers, "key");
  if (filters.every((filter) => entry[filter] === undefined))
    throw node.mistake(`name what it ignores: ${filters.join(", ")}`);
  if (reason === undefined) throw node.mistake("say why: reason is missing");
  return { ...entry, reason, location: node.locate() };
}

/** `key`, `key=value`, and `key: value` as people write it in YAML. */
function labelOf(node: ConfigNode): string {
  const { value } = node;
  if (typeof value !== "object") return textOf(node);
  const [first, ...others] = node.entries();
  if (first === undefined || others.length > 0) throw node.mistake("write one label: key=value");
  return `${first[0]}=${textOf(first[1])}`;
}
