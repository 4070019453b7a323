import type { Finding } from "../answers/finding.ts";
import { csvRecord } from "./escape.ts";

const columns = [
  "severity",
  "rule",
  "category",
  "file",
  "line",
  "column",
  "kind",
  "namespace",
  "name",
  "message",
  "affectedCount",
  "affected",
  "fix",
] as const;

/** One record per finding of a report. */
export function findingsCsv({ findings }: { readonly findings: readonly Finding[] }): string {
  return csvRecord(columns) + findings.map((finding) => csvRecord(record(finding))).join("");
}

function record({
  ruleId,
  severity,
  category,
  message,
  location,
  object,
  affected,
  affectedCount,
  fix,
}: Finding): readonly string[] {
  return [
    severity,
    ruleId,
    category,
    location?.file ?? "",
    location === undefined ? "" : String(location.line),
    location === undefined ? "" : String(location.column),
    object.kind,
    object.namespace ?? "",
    object.name,
    message,
    String(affectedCount),
    affected.join(" "),
    fix?.description ?? "",
  ];
}
