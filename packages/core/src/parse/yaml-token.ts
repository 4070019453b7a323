/** How a scalar is written. */
export type ScalarStyle = "plain" | "single-quoted" | "double-quoted" | "literal" | "folded";

/** A token without a text of its own. */
export type MarkType =
  | "document-start"
  | "document-end"
  | "stream-end"
  | "block-sequence"
  | "block-mapping"
  | "block-end"
  | "flow-sequence"
  | "flow-sequence-end"
  | "flow-mapping"
  | "flow-mapping-end"
  | "flow-entry"
  | "block-entry"
  | "key"
  | "value";

/** A token of a YAML text; offsets are those of the text. */
export type YamlToken =
  | { readonly type: MarkType; readonly start: number; readonly end: number }
  | {
      readonly type: "scalar";
      readonly start: number;
      readonly end: number;
      readonly style: ScalarStyle;
      readonly text: string;
    }
  | { readonly type: "anchor" | "alias" | "tag"; readonly start: number; readonly end: number; readonly text: string };
