import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  csvField,
  csvRecord,
  githubMessage,
  githubProperty,
  markdownCode,
  markdownText,
  printable,
  printableJson,
} from "../../src/report/escape.ts";

// oxlint-disable-next-line no-control-regex -- control characters are what must not be there
const acts = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Cs}/u;
const anyText = fc.string({
  unit: fc.oneof(
    fc.string({ unit: "binary", maxLength: 3 }),
    fc.constantFrom("\u001b[", "\u202e", "|", "`", "=", '"', "\n", ",", "%", "@", "<"),
  ),
});

describe("printable", () => {
  it("writes what acts on a terminal or an eye as an escape, and leaves the rest", () => {
    expect(printable("\u001b[31mred\u0007\u009b")).toBe(String.raw`\u001b[31mred\u0007\u009b`);
    expect(printable("a\nb\r\tc")).toBe(String.raw`a\nb\r\tc`);
    expect(printable("user\u202etxt.exe\u2066\u200b\ufeff")).toBe(String.raw`user\u202etxt.exe\u2066\u200b\ufeff`);
    expect(printable("lone \ud800 surrogate, \u{e0041} tag")).toBe(String.raw`lone \ud800 surrogate, \udb40\udc41 tag`);
    expect(printable("Grüße, 日本語, 🎉 a/b[Deployment]")).toBe("Grüße, 日本語, 🎉 a/b[Deployment]");
  });

  it("is the only way text of a manifest gets out, in every format", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const escape of [printable, csvField, markdownText, markdownCode, githubMessage, githubProperty]) {
          expect(escape(text)).not.toMatch(acts);
        }
        const json = printableJson(JSON.stringify({ text }));
        expect(json).not.toMatch(acts);
        expect(JSON.parse(json)).toEqual({ text });
      }),
    );
  });
});

describe("csvField", () => {
  it("quotes as RFC 4180 has it", () => {
    expect(csvRecord(["a", 'b"c', "d,e", ""])).toBe('a,"b""c","d,e",\n');
  });

  it("makes no formula for a spreadsheet", () => {
    expect(csvField("=cmd|'/c calc'!A1")).toBe("'=cmd|'/c calc'!A1");
    for (const start of ["=", "+", "-", "@", " ="]) expect(csvField(`${start}1`)).toBe(`'${start}1`);
    expect(csvField("a=1")).toBe("a=1");
    // Where semicolons part fields, quotes in the middle of a line do not hold one together.
    expect(csvField("a;=1")).toBe("a;'=1");
    expect(csvField('a,"b;  @x')).toBe('"a,""b;\'  @x"');
  });
});

describe("markdown", () => {
  it("leaves no markup, mention or link in prose", () => {
    expect(markdownText("<img> *a* [b](http://c) @all |")).toBe(
      String.raw`&lt;img&gt; \*a\* \[b\]\(http:<!-- -->//c\) @<!-- -->all \|`,
    );
  });

  it("keeps a name in one cell and one code span", () => {
    expect(markdownCode("a|b")).toBe("`a\\|b`");
    expect(markdownCode("a`b``c")).toBe("``` a`b``c ```");
    expect(markdownCode("")).toBe("");
    fc.assert(
      fc.property(anyText, (text) => {
        expect(markdownCode(text).replaceAll("\\|", "")).not.toContain("|");
      }),
    );
  });
});

describe("github", () => {
  it("cannot start another command or property", () => {
    expect(githubMessage("50%\n::error::x")).toBe(String.raw`50%25\n::error::x`);
    expect(githubProperty("a,line=1:2%")).toBe("a%2Cline=1%3A2%25");
  });
});
