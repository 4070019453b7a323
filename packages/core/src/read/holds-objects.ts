import type { SourceText } from "../parse/document.ts";
import { parseSource } from "../parse/parse-source.ts";
import { visitObjects } from "../normalize/expand-lists.ts";

/** Whether kubectl would apply something of a text, or nobody can tell: by what it says, however that is written. */
export function holdsObjects(source: SourceText): boolean {
  let isFound = false;
  const found = (): void => void (isFound = true);
  const report = ({ unreadable = false }): void => void (isFound ||= unreadable);
  const { documents } = parseSource(source, { wants: () => true }, report);
  for (const document of documents)
    visitObjects(document, { object: found, nameless: found, other: () => undefined, report });
  return isFound;
}
