import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { mayImport } from "../architecture/rooms.ts";
import { sections, tableRows } from "./markdown.ts";

function textOf(file: string): string {
  return readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
}

const chapters = sections(textOf("ARCHITECTURE.md"));
const core = JSON.parse(textOf("packages/core/package.json")) as {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies: Readonly<Record<string, string>>;
}; // our own file

/** The rows below the head of a table. */
function rowsBelow(head: string, chapter: string): readonly (readonly string[])[] {
  const rows = tableRows(chapters.get(chapter) ?? "");
  const at = rows.findIndex(([first]) => first === head);
  const end = rows.findIndex((row, i) => i > at + 1 && !/^[a-z@]/.test(row[0] ?? ""));
  return rows.slice(at + 2, end < 0 ? undefined : end);
}

/** A room and all that it may import, and what these may. */
function belowOf(room: string): readonly string[] {
  return [room, ...(mayImport[room] ?? []).flatMap(belowOf)];
}

/** What a cell of the column "may import" lets a room import, and what of it stands there by name. */
function readCell(cell: string): { readonly all: ReadonlySet<string>; readonly named: readonly string[] } {
  const words = [...cell.replaceAll(/\([^)]*\)/g, "").matchAll(/([a-z]+)( and below)?/g)];
  const named = words.flatMap(([, word = ""]) => (word in mayImport ? [word] : []));
  const all = words.flatMap(([, word = "", below]) => (below === undefined ? [word] : belowOf(word)));
  return { all: new Set(["answers", ...all]), named };
}

describe("ARCHITECTURE.md", () => {
  it("names every entry of the library, and no other", () => {
    const entries = Object.keys(core.exports).filter((name) => !name.endsWith(".json"));
    expect(
      rowsBelow("entry", "Packages")
        .map(([entry = ""]) => entry)
        .toSorted(),
    ).toEqual(entries.map((name) => `@npa/core${name.slice(1)}`).toSorted());
  });

  it("names every room, and says of each what it may import", () => {
    const rows = rowsBelow("room", "Rooms of `packages/core/src`");
    expect(rows.map(([room = ""]) => room).toSorted()).toEqual(Object.keys(mayImport).toSorted());
    for (const [room = "", , cell = ""] of rows) {
      const allowed = mayImport[room] ?? [];
      if (cell.startsWith("everything") || room === "answers") continue;
      const { all, named } = readCell(cell);
      expect([room, allowed.filter((each) => !all.has(each))]).toEqual([room, []]);
      expect([room, named.filter((each) => !allowed.includes(each))]).toEqual([room, []]);
    }
  });
});

describe("SECURITY.md", () => {
  it("names every package that the library needs, and no other", () => {
    const chapter = sections(textOf("SECURITY.md")).get("Supply chain") ?? "";
    const sentence = /`@npa\/core` needs ([^;]*);/.exec(chapter)?.[1] ?? "";
    const named = [...sentence.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
    expect(named.toSorted()).toEqual(Object.keys(core.dependencies).toSorted());
  });
});
