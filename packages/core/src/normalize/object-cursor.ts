import type { Diagnostic, ObjectRef, ProblemCode, Report } from "../diagnostics/diagnostic.ts";
import type { Assumptions } from "../model/assumptions.ts";
import type { UnderAssumption } from "../model/policy.ts";
import type { ParsedCidr } from "../sets/address-set.ts";
import type { NodePart, NodePath, PathStep } from "../source/position.ts";
import { locationOf } from "../source/position.ts";
import type { Placeholder } from "./placeholder.ts";
import { placeholderAt } from "./placeholder.ts";
import { shownPath } from "./quote.ts";
import type { RawObject } from "./raw-object.ts";
import type { ReadValues } from "./read-once.ts";

/** How many problems of one object are told one by one. */
const maxProblems = 50;

/** Most objects have no fault and share this. */
const noReasons: string[] = [];
const noVersions: CiliumVersion[] = [];
const noAssumptions: UnderAssumption[] = [];

type CiliumVersion = Assumptions["ciliumVersion"];

/** What a cursor knows beyond its object. */
export interface CursorOptions {
  readonly live: boolean;
  readonly report: Report;
  /** An empty path to walk with. */
  readonly path: PathStep[];
  /** Address blocks read before: few are written once only. */
  readonly cidrs: Map<string, ParsedCidr>;
  /** What was read of other objects. */
  readonly read: ReadValues;
  /** Told of a field that is not rendered, so that nothing can be said of it. */
  readonly putUnrendered: (at: ObjectCursor, placeholder: Placeholder, path: NodePath) => void;
  /** Told of an object that the API server would refuse. */
  readonly putRefused: (object: RawObject) => void;
}

/**
 * Walks one object and knows where it is, so that a reader can say what is wrong there.
 * Walking costs a push and a pop; places and texts are made when there is trouble.
 */
export class ObjectCursor {
  readonly object: RawObject;
  /** The object came from an API server: what is stored is in force, whatever is wrong with it. */
  readonly live: boolean;
  readonly cidrs: Map<string, ParsedCidr>;
  readonly read: ReadValues;
  /** Complete when the metadata has been read. */
  ref: ObjectRef;
  /**
   * Set while reading what an object can be analysed without (the ports of a pod, not its labels): the API server refuses the
   * object there too, but hiding its pods would answer less.
   */
  tolerant = false;
  /** A field that cannot be left out holds a placeholder: the object is unknown, not wrong. */
  #isUnrendered = false;
  readonly #putUnrendered: CursorOptions["putUnrendered"];
  readonly #putRefused: CursorOptions["putRefused"];
  readonly #report: Report;
  /** Policies are refused as a whole, and told of as such. */
  readonly isPolicy: boolean;
  /** Of a kind whose CRD has no look at what selectors ask for: an API server stores them as they are written. */
  storesSelectors = false;
  readonly #path: PathStep[];
  #reasons: string[] = noReasons;
  #reasonsOfAgent: string[] = noReasons;
  #acceptedUntil: CiliumVersion[] = noVersions;
  #refusedIf: UnderAssumption[] = noAssumptions;
  #undefinedSelectors = 0;
  #problems = 0;

  constructor(object: RawObject, options: CursorOptions, isPolicy: boolean) {
    this.object = object;
    this.live = options.live;
    this.ref = { apiVersion: object.apiVersion, kind: object.kind, name: "" };
    this.#report = options.report;
    this.#putUnrendered = options.putUnrendered;
    this.#putRefused = options.putRefused;
    this.isPolicy = isPolicy;
    this.#path = options.path;
    this.cidrs = options.cidrs;
    this.read = options.read;
  }

  enter(step: PathStep): void {
    this.#path.push(step);
  }

  leave(): void {
    this.#path.pop();
  }

