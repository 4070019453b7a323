import type { Door, ExposureReport } from "../answers/exposure.ts";
import { jsonLines } from "./json.ts";
import { allowedJson, type JsonAllowed } from "./verdict-json.ts";

/** An ExposureReport as JSON has it: whether a door is open is true, false or "unknown". */
export type ExposureJson = Omit<ExposureReport, "doors"> & {
  readonly doors: readonly (Omit<Door, "open"> & { readonly open: JsonAllowed })[];
};

/** The report in the shape that docs/json.md and its schema describe. */
export function toExposureJson(report: ExposureReport): ExposureJson {
  return { ...report, doors: report.doors.map((door) => ({ ...door, open: allowedJson[door.open] })) };
}

/** The same as JSON text, piece by piece. */
export function exposureJson(report: ExposureReport): Iterable<string> {
  return jsonLines(toExposureJson(report));
}
