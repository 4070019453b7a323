import type { Event } from "js-yaml";
import { EVENT_ID, SCALAR_STYLE } from "js-yaml";
import { coreTagName } from "./tagged-scalar.ts";
import { noOffset, tagText } from "./yaml-events.ts";

/** Whether the key is `<<`, which takes over the keys of another mapping: plain, and with no tag but `!!merge`. */
export function isMergeKey(text: string, event: Event): boolean {
  if (event.type !== EVENT_ID.SCALAR || event.valueEnd - event.valueStart !== 2) return false;
  if (text.charCodeAt(event.valueStart) !== 60 || text.charCodeAt(event.valueStart + 1) !== 60) return false;
  if (event.tagStart === noOffset) return event.style === SCALAR_STYLE.PLAIN;
  return coreTagName(tagText(text, event)) === "merge";
}
