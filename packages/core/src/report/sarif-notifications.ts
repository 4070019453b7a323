import type { AnalysisReport } from "../answers/analysis-report.ts";
import type { PathOf } from "./artifact-path.ts";
import { printable } from "./escape.ts";
import { withoutLinks } from "./sarif-message.ts";
import { physicalLocation } from "./sarif-places.ts";
import type { SarifNotification } from "./sarif-types.ts";
import { counted, makingTexts, shortened } from "./words.ts";

const maxNotifications = 100;

/** What a reader of the results should know of how they came about: what was wrong with the input, what was not judged. */
export function sarifNotifications(
  report: AnalysisReport,
  ruleIndexes: ReadonlyMap<string, number>,
  pathOf?: PathOf,
): readonly SarifNotification[] {
  const { inputs, rulesNotEvaluated, notEvaluated } = report;
  const problems = inputs.problems.map(({ severity, message, location }): SarifNotification => ({
    ...note(message, severity),
    ...(location === undefined ? {} : { locations: [{ physicalLocation: physicalLocation(location, pathOf) }] }),
  }));
  const rules = rulesNotEvaluated.map(({ ruleId, reason }): SarifNotification => {
    const index = ruleIndexes.get(ruleId);
    return {
      ...note(`rule ${ruleId} was not evaluated: ${reason}`, "note"),
      ...(index === undefined ? {} : { associatedRule: { id: ruleId, index } }),
    };
  });
  const kinds = notEvaluated.map(({ kind, count, reason, objects }) =>
    note(`${counted(count, `${kind} object`)} not evaluated: ${reason}: ${shortened(objects, count, 3)}`, "note"),
  );
  const settings = makingTexts(report).map((text) => note(text, "note"));
  return [...settings, ...bounded(problems, "problem"), ...bounded(rules, "note"), ...bounded(kinds, "note")];
}

/** A notification without a place. */
export function note(message: string, level: SarifNotification["level"]): SarifNotification {
  return { level, message: { text: withoutLinks(printable(message)).slice(0, 4000) } };
}

function bounded(notifications: readonly SarifNotification[], what: string): readonly SarifNotification[] {
  const rest = notifications.length - maxNotifications;
  if (rest <= 0) return notifications;
  return [...notifications.slice(0, maxNotifications), note(`and ${counted(rest, `more ${what}`)}`, "warning")];
}
