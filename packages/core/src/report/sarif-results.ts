import { groupBy } from "../lib/group-by.ts";
import type { Finding, RelatedLocation, TextEdit } from "../answers/finding.ts";
import type { PathOf } from "./artifact-path.ts";
import { printable } from "./escape.ts";
import { sarifMessage } from "./sarif-message.ts";
import { editedRegion, fileLocation, findingLocation, physicalLocation } from "./sarif-places.ts";
import { sarifLevels } from "./sarif-rules.ts";
import type { SarifFix, SarifLocation, SarifResult, SarifSuppression } from "./sarif-types.ts";

/**
 * Which results carry `primaryLocationLineHash`, the only fingerprint that GitHub compares. `semantic`: all, and it is
 * npa's own, which holds when lines move. `github`: only those that GitHub could not tell apart by their line; the
 * others get GitHub's at the upload. `none`: none. All carry `npa/v1`.
 */
export type SarifFingerprint = "semantic" | "github" | "none";

/** A finding that is a result, and why it does not count, when it does not. */
export interface ResultSource {
  readonly finding: Finding;
  /** As of all findings in their own order: neither sorting nor cutting results changes it. */
  readonly fingerprint: string;
  readonly suppression?: SarifSuppression;
}

/** How results are written. */
export interface ResultOptions {
  readonly ruleIndexes: ReadonlyMap<string, number>;
  readonly fingerprint: SarifFingerprint;
  readonly pathOf?: PathOf;
}

/** GitHub refuses a file with a result of more than 1,000 locations, and keeps 100. */
const maxRelated = 100;
/** Of all results together: what a file of the size that GitHub takes can hold. */
const maxAllRelated = 50_000;
const maxAllInserted = 5_000_000;

/** The results, in the order of their sources. */
export function sarifResults(sources: readonly ResultSource[], options: ResultOptions): readonly SarifResult[] {
  const places = sources.map(({ finding }) => findingLocation(finding, options.pathOf));
  const lines = new Map<string, number>();
  const lineOf = (i: number): string => `${sources[i]?.finding.ruleId} ${lineText(places[i])}`;
  for (const i of sources.keys()) lines.set(lineOf(i), (lines.get(lineOf(i)) ?? 0) + 1);
  const budget = { related: maxAllRelated, inserted: maxAllInserted };
  return sources.map(({ finding, fingerprint: own, suppression }, i) => {
    const place = places[i] as SarifLocation; // one for each source
    const needsOwn = !hasLine(finding) || (lines.get(lineOf(i)) ?? 0) > 1;
    const isPrimary = options.fingerprint === "semantic" || (options.fingerprint === "github" && needsOwn);
    const related = relatedOf(finding, budget);
    return {
      ruleId: finding.ruleId,
      ruleIndex: options.ruleIndexes.get(finding.ruleId) ?? -1,
      level: sarifLevels[finding.severity],
      message: { text: sarifMessage(finding, related) },
      locations: [place],
      ...(related.length === 0 ? {} : { relatedLocations: related.map((each, k) => relatedAt(each, k, options)) }),
      partialFingerprints: { "npa/v1": own, ...(isPrimary ? { primaryLocationLineHash: own } : {}) },
      ...fixesOf(finding, budget, options),
      ...(suppression === undefined ? {} : { suppressions: [suppression] }),
      properties: {
        severity: finding.severity,
        category: finding.category,
        affectedCount: finding.affectedCount,
        ...(finding.group === undefined ? {} : { group: finding.group }),
        ...(finding.location?.path ? { path: printable(finding.location.path) } : {}),
      },
    };
  });
}

/** Whether the place is a line of a file that the code host has too. */
function hasLine({ location }: Finding): boolean {
  return location !== undefined && location.file !== "<stdin>";
}

function lineText(place: SarifLocation | undefined): string {
  const at = place?.physicalLocation;
  return `${at?.artifactLocation.uri}:${at?.region.startLine}`;
}

type Located = RelatedLocation & { readonly location: NonNullable<RelatedLocation["location"]> };

interface Budget {
  related: number;
  inserted: number;
}

function relatedOf({ related }: Finding, budget: Budget): readonly Located[] {
  const located = related.filter((each): each is Located => each.location !== undefined);
  const taken = located.slice(0, Math.min(maxRelated, budget.related));
  budget.related -= taken.length;
  return taken;
}

function relatedAt({ message, location }: Located, index: number, { pathOf }: ResultOptions): SarifLocation {
  return {
    id: index + 1,
    physicalLocation: physicalLocation(location, pathOf),
    message: { text: printable(message).slice(0, 1000) || "here" },
  };
}

function fixesOf(
  { fix }: Finding,
  budget: Budget,
  { pathOf }: ResultOptions,
): { readonly fixes?: readonly [SarifFix] } {
  const edits = fix?.edits ?? [];
  const inserted = edits.reduce((sum, { newText }) => sum + newText.length, 0);
  if (fix === undefined || edits.length === 0 || inserted > budget.inserted) return {};
  budget.inserted -= inserted;
  const artifactChanges = [...groupBy(edits, ({ file }) => file)].map(([file, ofFile]) => ({
    artifactLocation: fileLocation(file, pathOf),
    replacements: ofFile.map(replacement),
  }));
  return { fixes: [{ description: { text: printable(fix.description) }, artifactChanges }] };
}

function replacement(edit: TextEdit): SarifFix["artifactChanges"][number]["replacements"][number] {
  return { deletedRegion: editedRegion(edit), insertedContent: { text: edit.newText } };
}
