import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import { matchesGlob } from "../lib/glob.ts";
import type { Labels } from "../model/selector.ts";
import type { Finding } from "../answers/finding.ts";
import type { Location } from "../source/position.ts";

/** Findings that a configuration says not to tell of: those that agree with everything it names. */
export interface IgnoreEntry {
  /** The id of the rule. Absent: any. */
  readonly rule?: string;
  /** The namespace, or a pattern with `*`. */
  readonly namespace?: string;
  /** A label of the policy, of the namespace, or of the workload's pods: `key=value`, or `key` for any value. */
  readonly label?: string;
  /** The file, as a pattern: `*` within a step of the path, `**` any number of steps. */
  readonly path?: string;
  /** Why. */
  readonly reason: string;
  /** The last day on which it holds, as `2027-01-31`. Default: always. */
  readonly expires?: string;
  /** Where it is written. */
  readonly location?: Location;
}

/** What entries ask of a finding. */
export interface IgnoreFacts {
  readonly labelsOf: (finding: Finding) => readonly Labels[];
  /** The name of a finding's file as the configuration would write it. */
  readonly pathOf: (file: string) => string;
}

/** Whether an entry speaks of a finding. */
export function speaksOf(entry: IgnoreEntry, finding: Finding, facts: IgnoreFacts): boolean {
  const { rule, namespace, label, path } = entry;
  if (rule !== undefined && rule !== finding.ruleId) return false;
  if (namespace !== undefined && !matchesGlob(namespace, namespaceOf(finding))) return false;
  if (path !== undefined && !(finding.location !== undefined && matchesGlob(path, facts.pathOf(finding.location.file))))
    return false;
  return label === undefined || facts.labelsOf(finding).some((labels) => hasLabel(labels, label));
}

function hasLabel(labels: Labels, label: string): boolean {
  const split = label.indexOf("=");
  const key = split < 0 ? label : label.slice(0, split);
  if (!Object.hasOwn(labels, key)) return false;
  return split < 0 || labels[key] === label.slice(split + 1);
}

/** The namespace that a finding (or an entry of a baseline) is in or about; "" for none. */
export function namespaceOf({ object }: { readonly object: Omit<ObjectRef, "apiVersion"> }): string {
  return object.namespace ?? (object.kind === "Namespace" ? object.name : "");
}
