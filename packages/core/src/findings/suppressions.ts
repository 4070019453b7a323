import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import { nearest } from "../lib/nearest.ts";
import { workloadId } from "../model/cluster.ts";
import type { AnnotationSuppression, CommentSuppression, WrittenSuppression } from "../model/suppression.ts";
import type { Finding } from "../answers/finding.ts";
import { type Location, locationOf } from "../source/position.ts";

/** A wish not to be told of findings, wherever it was written. */
export interface Suppression {
  readonly by: "comment" | "annotation" | "config";
  /** Absent: any rule. */
  readonly ruleId?: string;
  readonly reason: string;
  /** As it is written, for messages. */
  readonly text: string;
  readonly locate: () => Location | undefined;
}

/** Suppressions of the manifests, found by what they speak of. */
export interface ManifestSuppressions {
  readonly all: readonly Suppression[];
  readonly of: (finding: Finding) => Speaking;
  /** Those that are without effect because of how they are written. */
  readonly malformed: readonly MalformedSuppression[];
}

/** What speaks of a finding, as a whole or (some of the workloads affected) in part. */
export interface Speaking {
  readonly whole: readonly Suppression[];
  readonly part: readonly Suppression[];
}

/** A comment or annotation that cannot be followed. */
export interface MalformedSuppression {
  readonly message: string;
  readonly location: Location;
}

/** `RULE[, RULE]: reason`, behind `npa-ignore`. */
const commentSyntax = /^[ \t]+([\w-]+(?:[ \t]*,[ \t]*[\w-]+)*)[ \t]*:(.*)$/s;
const howToWrite = "write # npa-ignore RULE: reason";

/** The suppressions of the manifests. `ruleIds` are those of all rules there are. */
export function manifestSuppressions(
  written: readonly WrittenSuppression[],
  ruleIds: readonly string[],
): ManifestSuppressions {
  const collector = new Collector(ruleIds);
  for (const suppression of written) {
    if (suppression.by === "comment") collector.addComment(suppression);
    else collector.addAnnotation(suppression);
  }
  return collector;
}

const nothing: readonly Suppression[] = [];
const silence: Speaking = { whole: nothing, part: nothing };

class Collector implements ManifestSuppressions {
  readonly all: Suppression[] = [];
  readonly malformed: MalformedSuppression[] = [];
  readonly #byPlace = new Map<string, Suppression[]>();
  readonly #ruleIds: readonly string[];

  constructor(ruleIds: readonly string[]) {
    this.#ruleIds = ruleIds;
  }

  of({ ruleId, object, location, affected, affectedCount }: Finding): Speaking {
    if (this.all.length === 0) return silence;
    const atLine = location === undefined ? [] : this.#at(lineKey(ruleId, location.file, location.line));
    const ofWorkloads = affected.map((id) => this.#at(workloadKey(ruleId, id)));
    const ofAll = affectedCount === affected.length && ofWorkloads.every((each) => each.length > 0);
    const part = ofWorkloads.flat();
    return { whole: [...atLine, ...this.#at(objectKey(ruleId, object)), ...(ofAll ? part : [])], part };
  }

  #at(key: string): readonly Suppression[] {
    return this.#byPlace.get(key) ?? nothing;
  }

  addComment({ text, lines, location }: CommentSuppression): void {
    const [, ids, reason = ""] = commentSyntax.exec(text) ?? [];
    if (ids === undefined) return this.#reject(`npa-ignore names no rule and reason: ${howToWrite}`, location);
    for (const ruleId of ids.split(",").map((id) => id.trim())) {
      if (!this.#isRule(ruleId, location) || !this.#isReason(reason, ruleId, location)) continue;
      const suppression: Suppression = {
        by: "comment",
        ruleId,
        reason: reason.trim(),
        text: `npa-ignore ${ruleId}`,
        locate: () => location,
      };
      this.#add(
        suppression,
        lines.map((line) => lineKey(ruleId, location.file, line)),
      );
    }
  }

  addAnnotation({ ruleId, reason, object, key, origin }: AnnotationSuppression): void {
    const locate = (): Location => locationOf(origin, ["metadata", "annotations", key], "key");
    if (!this.#isRule(ruleId, locate) || !this.#isReason(reason, ruleId, locate)) return;
    const suppression: Suppression = { by: "annotation", ruleId, reason: reason.trim(), text: key, locate };
    this.#add(suppression, [objectKey(ruleId, object), workloadKey(ruleId, workloadId(object))]);
  }

  #add(suppression: Suppression, keys: readonly string[]): void {
    this.all.push(suppression);
    for (const key of keys) {
      const there = this.#byPlace.get(key);
      if (there === undefined) this.#byPlace.set(key, [suppression]);
      else there.push(suppression);
    }
  }

  #isRule(ruleId: string, location: Location | (() => Location)): boolean {
    if (this.#ruleIds.includes(ruleId)) return true;
    if (this.malformed.length >= maxMalformed) return false;
    const shown = ruleId.length > longestId ? `${ruleId.slice(0, longestId)}…` : ruleId;
    const [hint] = nearest(shown, this.#ruleIds, 1);
    this.#reject(
      `there is no rule ${JSON.stringify(shown)}${hint === undefined ? "" : `; did you mean ${hint}?`}`,
      location,
    );
    return false;
  }

  #isReason(reason: string, ruleId: string, location: Location | (() => Location)): boolean {
    if (reason.trim() !== "") return true;
    this.#reject(`ignoring ${ruleId} needs a reason`, location);
    return false;
  }

  #reject(message: string, location: Location | (() => Location)): void {
    if (this.malformed.length >= maxMalformed) return;
    this.malformed.push({ message, location: typeof location === "function" ? location() : location });
  }
}

/** How many malformed ones are told of: the rest would be more of the same. */
const maxMalformed = 100;
/** No rule has a longer name: looking for one like it would take its time. */
const longestId = 100;

function lineKey(ruleId: string, file: string, line: number): string {
  return `${ruleId} ${line} ${file}`;
}

function workloadKey(ruleId: string, id: string): string {
  return `${ruleId} ${id}`;
}

/** The API version does not tell objects apart: the last one applied is there, whatever version it was written in. */
function objectKey(ruleId: string, { kind, namespace, name }: ObjectRef): string {
  return `${ruleId} ${JSON.stringify([kind, namespace ?? "", name])}`;
}
