import type { OptimizationPlan } from "../answers/optimization.ts";
import { by, compareStrings } from "../lib/compare.ts";
import type { CannotWrite } from "../fix/apply-fixes.ts";
import { kubectlReader } from "../fix/kubectl-reader.ts";
import { Manifests } from "../fix/manifests.ts";
import { type OptimizedTexts, type TextRefusal, mayBeLost, optimizedTexts } from "../fix/optimized-texts.ts";
import { objectKey } from "../fix/planned-fix.ts";
import { namespacesNotProved } from "../fix/prove-unchanged.ts";
import { assumptionsOf } from "../semantics/dataplane.ts";
import { underAssumptions } from "../semantics/under-assumptions.ts";
import type { Cluster } from "../model/cluster.ts";
import type { Policy } from "../model/policy.ts";
import type { PlannedStep, WhyNot } from "../optimize/step.ts";
import { surveySources } from "../unrendered/survey.ts";
import type { SourceText } from "../parse/document.ts";
import type { NodePath } from "../source/position.ts";
import { spaceOptions } from "../symbolic/cluster-space.ts";
import type { FixedFile } from "./fix-sources.ts";
import { type OptimizeOptions, type OptimizedSteps, Optimizer } from "./optimize-cluster.ts";
import { optimizedManifests } from "./optimized-manifests.ts";
import { stoppable } from "../lib/stoppable.ts";

/** What `optimizeSources` works with. */
export interface OptimizeRequest extends OptimizeOptions {
  /** The texts whose policies are to be simpler. */
  readonly sources: readonly SourceText[];
  /** Reads texts as the caller does: default namespace, assumptions. */
  readonly read: (sources: readonly SourceText[]) => Cluster;
  /** The sources as `read` reads them, where that was done. */
  readonly cluster?: Cluster;
  /** Why a file cannot be written. Default: all can. */
  readonly cannotWrite?: CannotWrite;
  /**
   * Whether the texts are wanted, and not the plan alone: then every edit is tried before the plan is told. Else only those in
   * which something may be lost. Default: true.
   */
  readonly isEdited?: boolean;
}

/** A plan for files. What would be lost in a text is not in it: `withheld` tells. Nothing was written yet. */
export interface OptimizedSources {
  /** What is made simpler, and the proof of it. */
  readonly plan: OptimizationPlan;
  /** The input as it was read. */
  readonly cluster: Cluster;
  /** The files that change. */
  files(): readonly FixedFile[];
  /** Every policy as it is to be, one document each, by namespace and name: YAML text. With namespaces those of them. */
  manifests(): string;
  /** Whether a kustomization of the sources names a file: without it nothing could be built. */
  isNamed(file: string): boolean;
}

/** How often a plan is made anew because of what a text holds. */
const mostRounds = 12;

/**
 * Plans a smaller policy set for files and makes it in their texts: comments, order and style of all the rest stay. What
 * the texts say in the end is read again and proved to be equivalent to what they said.
 */
export function optimizeSources(request: OptimizeRequest): OptimizedSources {
  return stoppable(request.signal, () => new SourcesOptimizer(request).optimized());
}

class SourcesOptimizer {
  readonly #request: OptimizeRequest;
  readonly #texts: ReadonlyMap<string, string>;
  readonly #cluster: Cluster;
  readonly #manifests: Manifests;
  readonly #optimizer: Optimizer;
  readonly #pins = new Pins();

  constructor(request: OptimizeRequest) {
    this.#request = request;
    this.#texts = new Map(request.sources.map(({ name, text }) => [name, text]));
    this.#cluster = request.cluster ?? request.read(request.sources);
    this.#manifests = new Manifests(request.sources, kubectlReader);
    this.#optimizer = new Optimizer(this.#cluster, request);
  }

