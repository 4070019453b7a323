import { DocumentFault } from "./document-fault.ts";
import type { YamlCursor } from "./yaml-cursor.ts";
import { isBlank, isBlankOrEnd, isNameCode } from "./yaml-cursor.ts";

/** How many characters may lie between the start of a key and its colon. */
const longestKey = 1024;
/** `!word`, `!!word`, `!<word>` or a lone `!`. There are no other handles, because there are no directives. */
const tagText =
  /!(?:<[\w;/?:@&=+$,.!~*'()[\]-]+>|!?[\w-]+(?!!)[\w;/?:@&=+$,.!~*'()[\]-]*|[;/?:@&=+$,.~*'()[\]][\w;/?:@&=+$,.!~*'()[\]-]*)?/y;

/** Reads `*name` or `&name`, and gives the name. */
export function scanName(cursor: YamlCursor, type: "alias" | "anchor"): string {
  const start = cursor.at++;
  while (isNameCode(cursor.code())) cursor.at++;
  const text = cursor.text.slice(start + 1, cursor.at);
  const ends = isBlankOrEnd(cursor.code()) || "?:,]}%@`".includes(cursor.text.charAt(cursor.at));
  if (text === "" || !ends) throw new DocumentFault(start, `no name of an ${type}: quote it if it is a text`);
  return text;
}

/** Reads a tag, and gives it as written. */
export function scanTag(cursor: YamlCursor): string {
  const start = cursor.at;
  tagText.lastIndex = start;
  const text = tagText.exec(cursor.text)?.[0] ?? "";
  cursor.at += text.length;
  if (text === "" || !isBlankOrEnd(cursor.code())) throw new DocumentFault(start, "no tag: quote it if it is a text");
  return text;
}

/** Whether a plain scalar may begin with this character. */
export function startsPlain(char: string, next: number, inFlow: boolean): boolean {
  if (char === "-") return !isBlank(next);
  if (char === "?" || char === ":") return !inFlow && !isBlankOrEnd(next);
  return !isBlankOrEnd(char.charCodeAt(0)) && !",[]{}#&*!|>'\"%@`".includes(char);
}

/** Whether a key is longer than YAML allows, in characters. */
export function isLongerKey(text: string, start: number, end: number): boolean {
  if (end - start <= longestKey) return false;
  if (end - start > 2 * longestKey) return true;
  const halves = text.slice(start, end).match(/[\ud800-\udbff]/g)?.length ?? 0;
  return end - start - halves > longestKey;
}
