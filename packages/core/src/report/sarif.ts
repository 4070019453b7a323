import { checkAnswer } from "../lib/check-argument.ts";
import type { AnalysisReport } from "../answers/analysis-report.ts";
import { type Finding, severities } from "../answers/finding.ts";
import { type PathOf, relativeUri, rootedPath } from "./artifact-path.ts";
import { fingerprintsOf } from "./fingerprint.ts";
import { jsonText } from "./json.ts";
import type { PrintedRule } from "./rules.ts";
import { note, sarifNotifications } from "./sarif-notifications.ts";
import { type ResultSource, type SarifFingerprint, sarifResults } from "./sarif-results.ts";
import { sarifRules, uncataloguedRule } from "./sarif-rules.ts";
import type { SarifLog, SarifNotification, SarifRule, SarifSuppression } from "./sarif-types.ts";
import { grouped } from "./words.ts";

/** A finding that someone has declared not to count, and why. */
export interface SuppressedResult {
  /** The finding as it would have been told. */
  readonly finding: Finding;
  /** Where it is written that it does not count. */
  readonly by: "comment" | "annotation" | "config";
  /** Why, in the words of whoever wrote that. */
  readonly reason: string;
}

/** What SARIF wants to know beside the report. */
export interface SarifOptions {
  /** The catalogue: rules that found nothing are described too. */
  readonly rules: readonly PrintedRule[];
  /** Rule pages by id, as Markdown: the help of the alerts. */
  readonly pages?: Readonly<Record<string, string>>;
  /** The version of npa. */
  readonly version?: string;
  /** What was analysed, as the user named it: a code host keeps the runs on different inputs apart. */
  readonly inputs?: readonly string[];
  /** Where a file is in the repository. Without it, file names are taken to be relative to the root. */
  readonly pathOf?: PathOf;
  /** Default `semantic`. */
  readonly fingerprint?: SarifFingerprint;
  /** Findings to give with `suppressions`. GitHub shows these as open, so by default there are none. */
  readonly suppressed?: readonly SuppressedResult[];
}

const informationUri = "https://npa.dev";
const schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/** GitHub refuses a run with more results. */
const maxResults = 25_000;
/** Of those that it takes, GitHub shows so many, the gravest. */
const maxShown = 5_000;
const maxCategory = 200;

/** The report as a SARIF 2.1.0 log, within what GitHub and GitLab take. */
export function toSarif(report: AnalysisReport, options: SarifOptions): SarifLog {
  checkAnswer("toSarif", report, "AnalysisReport");
  const suppressed = options.suppressed ?? [];
  const fingerprints = fingerprintsOf([...report.findings, ...suppressed.map(({ finding }) => finding)]);
  const { sources, cut } = gravestFirst(
    [...report.findings.map((finding) => ({ finding })), ...suppressed.map(suppressedPart)].map((part, i) => ({
      ...part,
      fingerprint: fingerprints[i] as string, // one for each finding
    })),
  );
  const rules = describedRules(sources, options);
  const ruleIndexes = new Map(rules.map(({ id }, i) => [id, i]));
  const { pathOf, fingerprint = "semantic" } = options;
  return {
    $schema: schema,
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "npa", ...versionOf(options), informationUri, rules } },
        automationDetails: { id: automationId(options) },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: [...cut, ...sarifNotifications(report, ruleIndexes, pathOf)],
          },
        ],
        originalUriBaseIds: { "%SRCROOT%": { description: { text: "The root of the repository." } } },
        columnKind: "utf16CodeUnits",
        results: sarifResults(sources, { ruleIndexes, fingerprint, ...(pathOf === undefined ? {} : { pathOf }) }),
      },
    ],
  };
}

/** The same as JSON text. */
export function sarifText(report: AnalysisReport, options: SarifOptions): string {
  return jsonText(toSarif(report, options));
}

function suppressedPart({ finding, by, reason }: SuppressedResult): Omit<ResultSource, "fingerprint"> {
  const suppression: SarifSuppression = { kind: by === "config" ? "external" : "inSource", justification: reason };
  return { finding, suppression };
}

/** The gravest first, at most as many as a code host takes, and a note when it takes or shows fewer than there are. */
function gravestFirst(all: readonly ResultSource[]): {
  readonly sources: readonly ResultSource[];
  readonly cut: readonly SarifNotification[];
} {
  const sources = all
    .toSorted((a, b) => severities.indexOf(a.finding.severity) - severities.indexOf(b.finding.severity))
    .slice(0, maxResults);
  if (all.length <= maxShown) return { sources, cut: [] };
  const shown = `GitHub shows the gravest ${grouped(maxShown)}`;
  const message =
    all.length <= maxResults
      ? `there are ${grouped(all.length)} findings, all of them here, the gravest first: ${shown}`
      : `there are ${grouped(all.length)} findings: the gravest ${grouped(maxResults)} are given, as many as code scanning takes, and ${shown}; -o json has all`;
  return { sources, cut: [note(message, "warning")] };
}

function describedRules(sources: readonly ResultSource[], { rules, pages }: SarifOptions): readonly SarifRule[] {
  const known = new Set(rules.map(({ id }) => id));
  const others = new Map(
    sources.filter(({ finding }) => !known.has(finding.ruleId)).map(({ finding }) => [finding.ruleId, finding]),
  );
  return [...sarifRules(rules, pages), ...[...others.values()].map(uncataloguedRule)];
}

function versionOf({ version }: SarifOptions): { readonly version?: string; readonly semanticVersion?: string } {
  if (version === undefined) return {};
  const isSemantic = /^\d+\.\d+\.\d+(?:-[\w.-]+)?(?:\+[\w.-]+)?$/.test(version);
  return { version, ...(isSemantic ? { semanticVersion: version } : {}) };
}

/** GitHub refuses two runs of one category in one upload: the category is what stands before the last slash. */
function automationId({ inputs = [], pathOf }: SarifOptions): string {
  const names = inputs.map((input) => relativeUri(rootedPath(input === "-" ? "<stdin>" : input, pathOf)));
  const joined = names.filter((name) => name !== "").join("+");
  return ["npa", ...(joined === "" ? [] : [joined.slice(0, maxCategory)]), ""].join("/");
}