  optimized(): OptimizedSources {
    const whyNot = this.#whyNot();
    let planned = this.#optimizer.planned(whyNot);
    for (let round = 0; round < mostRounds; round++) {
      const { steps } = planned;
      const doubtful = this.#request.isEdited === false ? new Set(this.#doubtfulFiles(steps)) : undefined;
      if (!this.#pins.add(this.#edited(steps, (file) => doubtful?.has(file) ?? true))) break;
      planned = this.#optimizer.planned(whyNot);
    }
    let result = this.#optimizer.optimized(planned);
    let made: OptimizedTexts | undefined;
    const make = (): OptimizedTexts => (made ??= this.#made(result));
    result = { ...result, plan: { ...result.plan, emptiedFiles: this.#emptied(result.steps) } };
    return {
      plan: result.plan,
      cluster: this.#cluster,
      files: () =>
        [...make().texts]
          .map(([name, after]) => ({ name, before: this.#texts.get(name), after }))
          .toSorted(by(({ name }) => name)),
      manifests: () => {
        const sources = [...this.#texts].map(([name, text]) => ({ name, text: make().texts.get(name) ?? text }));
        const { kustomize } = surveySources(sources);
        return optimizedManifests(this.#request.read(sources), new Manifests(sources, kubectlReader), {
          namespaces: result.plan.limitedTo,
          builtInto: (file, own) =>
            kustomize.severalNamespacesOf(file).length > 0 ? own : kustomize.namespaceOf(file),
        });
      },
      isNamed: (file) => surveySources(this.#request.sources).kustomize.isResource(file),
    };
  }

  /** What of texts would be lost, and what kustomizations could not be built without. */
  #whyNot(): WhyNot {
    const { sources } = this.#request;
    if (this.#cluster.builds === undefined) return this.#pins.whyNot;
    const { kustomize } = surveySources(sources);
    return (policy, path) => {
      const { ref, origin } = policy;
      const file = kustomize.patchedIn(origin.locator.file, { ...ref, group: ref.apiVersion.replace(/\/.*$/, "") });
      return file === undefined ? this.#pins.whyNot(policy, path) : `${file} patches it, or names it`;
    };
  }

  #edited(steps: readonly PlannedStep[], isAsked?: (file: string) => boolean): OptimizedTexts {
    const edited = this.#editedTexts(steps, isAsked);
    // What stands above a document tells of it as it is: under another name it would tell of something else.
    const headed = edited.refusals
      .filter(({ policy, isStaying }) => isStaying && hasHeading(this.#manifests.textOf(policy.origin)))
      .map((refusal) => ({ ...refusal, path: ["metadata", "name"] }));
    return { ...edited, refusals: [...edited.refusals, ...headed] };
  }

  #editedTexts(steps: readonly PlannedStep[], isAsked?: (file: string) => boolean): OptimizedTexts {
    return optimizedTexts(this.#texts, steps, this.#manifests, this.#request.cannotWrite ?? (() => undefined), isAsked);
  }

  /** Files in which something may be lost: only these are edited before a plan is told. */
  #doubtfulFiles(steps: readonly PlannedStep[]): readonly string[] {
    const files = new Set<string>();
    const isPlain = this.#plainFiles();
    for (const policy of steps.flatMap(({ patch }) => patch.map((operation) => operation.policy))) {
      const { file } = policy.origin.locator;
      if (files.has(file) || isPlain(file)) continue;
      const written = this.#manifests.textOf(policy.origin);
      if (written === undefined) continue;
      if (mayBeLost(written.lead) || mayBeLost(written.text) || this.#request.cannotWrite?.(written.file) !== undefined)
        files.add(written.file);
    }
    return [...files];
  }

  /** Tells files in which nothing can be lost: their documents need not be found. */
  #plainFiles(): (file: string) => boolean {
    const known = new Map<string, boolean>();
    return (file) => {
      let isPlain = known.get(file);
      if (isPlain === undefined) {
        isPlain = !mayBeLost(this.#texts.get(file) ?? "") && this.#request.cannotWrite?.(file) === undefined;
        known.set(file, isPlain);
      }
      return isPlain;
    };
  }

  #emptied(steps: readonly PlannedStep[]): readonly string[] {
    const gone = new Map<string, number>();
    for (const { policy, op, path } of steps.flatMap(({ patch }) => patch)) {
      const { file } = policy.origin.locator;
      if (op === "remove" && path === "" && policy.origin.path.length === 0) gone.set(file, (gone.get(file) ?? 0) + 1);
    }
    const policies = new Map<string, number>();
    for (const { origin, part = 0 } of this.#cluster.policies) {
      const { file } = origin.locator;
      if (part === 0) policies.set(file, (policies.get(file) ?? 0) + 1);
    }
    // Most files keep policies: their documents need not be counted.
    const isEmptied = ([file, count]: readonly [string, number]): boolean =>
      count >= (policies.get(file) ?? 0) && count === this.#manifests.documentsIn(file);
    return [...gone]
      .filter(isEmptied)
      .map(([file]) => file)
      .toSorted(compareStrings);
  }

  /** The texts after the plan. Throws where they do not say what was planned: an edit never vouches for itself. */
  #made({ steps, cluster }: OptimizedSteps): OptimizedTexts {
    const made = this.#edited(steps);
    const [refusal] = made.refusals;
    if (refusal !== undefined) throw new Error(`${refusal.policy.name} could not be edited: ${refusal.reason}`);
    const sources = [...this.#texts].map(([name, text]) => ({ name, text: made.texts.get(name) ?? text }));
    const assumptions = assumptionsOf(this.#request.assumptions, this.#cluster);
    const after = this.#request.read(sources);
    const [wrong] = namespacesNotProved(
      underAssumptions(this.#cluster, assumptions),
      underAssumptions(after, assumptions),
      { ...spaceOptions(this.#cluster, assumptions), ties: assumptions, proved: cluster.policies },
    );
    if (wrong !== undefined)
      throw new Error(`the edited policies of namespace ${wrong[0]} were not proved: ${wrong[1]}`);
    return made;
  }
}

type Pin = Pick<TextRefusal, "path" | "reason" | "isStaying">;

/** What of policies' texts would be lost. */
class Pins {
  readonly #pins = new Map<string, readonly Pin[]>();

  readonly whyNot = (policy: Policy, path?: NodePath): string | undefined =>
    this.#pins.get(objectKey(policy.ref))?.find((pin) => isPinned(pin, path))?.reason;

  /** Whether something is new. What is refused again although its path is known is pinned as a whole. */
  add({ refusals }: OptimizedTexts): boolean {
    for (const { policy, path, reason, isStaying } of refusals) {
      const known = this.#pins.get(objectKey(policy.ref)) ?? [];
      const isKnown = known.some(
        (pin) => pin.isStaying === isStaying && JSON.stringify(pin.path) === JSON.stringify(path),
      );
      const pin = isKnown ? { path: [], reason, isStaying: false } : { path, reason, isStaying };
      this.#pins.set(objectKey(policy.ref), [...known, pin]);
    }
    return refusals.length > 0;
  }
}

/** Whether a comment above a document tells of it, and not of the file. */
function hasHeading(
  { lead, text }: { readonly lead: string; readonly text: string } = { lead: "", text: "" },
): boolean {
  const lines = `${lead}${text}`.split(/\r\n|\r|\n/);
  const above = lines.slice(
    0,
    lines.findIndex((line) => /^\s*[^\s#]/.test(line) && !line.startsWith("---")),
  );
  return above.some((line) => /^\s*#(?!\s*(?:yaml-language-server|yamllint|vim):?)/.test(line));
}

/** Whether what stands at a path is to stay as it is; without a path whether anything is that is not only to stay. */
function isPinned(pin: Pin, path: NodePath | undefined): boolean {
  if (pin.isStaying) return path !== undefined && JSON.stringify(path) === JSON.stringify(pin.path);
  return path === undefined || meets(pin.path, path);
}

/** Whether one of two paths leads to the other. */
function meets(a: NodePath, b: NodePath): boolean {
  const shared = Math.min(a.length, b.length);
  return a.slice(0, shared).every((step, i) => step === b[i]);
}
