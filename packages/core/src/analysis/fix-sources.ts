import { pushAll } from "../lib/push-all.ts";
import type { ConnectivityOptions } from "./connectivity.ts";
import { statesDiff } from "./states-diff.ts";
import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import { type AppliedFixes, applyFixes, type CannotWrite } from "../fix/apply-fixes.ts";
import type { ConnectionChange } from "../answers/diff.ts";
import { kubectlReader } from "../fix/kubectl-reader.ts";
import { Manifests } from "../fix/manifests.ts";
import { planChanges, planMerges } from "../fix/plan-changes.ts";
import { fixesBehind, raisedFindings } from "../fix/raised-findings.ts";
import { planAdditions } from "../fix/plan-suggestions.ts";
import { type FixPlanner, type LeftAlone, objectKey, type PlannedFix } from "../fix/planned-fix.ts";
import { namespacesNotProved } from "../fix/prove-unchanged.ts";
import { assumptionsOf } from "../semantics/dataplane.ts";
import { underAssumptions } from "../semantics/under-assumptions.ts";
import type { Cluster } from "../model/cluster.ts";
import type { SourceText } from "../parse/document.ts";
import { spaceOptions } from "../symbolic/cluster-space.ts";
import type { Finding, Fix } from "../answers/finding.ts";
import { type StopSignal, stoppable } from "../lib/stoppable.ts";

/** What `fixSources` works with. */
export interface FixRequest {
  /** The texts that were analysed. */
  readonly sources: readonly SourceText[];
  /** Reads texts as the caller does: default namespace, assumptions. */
  readonly read: (sources: readonly SourceText[]) => Cluster;
  /** What is to be fixed: the findings that the caller would report. */
  readonly findings: (cluster: Cluster) => readonly Finding[];
  /** Whether suggestions, which change who may talk to whom, are made, too. */
  readonly suggested: boolean;
  /** Why a file of the input, or a new one, cannot be written. Default: all can. */
  readonly cannotWrite?: CannotWrite;
  /** How the connections that suggestions change are computed. */
  readonly connectivity?: ConnectivityOptions;
  /** Stops the work: it then throws the signal's reason. */
  readonly signal?: StopSignal;
}

/** A file to write. */
export interface FixedFile {
  /** The name of the text, as it was given. */
  readonly name: string;
  /** Undefined for a new file. */
  readonly before: string | undefined;
  /** The whole text as it is to be. */
  readonly after: string;
}

/** A fix that was made. */
export interface MadeFix {
  /** The rule whose finding it removes. */
  readonly ruleId: string;
  /** Whether it is proved to change nothing that may pass. */
  readonly kind: Fix["kind"];
  /** The object that it changes or adds. */
  readonly object: ObjectRef;
  /** What was done, as an order. */
  readonly description: string;
  /** Where the finding was, or the file that the object was added to. */
  readonly file: string;
}

/** A fix that was not made, and why. */
export interface UnmadeFix extends Omit<MadeFix, "kind"> {
  /** What would be lost, or could not be proved. */
  readonly reason: string;
}

/** Files after fixes. Nothing was written yet. */
export interface FixResult {
  /** Files that change or are new, sorted by name. */
  readonly files: readonly FixedFile[];
  /** The fixes that are in `files`. */
  readonly made: readonly MadeFix[];
  /** The fixes that are not. */
  readonly leftAlone: readonly UnmadeFix[];
  /** The connections that suggestions change, or may; undefined when none was made. */
  readonly connections: readonly ConnectionChange[] | undefined;
  /** The input as the files now have it. */
  readonly cluster: Cluster;
}

const mostRounds = 10;

/**
 * Fixes what the findings name, in the texts: safe fixes, each round proved to change nothing for any pod that could exist,
 * and then, if asked for, suggestions. What cannot be edited without loss is left alone and named.
 */
export function fixSources(request: FixRequest): FixResult {
  return stoppable(request.signal, () => fixesOf(request));
}

function fixesOf(request: FixRequest): FixResult {
  const session = new FixSession(request);
  makeSafe(session);
  if (!request.suggested) return session.result(undefined);
  const before = session.cluster;
  // What a new policy allows to every pod, DNS above all, the others do not need any more.
  const isChanged = [planAdditions, planChanges("suggested")]
    .map((planner) => session.round(planner, "suggested"))
    .includes(true);
  // What was left alone because of a finding may be done when that is gone.
  if (isChanged) makeSafe(session);
  return session.result(isChanged ? compare(before, session.cluster, request.connectivity) : undefined);
}

function makeSafe(session: FixSession): void {
  session.round(planChanges("safe", "policy-types-implicit", "deprecated-api-version"), "safe");
  // The rules name the first parts of a policy only: the next ones come to light when these are gone.
  for (let rounds = 0; rounds < mostRounds && session.round(planChanges("safe"), "safe"); rounds++);
  session.round(planMerges, "safe");
}

function compare(before: Cluster, after: Cluster, options: ConnectivityOptions = {}): readonly ConnectionChange[] {
  const { namespaces: _, ...whole } = options;
  const { certain, uncertain } = statesDiff(before, after, whole);
  return [...certain, ...uncertain].map(({ change }) => change);
}

/** Texts with fixes made in them, and what they say then. */
type Attempt = AppliedFixes & { readonly cluster: Cluster };

