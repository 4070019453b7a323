import { checkAnswer } from "../lib/check-argument.ts";
import type { ExposureReport } from "../answers/exposure.ts";
import { groupBy } from "../lib/group-by.ts";
import {
  directionsText,
  doorText,
  type ExposureSection,
  exposureSections,
  exposureSentence,
  throughText,
} from "./exposure-words.ts";
import { printable } from "./escape.ts";
import { type Palette, type TextOptions, paletteOf } from "./palette.ts";
import { counted, placeText, shortened } from "./words.ts";
import { wrapped } from "./wrap.ts";

const shownWorkloads = 6;
const everyPod = "every pod";
/** Behind `  unknown  `. */
const doorIndent = 11;

const titles: Readonly<Record<ExposureSection["direction"], Readonly<Record<ExposureSection["kind"], string>>>> = {
  ingress: {
    internet: "In from addresses outside",
    cluster: "In from every pod of the cluster",
    namespaces: "In from whole namespaces",
    labels: "In from pods of some labels",
  },
  egress: {
    internet: "Out to addresses outside",
    cluster: "Out to every pod of the cluster",
    namespaces: "Out to whole namespaces",
    labels: "Out to pods of some labels",
  },
};

/** The answer of `npa exposure` for people: by what is open, then by whom. */
export function* exposureText(report: ExposureReport, options: TextOptions = {}): Generator<string> {
  checkAnswer("exposureText", report, "ExposureReport");
  const palette = paletteOf(options);
  const { width } = options;
  for (const line of wrapped(exposureSentence(report), width, 2)) yield `${palette.bold(line)}\n`;
  for (const section of exposureSections(report)) yield* sectionLines(section, palette, width);
  yield* unprotectedLines(report, palette, width);
  yield* doorLines(report, palette, width);
}

type Width = TextOptions["width"];

function* sectionLines(
  { direction, kind, rows }: ExposureSection,
  { bold, dim }: Palette,
  width: Width,
): Generator<string> {
  yield `\n${bold(titles[direction][kind])}\n`;
  for (const { what, ports, isUncertain, workloads, through } of rows) {
    const head =
      kind === "cluster" ? `${ports}${printable(what.slice(everyPod.length))}` : `${printable(what)} : ${ports}`;
    const why = through.length === 0 ? throughText(through, isUncertain) : `through ${throughText(through)}`;
    yield* lines(`  ${head}`, width, 4);
    yield* lines(`    ${workloadsText(workloads)}`, width, 6);
    for (const line of wrapped(`    ${why}`, width, 6)) yield `${dim(line)}\n`;
  }
}

function* lines(text: string, width: Width, indent: number): Generator<string> {
  for (const line of wrapped(text, width, indent)) yield `${line}\n`;
}

function workloadsText(ids: readonly string[]): string {
  const names = shortened(ids, ids.length, shownWorkloads);
  return ids.length > shownWorkloads ? `${counted(ids.length, "workload")}: ${names}` : names;
}

function* unprotectedLines({ unprotected }: ExposureReport, { bold }: Palette, width: Width): Generator<string> {
  if (unprotected.length === 0) return;
  yield `\n${bold("Not isolated by any policy")}\n`;
  const words = { ingress: "in", egress: "out" } as const;
  for (const [directions, group] of groupBy(unprotected, (each) => directionsText(each, words, " and ")))
    yield* lines(`  ${directions.padEnd(10)}  ${workloadsText(group.map(({ id }) => id))}`, width, 14);
}

function* doorLines(
  { doors }: ExposureReport,
  { bold, dim, green, red, yellow }: Palette,
  width: Width,
): Generator<string> {
  if (doors.length === 0) return;
  yield `\n${bold("Doors from outside")}\n`;
  const indent = " ".repeat(doorIndent);
  for (const door of doors) {
    const open = { yes: red("open   "), no: green("closed "), unknown: yellow("unknown") }[door.open];
    const told = wrapped(`${indent}${doorText(door)}`, width, doorIndent + 2);
    const place = placeText(door.location);
    const isShort = width === undefined || (told.at(-1)?.length ?? 0) + 2 + place.length <= width;
    yield `  ${open}  ${told.join("\n").slice(doorIndent)}${isShort ? "  " : `\n${indent}`}${dim(place)}\n`;
    for (const line of wrapped(`${indent}${printable(door.because)}`, width, doorIndent)) yield `${dim(line)}\n`;
  }
}
