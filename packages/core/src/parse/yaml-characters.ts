import { DocumentFault } from "./document-fault.ts";

const refused = /[^\t\n\r -~\u0085\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/**
 * Throws a DocumentFault for characters that a YAML document must not have, and for a byte order mark that is not at
 * its start: kubectl's reader, meeting one, may drop characters elsewhere.
 */
export function checkCharacters(text: string): void {
  const at = text.search(refused);
  if (at !== -1)
    throw new DocumentFault(at, "a control character: write it as an escape in double quotes, or remove it");
  const mark = text.indexOf("\ufeff", 1);
  if (mark !== -1) {
    throw new DocumentFault(mark, "a byte order mark (U+FEFF) in the middle: remove it", "yaml-syntax", {
      kubectlMayRead: true,
    });
  }
}
