import { countStep } from "../lib/stoppable.ts";
import type { DocumentChange } from "../edit/change.ts";
import { editText } from "../edit/edit-text.ts";
import { mayHoldComment } from "../edit/lines.ts";
import { valueChanges } from "../edit/value-changes.ts";
import { groupBy } from "../lib/group-by.ts";
import type { Policy } from "../model/policy.ts";
import { type Origins, applyOperation } from "../optimize/apply-patch.ts";
import { namesText } from "../optimize/step-words.ts";
import type { PlannedStep } from "../optimize/step.ts";
import type { RawValue } from "../parse/document.ts";
import type { NodePath } from "../source/position.ts";
import { locationOf } from "../source/position.ts";
import type { CannotWrite } from "./apply-fixes.ts";
import { kubectlReader } from "./kubectl-reader.ts";
import type { Manifests } from "./manifests.ts";
import { orderOf } from "./plan-changes.ts";
import { objectKey } from "./planned-fix.ts";

/** What of a policy's text cannot be changed without loss. The path is counted from the policy; the empty one is all of it. */
export interface TextRefusal {
  readonly policy: Policy;
  readonly path: NodePath;
  readonly reason: string;
  /** Its document cannot go: it may be changed all the same. */
  readonly isStaying: boolean;
}

/** Files after steps. */
export interface OptimizedTexts {
  /** Those that change. */
  readonly texts: ReadonlyMap<string, string>;
  /** Of these, those that are left without a document. */
  readonly emptied: readonly string[];
  readonly refusals: readonly TextRefusal[];
}

/** A policy of the input while steps are made. */
interface Changing {
  readonly policy: Policy;
  readonly before: RawValue;
  /** Undefined when it is gone. */
  after: RawValue | undefined;
  readonly origins: Origins;
  readonly merged: string[];
}

/** Makes steps in texts. `isAsked` tells which files are to be looked at. */
export function optimizedTexts(
  sources: ReadonlyMap<string, string>,
  steps: readonly PlannedStep[],
  manifests: Manifests,
  cannotWrite: CannotWrite,
  isAsked: (file: string) => boolean = () => true,
): OptimizedTexts {
  const texts = new Map<string, string>();
  const emptied: string[] = [];
  const refusals: TextRefusal[] = [];
  // What changes no file that is asked about need not be looked up in its text.
  const asked = steps.filter(({ patch }) => patch.some(({ policy }) => isAsked(policy.origin.locator.file)));
  const byFile = groupBy(changedPolicies(asked, manifests), ({ policy }) => policy.origin.locator.file);
  for (const [file, changing] of byFile) {
    if (!isAsked(file)) continue;
    const refuse = (reason: string, isStaying: boolean): void => {
      refusals.push(...changing.map(({ policy }) => ({ policy, path: [], reason, isStaying })));
    };
    const text = sources.get(file);
    const locked = cannotWrite(file);
    if (text === undefined || locked !== undefined) {
      refuse(locked ?? "it is no file of the input", false);
      continue;
    }
    const gone = changing.filter(({ after, policy }) => after === undefined && policy.origin.path.length === 0);
    if (gone.length === manifests.documentsIn(file)) {
      if (mayHoldComment(text)) refuse("a comment would go with it", true);
      else {
        texts.set(file, "");
        emptied.push(file);
      }
      continue;
    }
    const owners = new Map<DocumentChange, Changing>();
    for (const each of changing) {
      countStep();
      for (const change of documentChanges(each)) owners.set(change, each);
    }
    const edited = editText(text, [...owners.keys()], kubectlReader);
    if (edited.status === "edited") texts.set(file, edited.text);
    else
      for (const { change, reason } of edited.refusals) {
        const policy = owners.get(change)?.policy;
        if (policy === undefined) continue;
        const path = change.change.path.slice(policy.origin.path.length);
        refusals.push({ policy, path, reason, isStaying: change.change.type === "delete" && path.length === 0 });
      }
  }
  return { texts, emptied, refusals };
}

function changedPolicies(steps: readonly PlannedStep[], manifests: Manifests): readonly Changing[] {
  const byKey = new Map<string, Changing>();
  const all = new Map<Policy["origin"], Changing>();
  for (const { type, policies, patch } of steps) {
    for (const { policy, ...operation } of patch) {
      let changing = byKey.get(objectKey(policy.ref));
      if (changing === undefined) {
        const before = manifests.valueOf(policy.origin, []);
        if (before === undefined) throw new Error(`${policy.name} has no text`);
        changing = { policy, before, after: before, origins: new WeakMap(), merged: [] };
        byKey.set(objectKey(policy.ref), changing);
        all.set(policy.origin, changing);
      }
      if (changing.after === undefined) throw new Error(`${policy.name} is gone already`);
      changing.after = applyOperation(changing.after, operation, changing.origins);
      if (operation.path === "/metadata/name" && typeof operation.value === "string") {
        byKey.delete(objectKey(policy.ref));
        byKey.set(objectKey({ ...policy.ref, name: operation.value }), changing);
      }
    }
    const [first] = policies;
    const kept = first === undefined ? undefined : all.get(first.origin);
    if (type === "merge-policies") kept?.merged.push(...policies.map(({ name }) => name));
  }
  return [...all.values()];
}

function documentChanges({ policy, before, after, origins, merged }: Changing): readonly DocumentChange[] {
  const { line, column } = locationOf({ locator: policy.origin.locator, path: [] });
  const above = policy.origin.path;
  const place = (path: NodePath): NodePath => [...above, ...path];
  if (after === undefined) return [{ document: { line, column }, change: { type: "delete", path: place([]) } }];
  const originOf = (value: RawValue): RawValue | undefined =>
    typeof value === "object" && value !== null ? origins.get(value) : undefined;
  const changes = valueChanges(before, after, { orderOf, originOf }).map((change) => ({
    ...change,
    path: place(change.path),
  }));
  const comment = merged.length === 0 ? [] : [{ type: "comment" as const, path: above, text: mergedComment(merged) }];
  return [...changes, ...comment].map((change) => ({ document: { line, column }, change }));
}

/** The comment that names what was merged. */
export function mergedComment(names: readonly string[]): string {
  return `Merged from ${namesText(names.toSorted())}.`;
}

/** Whether something of a text may be lost in an edit: then the edit is tried before a plan is told. */
export function mayBeLost(text: string): boolean {
  return /[#&*]|\{\{/.test(text);
}
