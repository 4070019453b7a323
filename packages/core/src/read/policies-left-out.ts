import type { Diagnostic, Report } from "../diagnostics/diagnostic.ts";
import type { UnrenderedKind } from "../model/input-summary.ts";
import { isListKind, visitObjects } from "../normalize/expand-lists.ts";
import { isPolicyKind, policyKinds } from "../normalize/registry.ts";
import type { RawObject } from "../normalize/raw-object.ts";
import { isMapping } from "../normalize/raw-object.ts";
import type { RawValue, SourceText } from "../parse/document.ts";
import { parseSource } from "../parse/parse-source.ts";
import { locationOf } from "../source/position.ts";
import { isOtherLanguage } from "../unrendered/other-language.ts";

/** What makes a file one that must be rendered first, and what renders it. */
const reasons: Readonly<Record<UnrenderedKind, string>> = {
  template: "its file is a template, or belongs to a chart",
  values: "its file is named like the values of a chart",
  kustomization: "its file is named like a kustomization",
  patch: "a kustomization names its file, and not as a resource",
};

/**
 * Reports the first policy of each file that is set aside because it must be rendered first: kubectl applies it as it
 * stands, whatever the marks and the files around it say, so it must not be passed over in silence. The same for a fault
 * in it that no mark of a template excuses.
 */
export function reportPoliciesLeftOut(
  sources: readonly SourceText[],
  unrendered: ReadonlyMap<string, UnrenderedKind>,
  report: Report,
): void {
  for (const source of sources) {
    const kind = unrendered.get(source.name);
    const isApplied = kind !== undefined && !isOtherLanguage(source.name) && mayHoldPolicy(source.text);
    if (!isApplied) continue;
    const { policy, fault } = firstPolicy(source);
    if (policy === undefined) {
      if (fault !== undefined) report(fault);
      continue;
    }
    report({
      code: "unreadable-file",
      severity: "error",
      unreadable: true,
      message: `this ${policy.kind} was not read, because ${reasons[kind]}; kubectl would apply it as it stands. Render the input (--render, -k, --helm) or move the policy to a plain file`,
      location: locationOf(policy.origin, ["kind"]),
    });
  }
}

const policyWords = new RegExp(["Policy", ...policyKinds, String.raw`[\\!]`].join("|"));

/** Cheap, and wrong in one direction only: escapes and tags (`!!binary`) can write the word otherwise. */
function mayHoldPolicy(text: string): boolean {
  return policyWords.test(text);
}

/** The first policy of a text, and what cannot be read in it. */
function firstPolicy(source: SourceText): {
  readonly policy: RawObject | undefined;
  readonly fault: Diagnostic | undefined;
} {
  const ignore = (): void => undefined;
  let fault: Diagnostic | undefined;
  const keepFault = (problem: Diagnostic): void => {
    if (problem.unreadable === true) fault ??= problem;
  };
  const wants = (kind: string): boolean => isPolicyKind(kind) || isListKind(kind);
  const { documents } = parseSource(source, { wants }, keepFault);
  let found: RawObject | undefined;
  const object = (each: RawObject): void => {
    if (found === undefined && isPolicyKind(each.kind) && isNamed(each.value["metadata"])) found = each;
  };
  for (const document of documents) visitObjects(document, { object, nameless: ignore, other: ignore, report: ignore });
  return { policy: found, fault };
}

/** Whether the API server could accept the names: those of templates hold marks. */
function isNamed(metadata: RawValue | undefined): boolean {
  if (!isMapping(metadata)) return false;
  const { name, namespace } = metadata;
  return isName(name) && (namespace === undefined || namespace === null || isName(namespace));
}

function isName(value: RawValue | undefined): boolean {
  return typeof value === "string" && /^[a-z\d.-]{1,253}$/.test(value);
}
