import type { ProblemCode } from "../diagnostics/diagnostic.ts";

/** Why a document cannot be read. Thrown and caught inside this room only, where a document's reading ends early. */
export class DocumentFault extends Error {
  readonly code: ProblemCode;
  /** An offset into the text that is being read. */
  readonly offset: number;
  /** kubectl may read the document all the same, so it must not be passed over, whatever it looks like. */
  readonly kubectlMayRead: boolean;
  /** It is a directive, at which kubectl stops reading the file. */
  readonly isDirective: boolean;

  constructor(
    offset: number,
    message: string,
    code: ProblemCode = "yaml-syntax",
    {
      kubectlMayRead = code !== "yaml-syntax",
      isDirective = false,
    }: { readonly kubectlMayRead?: boolean; readonly isDirective?: boolean } = {},
  ) {
    super(message);
    this.code = code;
    this.offset = offset;
    this.kubectlMayRead = kubectlMayRead;
    this.isDirective = isDirective;
  }
}
