import type { ExposureReport } from "../answers/exposure.ts";
import { directionsText, doorText, exposureSections, exposureSentence, throughText } from "./exposure-words.ts";
import { markdownCode, markdownHead, markdownRow, markdownText } from "./escape.ts";
import { placeText } from "./words.ts";

const shownWorkloads = 20;

/** The answer of `npa exposure` as Markdown. */
export function* exposureMarkdown(report: ExposureReport): Generator<string> {
  yield `## Exposure\n\n${markdownText(exposureSentence(report))}\n`;
  const sections = exposureSections(report);
  if (sections.length > 0) yield `\n${markdownHead(["Direction", "Open to", "Ports", "Workloads", "Through"])}`;
  for (const { direction, rows } of sections)
    for (const { what, ports, isUncertain, workloads, through } of rows)
      yield markdownRow([
        direction,
        markdownText(what),
        ports,
        idsText(workloads),
        markdownText(throughText(through, isUncertain)),
      ]);
  if (report.unprotected.length > 0) yield `\n### Not isolated\n\n${markdownHead(["Workload", "Directions"])}`;
  for (const each of report.unprotected)
    yield markdownRow([markdownCode(each.id), directionsText(each, { ingress: "ingress", egress: "egress" }, ", ")]);
  if (report.doors.length > 0)
    yield `\n### Doors from outside\n\n${markdownHead(["Open", "Door", "Place", "Because"])}`;
  for (const door of report.doors)
    yield markdownRow([
      door.open,
      markdownText(doorText(door)),
      markdownCode(placeText(door.location)),
      markdownText(door.because),
    ]);
}

function idsText(ids: readonly string[]): string {
  const shown = ids.slice(0, shownWorkloads).map(markdownCode).join(", ");
  return ids.length > shownWorkloads ? `${shown} and ${ids.length - shownWorkloads} more` : shown;
}
