import { coreTagName } from "./tagged-scalar.ts";
import type { YamlEvent } from "./yaml-events.ts";

/** Whether the key is `<<`, which takes over the keys of another mapping: plain, and with no tag but `!!merge`. */
export function isMergeKey(event: YamlEvent): boolean {
  if (event.type !== "scalar" || event.text !== "<<") return false;
  return event.tag === undefined ? event.style === "plain" : coreTagName(event.tag) === "merge";
}
