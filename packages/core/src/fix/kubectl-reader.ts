import type { Report } from "../diagnostics/diagnostic.ts";
import type { TextReader } from "../edit/text-reader.ts";
import { parseSource } from "../parse/parse-source.ts";
import { splitDocuments } from "../parse/split-documents.ts";

/** Reads texts as npa, and kubectl, reads them: every edit is judged by it. */
export const kubectlReader: TextReader = {
  documents: splitDocuments,
  values(text) {
    let problems = 0;
    const report: Report = () => {
      problems++;
    };
    const { documents } = parseSource({ name: "", text }, { wants: () => true }, report);
    return { values: documents.map(({ value }) => value), problems };
  },
};
