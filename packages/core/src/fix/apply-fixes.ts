import { appendDocuments } from "../edit/append-documents.ts";
import type { DocumentChange } from "../edit/change.ts";
import { editText } from "../edit/edit-text.ts";
import { kubectlReader } from "./kubectl-reader.ts";
import type { FixStep, LeftAlone, PlannedFix } from "./planned-fix.ts";
import { groupBy } from "../lib/group-by.ts";
import { locationOf } from "../source/position.ts";

/** Texts by name after fixes. */
export interface AppliedFixes {
  /** All texts, those that did not change included; new ones at the end. */
  readonly texts: ReadonlyMap<string, string>;
  readonly applied: readonly PlannedFix[];
  /** With the file that each was written to, when it was not the object's own. */
  readonly addedTo: ReadonlyMap<PlannedFix, string>;
  readonly leftAlone: readonly LeftAlone[];
}

/** Why a file, new or not, cannot be written; undefined when it can. */
export type CannotWrite = (file: string) => string | undefined;

/** Makes fixes in texts. A fix of which a step cannot be made without loss is left out as a whole, with the reason. */
export function applyFixes(
  texts: ReadonlyMap<string, string>,
  fixes: readonly PlannedFix[],
  cannotWrite: CannotWrite,
): AppliedFixes {
  const refused = new Map<PlannedFix, string>();
  for (;;) {
    const standing = fixes.filter((fix) => !refused.has(fix));
    const run = new FixRun(texts, cannotWrite);
    run.apply(standing);
    if (run.refused.size === 0) {
      const leftAlone = [...refused].map(([{ finding, description }, reason]) => ({ finding, description, reason }));
      return { texts: run.texts, applied: standing, addedTo: run.addedTo, leftAlone };
    }
    for (const [fix, reason] of run.refused) refused.set(fix, reason);
  }
}

type AddStep = Extract<FixStep, { readonly type: "add" }>;

/** One attempt to make all of some fixes. */
class FixRun {
  readonly texts: Map<string, string>;
  readonly refused = new Map<PlannedFix, string>();
  readonly addedTo = new Map<PlannedFix, string>();

  readonly #cannotWrite: CannotWrite;

  constructor(texts: ReadonlyMap<string, string>, cannotWrite: CannotWrite) {
    this.#cannotWrite = cannotWrite;
    this.texts = new Map(texts);
  }

  apply(fixes: readonly PlannedFix[]): void {
    const owners = new Map<DocumentChange, PlannedFix[]>();
    const byFile = new Map<string, DocumentChange[]>();
    // What kustomizations build into several namespaces is found to want the same in each of them.
    const known = new Map<string, DocumentChange>();
    for (const fix of fixes) {
      for (const step of fix.steps) {
        if (step.type === "add") continue;
        const { file, line, column } = locationOf({ locator: step.origin.locator, path: [] });
        const path = [...step.origin.path, ...step.change.path];
        const change: DocumentChange = { document: { line, column }, change: { ...step.change, path } };
        const key = JSON.stringify([file, change.document, { ...change.change, object: undefined }]);
        const same = known.get(key);
        if (same !== undefined) {
          owners.get(same)?.push(fix);
          continue;
        }
        known.set(key, change);
        owners.set(change, [fix]);
        const ofFile = byFile.get(file);
        if (ofFile === undefined) byFile.set(file, [change]);
        else ofFile.push(change);
      }
    }
    for (const [file, changes] of byFile) this.#edit(file, changes, owners);
    this.#addAll(fixes);
  }

  #edit(
    file: string,
    changes: readonly DocumentChange[],
    owners: ReadonlyMap<DocumentChange, readonly PlannedFix[]>,
  ): void {
    const text = this.texts.get(file);
    const locked = text === undefined ? "it is no file of the input" : this.#cannotWrite(file);
    const edited = text === undefined || locked !== undefined ? undefined : editText(text, changes, kubectlReader);
    if (edited?.status === "edited") {
      this.texts.set(file, edited.text);
      return;
    }
    const refusals = edited?.refusals ?? changes.map((change) => ({ change, reason: locked ?? "" }));
    for (const { change, reason } of refusals) {
      for (const fix of owners.get(change) ?? []) this.refused.set(fix, reason);
    }
  }

  #addAll(fixes: readonly PlannedFix[]): void {
    const additions = fixes.flatMap((fix) => fix.steps.flatMap((step) => (step.type === "add" ? [{ fix, step }] : [])));
    for (const [file, ofFile] of groupBy(additions, ({ step }) => step.file)) {
      const [apart, appended] = [ofFile.filter(({ step }) => step.apart), ofFile.filter(({ step }) => !step.apart)];
      const manifests = appended.map(({ step }) => step.manifest);
      const isAppended = appended.length > 0 && this.#append(file, manifests);
      if (isAppended) for (const { fix } of appended) this.addedTo.set(fix, file);
      for (const { fix, step } of isAppended ? apart : ofFile) this.#create(fix, step);
    }
  }

  /** All at once: the whole file is read again to see that it is right. */
  #append(file: string, manifests: readonly string[]): boolean {
    const text = this.texts.get(file);
    if (text === undefined || this.#cannotWrite(file) !== undefined) return false;
    const appended = appendDocuments(text, manifests.join("---\n"), kubectlReader);
    if (appended.status === "edited") this.texts.set(file, appended.text);
    return appended.status === "edited";
  }

  #create(fix: PlannedFix, { file, name, manifest }: AddStep): void {
    const created = newName(file, name);
    const reason = this.#whyNotCreated(created);
    if (created === undefined || reason !== undefined) {
      this.refused.set(fix, reason ?? "");
      return;
    }
    this.texts.set(created, manifest);
    this.addedTo.set(fix, created);
  }

  #whyNotCreated(created: string | undefined): string | undefined {
    if (created === undefined) return "no file can be named after it";
    return this.texts.has(created) ? `${created} is there already` : this.#cannotWrite(created);
  }
}

/** The name of a new file beside another. The parts of the name come from manifests: only what is harmless is taken. */
function newName(beside: string, name: string): string | undefined {
  if (!/^[a-z0-9][a-z0-9.-]{0,200}\.yaml$/.test(name)) return undefined;
  return beside.slice(0, beside.lastIndexOf("/") + 1) + name;
}
