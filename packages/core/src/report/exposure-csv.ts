import type { ExposureReport } from "../answers/exposure.ts";
import { openPortsText, openingsOf, throughText } from "./exposure-words.ts";
import { csvRecord } from "./escape.ts";
import { portsText } from "./words.ts";

/** One record for each opening of each workload, and each door. */
export function* exposureCsv({ workloads, doors }: ExposureReport): Generator<string> {
  yield csvRecord(["workload", "direction", "kind", "open to", "ports", "present", "through"]);
  for (const workload of workloads) {
    for (const direction of ["ingress", "egress"] as const) {
      const { through } = workload[direction];
      for (const { kind, what, present, opening } of openingsOf(workload[direction]))
        yield csvRecord([
          workload.id,
          direction,
          kind,
          what,
          openPortsText(opening),
          present === undefined ? "" : String(present),
          throughText(
            opening.through.flatMap((at) => through[at] ?? []),
            opening.uncertain !== undefined,
          ),
        ]);
    }
  }
  for (const { object, backend = "", source, open, because, ...ports } of doors)
    yield csvRecord([
      backend,
      "ingress",
      "door",
      `${source} by ${object.kind} ${object.namespace}/${object.name}`,
      portsText(ports),
      open,
      because,
    ]);
}
