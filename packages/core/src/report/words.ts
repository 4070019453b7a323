import type { AnalysisReport, ConfigurationUsed } from "../answers/analysis-report.ts";
import type { Diagnostic, ObjectRef } from "../diagnostics/diagnostic.ts";
import type { LimitedPorts, MissingFact } from "../answers/connectivity.ts";
import type { Ports } from "../answers/ports.ts";
import { portsText } from "../answers/ports-text.ts";
import type { Location } from "../source/position.ts";
import { groupBy } from "../lib/group-by.ts";
import { printable } from "./escape.ts";

export { portsText };

/** `1 policy`, `1,234 policies`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** `the same once more`, `the same 3 times more`. */
export function sameAgain(count: number): string {
  return `the same ${count === 1 ? "once" : counted(count, "time")} more`;
}

/** A whole number with a comma between thousands, whatever the locale. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** A figure with at most two decimals. */
export function rounded(figure: number): string {
  return String(Math.round(figure * 100) / 100);
}

/** `33 %` of a whole; an unequal part never reads as 0 or 100. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return "0 %";
  const exact = (100 * part) / whole;
  if (part > 0 && exact < 1) return "<1 %";
  if (part < whole && exact > 99) return ">99 %";
  return `${Math.round(exact)} %`;
}

/** `a, b and 3 more`. */
export function shortened(names: readonly string[], total: number, shown: number): string {
  const first = names.slice(0, shown).map(printable);
  const rest = total - first.length;
  if (rest > 0) return `${first.join(", ")} and ${grouped(rest)} more`;
  return first.length < 2 ? first.join("") : `${first.slice(0, -1).join(", ")} and ${first.at(-1) ?? ""}`;
}

const longestLabel = 40;

/** Text that fits at a line of a picture. */
export function shortLabel(text: string): string {
  return text.length > longestLabel ? `${text.slice(0, longestLabel - 1)}…` : text;
}

/** `policies/web.yaml:14:9`; of an object of a live cluster, which has no text, `shop/networkpolicy/web spec.ingress[0]`. */
export function placeText(location: Location): string {
  const object = liveObject(location);
  if (object !== undefined) return printable(location.path === "" ? object : `${object} ${location.path}`);
  return `${printable(location.file)}:${location.line}:${location.column}`;
}

/** What the name of a file that does not exist tells: every place in an object of a live cluster is its first character. */
function liveObject({ file, line, column, endLine, endColumn }: Location): string | undefined {
  if (line !== 1 || column !== 1 || endLine !== 1 || endColumn !== 1) return undefined;
  return /^cluster\/[^/]+\/(.+)\.yaml$/.exec(file)?.[1];
}

/** `NetworkPolicy shop/web`. */
export function objectText(ref: ObjectRef): string {
  // Configurations of clusters have no name.
  return printable(`${ref.kind} ${ref.namespace === undefined ? ref.name : `${ref.namespace}/${ref.name}`}`.trimEnd());
}

/** The same, with the family where it matters: `TCP 80 over IPv6`. */
export function familyPortsText({ family, ...ports }: Ports & { readonly family?: string }): string {
  return `${portsText(ports)}${family === undefined ? "" : ` over ${family}`}`;
}

/** `some requests on TCP 80: GET /api/.*`, for each of the limits. */
export function limitedTexts(limited: readonly LimitedPorts[] = []): readonly string[] {
  return limited.map(
    ({ requests, ...ports }) =>
      `some requests on ${portsText(ports)}: ${shortened(requests, requests.length, shownRequests)}`,
  );
}

const shownRequests = 6;

/** Whether of all that passes only some requests do. */
export function isLimitedOnly({
  limited = [],
  ...passing
}: Ports & { readonly limited?: readonly LimitedPorts[] }): boolean {
  const text = portsText(passing);
  return limited.some((each) => portsText(each) === text);
}

/** The fact that an answer hangs on, in words. */
export function missingFactText(fact: MissingFact): string {
  if ("namespace" in fact) return printable(`label ${fact.label} of namespace ${fact.namespace}`);
  if ("label" in fact) return printable(`label ${fact.label} of ${fact.endpoint}`);
  if ("policy" in fact) return printable(`${fact.missing} (${fact.policy})`);
  return printable(`the ${fact.missing} of ${fact.endpoint}`);
}

/** How many places are named of a problem that many objects have. */
const maxProblemPlaces = 5;

/** `policies/web.yaml:14:9: error: port 80 has endPort 79: ...`. */
function problemText(problem: Diagnostic): string {
  const place = problem.location === undefined ? "" : `${placeText(problem.location)}: `;
  return `${place}${problem.severity}: ${printable(problem.message)}`;
}

/** Problems, errors first; what is the same of several objects once, with the places of the others on a line below. */
export function problemTexts(
  problems: readonly Diagnostic[],
): readonly { readonly text: string; readonly count: number }[] {
  const rank = ({ severity }: Diagnostic): number => (severity === "error" ? 0 : 1);
  const same = groupBy(
    problems.toSorted((a, b) => rank(a) - rank(b)),
    ({ severity, message }) => `${severity}: ${message}`,
  );
  return [...same.values()].map((group) => ({ text: sameProblemText(group), count: group.length }));
}

function sameProblemText([first, ...others]: readonly Diagnostic[]): string {
  if (first === undefined) return "";
  if (others.length === 0) return problemText(first);
  const places = others.flatMap(({ location }) => (location === undefined ? [] : [placeText(location)]));
  const where = places.length === 0 ? "" : `: ${shortened(places, places.length, maxProblemPlaces)}`;
  return `${problemText(first)}\n  and ${sameAgain(others.length)}${where}`;
}

/** How many of the findings that are silenced are named. */
const maxSilenced = 5;

/** What of a report's making its reader must know: it may come with what is analysed. One sentence each. */
export function makingTexts({
  configuration,
  suppressed = [],
}: Pick<AnalysisReport, "configuration"> & Partial<Pick<AnalysisReport, "suppressed">>): readonly string[] {
  const silenced = suppressed.filter(({ by }) => by !== "config");
  const named = silenced.slice(0, maxSilenced).map(({ finding, by, location }) => {
    const place = location === undefined ? "" : ` at ${placeText(location)}`;
    return `${finding.ruleId} of ${objectText(finding.object)} by ${by}${place}`;
  });
  const verb = silenced.length === 1 ? "is" : "are";
  return [
    ...(configuration === undefined ? [] : [`settings ${configurationText(configuration)}`]),
    ...(silenced.length === 0
      ? []
      : [
          `${counted(silenced.length, "finding")} ${verb} silenced by the analysed files: ${shortened(named, silenced.length, maxSilenced)}`,
        ]),
  ];
}

/** `of npa.config.yaml, which turns off internet-egress-open and ignores findings by 2 entries`. */
function configurationText({ file, rulesOff, severities, ignores }: ConfigurationUsed): string {
  const does = [
    ...(rulesOff.length === 0 ? [] : [`turns off ${rulesOff.join(", ")}`]),
    ...(severities.length === 0 ? [] : [`changes the severity of ${severities.join(", ")}`]),
    ...(ignores === 0 ? [] : [`ignores findings by ${counted(ignores, "entry", "entries")}`]),
  ];
  return does.length === 0 ? `of ${file}` : `of ${file}, which ${does.join(" and ")}`;
}