/** The texts while they are fixed. */
class FixSession {
  cluster: Cluster;
  readonly #request: FixRequest;
  readonly #original: ReadonlyMap<string, string>;
  #texts: ReadonlyMap<string, string>;
  #findings: readonly Finding[] | undefined;
  readonly #made: MadeFix[] = [];
  readonly #leftAlone: LeftAlone[] = [];

  constructor(request: FixRequest) {
    this.#request = request;
    this.#original = new Map(request.sources.map(({ name, text }) => [name, text]));
    this.#texts = this.#original;
    this.cluster = request.read(request.sources);
  }

  /**
   * Plans and makes fixes, without those that raise findings: advice is executed before it is given. True when a text
   * changed.
   */
  round(planner: FixPlanner, kind: Fix["kind"]): boolean {
    this.#findings ??= this.#request.findings(this.cluster);
    const before = this.#findings;
    const manifests = new Manifests(sourcesOf(this.#texts), kubectlReader);
    const plan = planner({ cluster: this.cluster, findings: before, manifests });
    pushAll(this.#leftAlone, plan.leftAlone);
    let { fixes } = plan;
    for (let tries = 0; fixes.length > 0 && tries < mostRounds; tries++) {
      const attempt = kind === "safe" ? this.#provedAttempt(fixes) : this.#attempt(fixes);
      if (attempt === undefined) return false;
      pushAll(this.#leftAlone, attempt.leftAlone);
      if (attempt.applied.length === 0) return false;
      const after = this.#request.findings(attempt.cluster);
      const raised = raisedFindings(before, after);
      if (raised.length === 0) {
        this.#accept(attempt, after);
        return true;
      }
      const doubtful = fixesBehind(attempt.applied, raised);
      for (const [fix, finding] of doubtful)
        this.#leftAlone.push({ ...fix, reason: `it would bring about ${finding.ruleId}: ${finding.message}` });
      fixes = fixes.filter((fix) => !doubtful.has(fix));
    }
    return false;
  }

  /** The fixes that are proved to change nothing, made; undefined where that is not proved of what is left of them. */
  #provedAttempt(fixes: readonly PlannedFix[]): Attempt | undefined {
    const first = this.#attempt(fixes);
    const notProved = this.#notProved(first.cluster);
    const proved = first.applied.filter(({ object }) => !notProved.has(object.namespace ?? ""));
    const isWhole = notProved.size === 0;
    const last = isWhole ? first : this.#attempt(proved);
    // Without the doubtful fixes nothing may be left that is not proved: an edit never vouches for itself.
    const isProved = isWhole || this.#notProved(last.cluster).size === 0;
    for (const fix of first.applied) {
      const reason = notProved.get(fix.object.namespace ?? "") ?? (isProved ? undefined : "it was not proved");
      if (reason !== undefined) this.#leftAlone.push({ ...fix, reason });
    }
    pushAll(this.#leftAlone, first.leftAlone);
    return isProved ? last : undefined;
  }

  #accept({ applied, addedTo, texts, cluster }: Attempt, findings: readonly Finding[]): void {
    pushAll(
      this.#made,
      applied.map((fix) => madeFix(fix, addedTo.get(fix))),
    );
    this.#texts = texts;
    this.cluster = cluster;
    this.#findings = findings;
  }

  #notProved(after: Cluster): ReadonlyMap<string, string> {
    const assumptions = assumptionsOf(this.#request.connectivity?.assumptions, this.cluster);
    const [before, now] = [underAssumptions(this.cluster, assumptions), underAssumptions(after, assumptions)];
    return namespacesNotProved(before, now, { ...spaceOptions(this.cluster, assumptions), ties: assumptions });
  }

  #sourcesOf(texts: ReadonlyMap<string, string>): readonly SourceText[] {
    return sourcesOf(texts).map((source) => (this.#original.has(source.name) ? source : { ...source, isNew: true }));
  }

  #attempt(fixes: readonly PlannedFix[]): Attempt {
    const applied = applyFixes(this.#texts, fixes, this.#request.cannotWrite ?? (() => undefined));
    const isSame = applied.applied.length === 0;
    return { ...applied, cluster: isSame ? this.cluster : this.#request.read(this.#sourcesOf(applied.texts)) };
  }

  result(connections: readonly ConnectionChange[] | undefined): FixResult {
    const files = [...this.#texts].flatMap(([name, after]): readonly FixedFile[] => {
      const before = this.#original.get(name);
      return before === after ? [] : [{ name, before, after }];
    });
    const leftAlone = this.#leftAlone.map(({ finding, description, reason }) => ({
      ruleId: finding.ruleId,
      object: finding.object,
      description,
      file: finding.location?.file ?? "",
      reason,
    }));
    return { files, made: this.#made, leftAlone: distinct(leftAlone), connections, cluster: this.cluster };
  }
}

function madeFix({ finding, kind, object, description }: PlannedFix, addedTo: string | undefined): MadeFix {
  return { ruleId: finding.ruleId, kind, object, description, file: addedTo ?? finding.location?.file ?? "" };
}

function distinct(fixes: readonly UnmadeFix[]): readonly UnmadeFix[] {
  const byText = new Map(fixes.map((fix) => [`${fix.ruleId} ${objectKey(fix.object)} ${fix.description}`, fix]));
  return [...byText.values()];
}

function sourcesOf(texts: ReadonlyMap<string, string>): readonly SourceText[] {
  return [...texts].map(([name, text]) => ({ name, text }));
}
