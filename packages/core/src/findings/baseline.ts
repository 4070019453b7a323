import { checkList } from "../lib/check-argument.ts";
import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import { fingerprintsOf } from "../report/fingerprint.ts";
import type { Finding } from "../answers/finding.ts";
import { apiVersion } from "../answers/api-version.ts";
import { UsageError } from "../lib/usage-error.ts";

/** A finding that is known: what tells it from others, and (for people) what it is. */
export interface BaselineEntry {
  /** What tells it from others: as in the report, and the same when lines move. */
  readonly fingerprint: string;
  /** For people: the rule that found it. */
  readonly ruleId: string;
  /** For people: what it is about. */
  readonly object: Pick<ObjectRef, "kind" | "namespace" | "name">;
}

/** The answer of `npa baseline`: the findings of a day, to be told only of new ones from then on. */
export interface Baseline {
  /** The version of the answer's shape: a reader of another one should not read it. */
  readonly apiVersion: typeof apiVersion;
  /** Which answer it is. */
  readonly kind: "Baseline";
  /** In the order of the findings. */
  readonly findings: readonly BaselineEntry[];
}

/** What a baseline leaves of the findings. */
export interface Compared {
  /** Those that it does not have. */
  readonly findings: readonly Finding[];
  /** How many findings it has. */
  readonly known: number;
  /** How many of its entries no finding matches any more. */
  readonly gone: number;
}

/** The baseline of findings. It holds no time: the same findings give the same file. */
export function baselineOf(findings: readonly Finding[]): Baseline {
  checkList("baselineOf", findings, "findings");
  const fingerprints = fingerprintsOf(findings);
  return {
    apiVersion,
    kind: "Baseline",
    findings: findings.map(({ ruleId, object: { kind, namespace, name } }, i) => ({
      fingerprint: fingerprints[i] as string, // one for each finding
      ruleId,
      object: { kind, ...(namespace === undefined ? {} : { namespace }), name },
    })),
  };
}

/** Leaves out the findings that a baseline has. */
export function withoutKnown(findings: readonly Finding[], entries: readonly BaselineEntry[]): Compared {
  const known = new Set(entries.map(({ fingerprint }) => fingerprint));
  const fingerprints = fingerprintsOf(findings);
  const isNew = fingerprints.map((fingerprint) => !known.delete(fingerprint));
  const fresh = findings.filter((_, i) => isNew[i]);
  return { findings: fresh, known: findings.length - fresh.length, gone: known.size };
}

/** Reads a baseline. Throws a UsageError for a text that is none. */
export function parseBaseline(text: string, fileName: string): Baseline {
  const value = parsed(text);
  if (!isBaseline(value))
    throw new UsageError(`${fileName} is not a baseline: write one with npa baseline -o ${fileName}`);
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    return undefined;
  }
}

function isBaseline(value: unknown): value is Baseline {
  if (!isRecord(value) || value["apiVersion"] !== apiVersion || value["kind"] !== "Baseline") return false;
  const { findings } = value;
  return (
    Array.isArray(findings) &&
    findings.every((item) => isRecord(item) && typeof item["fingerprint"] === "string" && isRecord(item["object"]))
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
