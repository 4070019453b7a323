import type { SarifLocation, SarifLog, SarifResult, SarifRule } from "../../src/report/sarif-types.ts";

/**
 * What GitHub and GitLab demand of a log and neither the OASIS schema nor Microsoft's multitool checks, and what they
 * check: one line per breach.
 */
export function contractErrors(log: SarifLog): readonly string[] {
  const [run, ...others] = log.runs;
  const { driver } = run.tool;
  const broken: string[] = [];
  const demand = (isMet: boolean, what: string): void => {
    if (!isMet) broken.push(what);
  };
  demand(others.length === 0, "one run per category");
  demand(/^npa\/(?:[^/]+(?:\/[^/]+)*\/)?$/.test(run.automationDetails.id), "automationDetails.id npa/<input>/");
  demand(Array.isArray(run.results) && run.results.length <= 25_000, "at most 25,000 results");
  demand(run.columnKind === "utf16CodeUnits", "columnKind");
  demand(!JSON.stringify(log).includes(':""'), "no empty string");
  for (const rule of driver.rules) for (const what of ruleErrors(rule)) broken.push(`${rule.id}: ${what}`);
  run.results.forEach((result, i) => {
    demand(driver.rules[result.ruleIndex]?.id === result.ruleId, `result ${i}: ruleIndex`);
    for (const what of resultErrors(result)) broken.push(`result ${i}: ${what}`);
  });
  return broken;
}

function ruleErrors({ shortDescription, fullDescription, help, properties, ...rule }: SarifRule): readonly string[] {
  const tags = properties["tags"] ?? [];
  const isSecurity = tags.includes("security");
  const score = properties["security-severity"];
  const demands: Readonly<Record<string, boolean>> = {
    "a name of at most 255": rule.name.length > 0 && rule.name.length <= 255,
    "descriptions of at most 1,024": [shortDescription, fullDescription].every(
      ({ text }) => text.length > 0 && text.length <= 1024,
    ),
    help: help.text.length > 0 && help.markdown.length > 0,
    "at most 10 tags": tags.length <= 10 && new Set(tags).size === tags.length,
    "security-severity as text, of security rules only": isSecurity
      ? typeof score === "string" && Number(score) > 0 && Number(score) <= 10
      : score === undefined,
    "problem.severity": ["error", "warning", "recommendation"].includes(String(properties["problem.severity"])),
    precision: ["very-high", "high", "medium", "low"].includes(String(properties["precision"])),
  };
  return unmet(demands);
}

function resultErrors({ message, locations, relatedLocations = [], ...result }: SarifResult): readonly string[] {
  const links = [...message.text.matchAll(/\]\((.*?)\)/g)].map(([, target]) => target);
  const ids = relatedLocations.map(({ id }) => String(id));
  const fixed = (result.fixes ?? []).flatMap(({ artifactChanges }) => artifactChanges);
  const demands: Readonly<Record<string, boolean>> = {
    "a message": message.text.length > 0,
    "links to related locations only": links.every((target) => ids.includes(target ?? "")),
    "one location": locations.length === 1,
    "a place in a file": locations.every(isPlace),
    "at most 100 related places": relatedLocations.length <= 100 && relatedLocations.every(isPlace),
    "ids of related locations": new Set(ids).size === ids.length,
    fingerprint: /^[\da-f]{32}:\d+$/.test(result.partialFingerprints["npa/v1"] ?? ""),
    "changes in files": fixed.every(({ artifactLocation }) => isRelative(artifactLocation.uri)),
    "no suppressions unless asked for": result.suppressions === undefined,
  };
  return unmet(demands);
}

function unmet(demands: Readonly<Record<string, boolean>>): readonly string[] {
  return Object.entries(demands).flatMap(([what, isMet]) => (isMet ? [] : [what]));
}

function isPlace({ physicalLocation }: SarifLocation): boolean {
  const { startLine, startColumn, endLine, endColumn } = physicalLocation.region;
  return (
    isRelative(physicalLocation.artifactLocation.uri) &&
    physicalLocation.artifactLocation.uriBaseId === "%SRCROOT%" &&
    !JSON.stringify(physicalLocation).includes("snippet") &&
    startLine >= 1 &&
    startColumn >= 1 &&
    endLine === startLine &&
    (endColumn === undefined || endColumn > startColumn)
  );
}

/** A path below the root, percent-encoded: no scheme, no leading slash, no way out. */
function isRelative(uri: string): boolean {
  const steps = uri.split("/");
  return /^[\w!'()*.~%/-]+$/.test(uri) && steps.every((step) => step !== "" && step !== "." && step !== "..");
}
