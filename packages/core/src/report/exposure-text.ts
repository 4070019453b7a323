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

const shownWorkloads = 6;
const everyPod = "every pod";

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
  const palette = paletteOf(options);
  yield `${palette.bold(exposureSentence(report))}\n`;
  for (const section of exposureSections(report)) yield* sectionLines(section, palette);
  yield* unprotectedLines(report, palette);
  yield* doorLines(report, palette);
}

function* sectionLines({ direction, kind, rows }: ExposureSection, { bold, dim }: Palette): Generator<string> {
  yield `\n${bold(titles[direction][kind])}\n`;
  for (const { what, ports, isUncertain, workloads, through } of rows) {
    const head =
      kind === "cluster" ? `${ports}${printable(what.slice(everyPod.length))}` : `${printable(what)} : ${ports}`;
    yield `  ${head}\n`;
    yield `    ${workloadsText(workloads)}\n`;
    yield `    ${dim(through.length === 0 ? throughText(through, isUncertain) : `through ${throughText(through)}`)}\n`;
  }
}

function workloadsText(ids: readonly string[]): string {
  const names = shortened(ids, ids.length, shownWorkloads);
  return ids.length > shownWorkloads ? `${counted(ids.length, "workload")}: ${names}` : names;
}

function* unprotectedLines({ unprotected }: ExposureReport, { bold }: Palette): Generator<string> {
  if (unprotected.length === 0) return;
  yield `\n${bold("Not isolated by any policy")}\n`;
  const words = { ingress: "in", egress: "out" } as const;
  for (const [directions, group] of groupBy(unprotected, (each) => directionsText(each, words, " and ")))
    yield `  ${directions.padEnd(10)}  ${workloadsText(group.map(({ id }) => id))}\n`;
}

function* doorLines({ doors }: ExposureReport, { bold, dim, green, red, yellow }: Palette): Generator<string> {
  if (doors.length === 0) return;
  yield `\n${bold("Doors from outside")}\n`;
  for (const door of doors) {
    const open = { yes: red("open   "), no: green("closed "), unknown: yellow("unknown") }[door.open];
    yield `  ${open}  ${doorText(door)}  ${dim(placeText(door.location))}\n`;
    yield `           ${dim(printable(door.because))}\n`;
  }
}
