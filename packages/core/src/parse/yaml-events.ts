import type { Event, MappingEvent, ScalarEvent, SequenceEvent } from "js-yaml";
import { EVENT_ID, SCALAR_STYLE, YAMLException, parseEvents } from "js-yaml";
import { DocumentFault } from "./document-fault.ts";
import { joinFlowLines } from "./flow-lines.ts";

/** What js-yaml writes for an offset that is not there. */
export const noOffset = -1;

/** The deepest nesting that is read. Kubernetes objects stay far below it; a bomb does not. */
export const maxDepth = 100;

/** The events of a document, and the text that their offsets are in. */
export interface DocumentEvents {
  readonly text: string;
  readonly events: readonly Event[];
}

/** The events of `text`. Throws a DocumentFault, and nothing else, when it is not valid YAML. */
export function documentEvents(text: string): DocumentEvents {
  try {
    return { text, events: eventsOf(text) };
  } catch (error) {
    if (!(error instanceof DocumentFault) || !error.message.startsWith("deficient indentation")) throw error;
    const joined = joinFlowLines(text);
    if (joined === text) throw error;
    return { text: joined, events: eventsOf(joined) };
  }
}

function eventsOf(text: string): readonly Event[] {
  try {
    return parseEvents(text, { maxDepth });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw new DocumentFault(0, "the document is too large", "input-too-large");
    const offset = error.mark?.position ?? 0;
    if (error.reason.startsWith("nesting exceeded")) {
      throw new DocumentFault(offset, `nested deeper than ${maxDepth} levels`, "input-too-large");
    }
    throw new DocumentFault(offset, error.reason);
  }
}

/** Where a node begins for an error message: its value, else its tag or anchor. */
export function eventOffset(event: Event): number {
  switch (event.type) {
    case EVENT_ID.SCALAR:
      return event.valueStart === noOffset ? propertiesOffset(event) : event.valueStart - quoteWidth(event);
    case EVENT_ID.MAPPING:
    case EVENT_ID.SEQUENCE:
      return event.start;
    case EVENT_ID.ALIAS:
      return event.anchorStart - 1;
    default:
      return 0;
  }
}

/** The width of the quote before and after the value of a scalar. */
export function quoteWidth(event: ScalarEvent): number {
  return event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED ? 1 : 0;
}

function propertiesOffset(event: ScalarEvent | MappingEvent | SequenceEvent): number {
  return Math.max(event.tagStart, event.anchorStart, 0);
}

/** The name that `&name` or `*name` writes. */
export function anchorName(text: string, event: { readonly anchorStart: number; readonly anchorEnd: number }): string {
  return text.slice(event.anchorStart, event.anchorEnd);
}

/** The tag as written (`!Ref`, `!!int`), or "" when there is none. */
export function tagText(text: string, event: { readonly tagStart: number; readonly tagEnd: number }): string {
  return event.tagStart === noOffset ? "" : text.slice(event.tagStart, event.tagEnd);
}
