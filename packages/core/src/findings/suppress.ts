import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Cluster } from "../model/cluster.ts";
import type { Finding, SuppressedFinding } from "../answers/finding.ts";
import { type IgnoreEntry, type IgnoreFacts, speaksOf } from "./ignore-entry.ts";
import { labelFinder } from "./object-labels.ts";
import { type Suppression, manifestSuppressions } from "./suppressions.ts";

/** What decides which findings are told of. */
export interface SuppressOptions {
  /** The entries of the configuration. */
  readonly ignore: readonly IgnoreEntry[];
  /** The day, as `2027-01-31`; without it nothing expires. */
  readonly today?: string;
  /** How the configuration names a file of the input. Default: as it is. */
  readonly pathOf?: (file: string) => string;
  /** The ids of all rules there are. */
  readonly ruleIds: readonly string[];
  /** Those that were run: of others nobody can say that their suppressions are not needed. */
  readonly wasRun: (ruleId: string) => boolean;
}

/** The findings that are told of, the others, and what is wrong with the suppressions. */
export interface Suppressed {
  readonly findings: readonly Finding[];
  readonly suppressed: readonly SuppressedFinding[];
  readonly problems: readonly Diagnostic[];
}

/** Sets aside the findings that comments, annotations and the configuration ask not to be told of. */
export function suppressFindings(cluster: Cluster, findings: readonly Finding[], options: SuppressOptions): Suppressed {
  const { ignore, today, ruleIds } = options;
  const written = manifestSuppressions(cluster.suppressions ?? [], ruleIds);
  const entries = ignore.map((entry) => ({ entry, suppression: configSuppression(entry) }));
  const inForce = entries.filter(({ entry }) => !isExpired(entry, today));
  const facts: IgnoreFacts = { labelsOf: labelFinder(cluster), pathOf: options.pathOf ?? ((file) => file) };
  const used = new Set<Suppression>();
  const told: Finding[] = [];
  const suppressed: SuppressedFinding[] = [];
  for (const finding of findings) {
    const { whole, part } = written.of(finding);
    const speaking = [
      ...whole,
      ...inForce.flatMap(({ entry, suppression }) => (speaksOf(entry, finding, facts) ? [suppression] : [])),
    ];
    const [first] = speaking;
    if (first === undefined) told.push(finding);
    else suppressed.push(suppressedBy(finding, first));
    for (const suppression of [...speaking, ...part]) used.add(suppression);
  }
  const unused = [...written.all, ...inForce.map(({ suppression }) => suppression)].filter(
    (each) => !used.has(each) && (each.ruleId === undefined || options.wasRun(each.ruleId)),
  );
  return {
    findings: told,
    suppressed,
    problems: [
      ...written.malformed.map(({ message, location }) => problem("invalid-suppression", message, location)),
      ...entries.filter(({ entry }) => isExpired(entry, today)).map(({ entry }) => expiredProblem(entry)),
      ...unused.map(unusedProblem),
    ],
  };
}

function configSuppression(entry: IgnoreEntry): Suppression {
  const { rule, namespace, label, path, reason, location } = entry;
  const filters = Object.entries({ rule, namespace, label, path }).filter(([, value]) => value !== undefined);
  return {
    by: "config",
    ...(rule === undefined ? {} : { ruleId: rule }),
    reason,
    text: `ignore {${filters.map(([key, value]) => `${key}: ${value}`).join(", ")}}`,
    locate: () => location,
  };
}

function suppressedBy(finding: Finding, { by, reason, locate }: Suppression): SuppressedFinding {
  const location = locate();
  return { finding, by, reason, ...(location === undefined ? {} : { location }) };
}

/** Days in this form compare as texts. */
function isExpired({ expires }: IgnoreEntry, today: string | undefined): boolean {
  return expires !== undefined && today !== undefined && expires < today;
}

function expiredProblem(entry: IgnoreEntry): Diagnostic {
  const { text, locate } = configSuppression(entry);
  const message = `${text} expired after ${entry.expires}: what it ignored is reported again. Fix it, or set a later day`;
  return problem("expired-suppression", message, locate());
}

function unusedProblem({ text, locate }: Suppression): Diagnostic {
  return problem("unused-suppression", `${text} ignores no finding: remove it`, locate());
}

function problem(code: Diagnostic["code"], message: string, location: Diagnostic["location"]): Diagnostic {
  return { code, severity: "warning", message, ...(location === undefined ? {} : { location }) };
}