  /** The path walked so far. */
  get here(): NodePath {
    return [...this.#path];
  }

  /** Why the API server would refuse the object; empty when it would not. */
  get reasons(): readonly string[] {
    return this.#reasons;
  }

  /** Those among them for which the agents of a data plane refuse it: the API server stores the object. */
  get reasonsOfAgent(): readonly string[] {
    return this.#reasonsOfAgent;
  }

  /** How often a selector asked for what is no requirement, in a kind whose CRD does not check that. */
  get undefinedSelectors(): number {
    return this.#undefinedSelectors;
  }

  /** Whether anything was said of the object so far, fields that are not rendered included. */
  get hasComplaints(): boolean {
    return this.#isUnrendered || this.#problems > 0 || this.#reasons.length > 0;
  }

  /** Tells whether the object must be left out. */
  get refused(): boolean {
    return this.#isUnrendered || (this.#reasons.length > 0 && !this.live);
  }

  /** Something for which the API server refuses the object; in a stored object it is only odd. */
  refuse(code: ProblemCode, steps: readonly PathStep[], message: string, part: NodePart = "value"): void {
    this.#refuse({ code, message }, steps, part);
  }

  #refuse(
    { code, message, ...by }: Pick<Diagnostic, "code" | "message" | "refusedBy">,
    steps: readonly PathStep[],
    part: NodePart,
  ): void {
    if (this.#leavesOpen(steps)) return;
    if (this.tolerant) {
      const rest = `${message}. The API server refuses the ${this.ref.kind}; it is analysed without this`;
      return this.#problem({ code, severity: "warning", message: rest }, steps, part);
    }
    if (this.#reasons === noReasons) this.#reasons = [];
    if (this.#reasons.length < maxProblems) this.#reasons.push(`${shownPath([...this.#path, ...steps])}: ${message}`);
    if (this.live) return this.#problem({ code: "suspicious-value", severity: "warning", message, ...by }, steps, part);
    if (by.refusedBy !== "agent") this.#putRefused(this.object);
    const isInvalidPolicy = this.isPolicy && code !== "wrong-type";
    this.#problem(
      isInvalidPolicy
        ? { code: code === "ports-without-protocol" ? code : "invalid-policy", severity: "error", message, ...by }
        : { code, severity: "error", unreadable: true, message, ...by },
      steps,
      part,
    );
  }

  /** Something that the API server stores, and for which the agents that should enforce the policy refuse it. `until`: the last version of Cilium that accepts it. */
  refuseByAgent(code: ProblemCode, steps: readonly PathStep[], message: string, until?: CiliumVersion): void {
    const known = this.#reasons.length;
    this.#refuse({ code, message, refusedBy: "agent" }, steps, "value");
    if (this.#reasonsOfAgent === noReasons) this.#reasonsOfAgent = [];
    const own = this.#reasons.slice(known);
    this.#reasonsOfAgent.push(...own);
    if (until !== undefined) this.#acceptedUntil = [...this.#acceptedUntil, ...own.map(() => until)];
  }

  /** Something for which the object is refused under some assumptions, each of these alone. */
  refuseIf(assumed: readonly Partial<Assumptions>[], steps: readonly PathStep[], message: string): void {
    if (this.#leavesOpen(steps) || this.#refusedIf.length >= maxProblems) return;
    const refused = `${shownPath([...this.#path, ...steps])}: ${message}`;
    this.#refusedIf = [
      ...this.#refusedIf,
      ...assumed.map((is): UnderAssumption => ({ is, instead: "not in force", refused })),
    ];
  }

  /** What it is refused for under assumptions. */
  get refusedIf(): readonly UnderAssumption[] {
    return this.#refusedIf;
  }

  /** The versions of Cilium up to which its agents accept what they refuse now, where that is so of all of it; else none. */
  get acceptedUntil(): readonly CiliumVersion[] {
    return this.#acceptedUntil.length === this.#reasonsOfAgent.length ? this.#acceptedUntil : noVersions;
  }

  /** A requirement of a selector that is none: refused, unless the CRD lets the API server store it. */
  refuseRequirement(code: ProblemCode, steps: readonly PathStep[], message: string, part: NodePart = "value"): void {
    if (!this.storesSelectors) return this.refuse(code, steps, message, part);
    if (this.#leavesOpen(steps)) return;
    this.#undefinedSelectors++;
    const rest =
      "the API server stores it all the same, and what enforces the policy decides whom the selector matches";
    this.warn("undefined-selector", steps, `${message}; ${rest}`, part);
  }

  /** Something that is accepted, but probably not what its author meant. */
  warn(code: ProblemCode, steps: readonly PathStep[], message: string, part: NodePart = "value"): void {
    this.#problem({ code, severity: "warning", message }, steps, part);
  }

  /** Nothing is wrong with a field that is not rendered. */
  #leavesOpen(steps: readonly PathStep[]): boolean {
    const path = [...this.#path, ...steps];
    const placeholder = this.live ? undefined : placeholderAt(this.object.value, path);
    if (placeholder === undefined) return this.#isUnrendered;
    if (!this.#isUnrendered) this.#putUnrendered(this, placeholder, path);
    if (!this.tolerant || placeholder.type === "template") this.#isUnrendered = true;
    return true;
  }

  #problem(problem: Diagnostic, steps: readonly PathStep[], part: NodePart): void {
    this.#problems++;
    if (this.#problems > maxProblems + 1) return;
    const isLast = this.#problems > maxProblems;
    const message = isLast
      ? `more than ${maxProblems} problems in this object: the rest is not listed`
      : problem.message;
    const location = locationOf(this.object.origin, [...this.#path, ...steps], part);
    this.#report({ ...problem, message, location, ...(this.ref.name === "" ? {} : { object: this.ref }) });
  }
}
