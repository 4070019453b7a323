import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { textOf, typeScriptFiles } from "./source-files.ts";

const sources = ["packages/core/src", "packages/cli/src", "packages/fixtures/src"].flatMap(typeScriptFiles);
const tests = ["packages/core/test", "packages/cli/test", "packages/fixtures/test", "test"].flatMap(typeScriptFiles);
const all = [...sources, ...tests];

const lineLimit = 300;
/** Files that are longer, each with its reason. Tests may take a half more: a list of cases is read, not reasoned about. */
const longFiles: Readonly<Record<string, string>> = {
  "packages/cli/src/demo/shop.ts": "manifests, not code",
  "packages/fixtures/test/oracle.test.ts": "one test per sentence of the Kubernetes API: reads as a list",
};

function linesOf(file: string): number {
  return textOf(file).split("\n").length - 1;
}

describe("style that a machine can check", () => {
  it("file names are kebab-case", () => {
    const wrong = all.filter((file) => !/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.test|\.d)?\.ts$/.test(basename(file)));
    expect(wrong).toEqual([]);
  });

  it("exports have names", () => {
    expect(all.filter((file) => /^export default\b/m.test(textOf(file)))).toEqual([]);
  });

  it("a source file has at most 300 lines, or a reason", () => {
    const wrong = sources.filter((file) => linesOf(file) > lineLimit && longFiles[file] === undefined);
    expect(wrong).toEqual([]);
  });

  it("a test file has at most 450 lines, or a reason", () => {
    const wrong = tests.filter((file) => linesOf(file) > lineLimit * 1.5 && longFiles[file] === undefined);
    expect(wrong).toEqual([]);
  });

  it("every reason is still needed", () => {
    const idle = Object.keys(longFiles).filter((file) => !all.includes(file) || linesOf(file) <= lineLimit);
    expect(idle).toEqual([]);
  });

  it("core prints nothing, reads no clock and throws no dice outside load", () => {
    const pure = sources.filter(
      (file) => file.startsWith("packages/core/src/") && !file.startsWith("packages/core/src/load/"),
    );
    const impure = /\bconsole\.|\bprocess\.|\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.now\(/;
    expect(pure.filter((file) => impure.test(withoutComments(textOf(file))))).toEqual([]);
  });

  it("nothing is sorted or written by a locale, whose data takes Node 14 ms to load besides", () => {
    expect(sources.filter((file) => /localeCompare|\bIntl\.|\.toLocale/.test(withoutComments(textOf(file))))).toEqual(
      [],
    );
  });

  it("no test is skipped or singled out, and nothing is left to do", () => {
    const marks = new RegExp(String.raw`\b(?:it|describe|test)\.(?:skip|only|todo)\b|\b(?:TO${""}DO|FIX${""}ME)\b`);
    expect(all.filter((file) => marks.test(textOf(file)))).toEqual([]);
  });
});

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");
}
