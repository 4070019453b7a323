import { compareStrings } from "../lib/compare.ts";
import { directoryOf } from "../lib/file-path.ts";
import type { FileBuild } from "../model/file-build.ts";
import type { Kustomization } from "./kustomization.ts";
import { type Patch, type Patchable, mayPatch, patches } from "./patches.ts";

/** Steps after which a maze of kustomizations is left alone. */
const maxSteps = 100_000;
/** Into how many namespaces one file is followed. */
const maxNamespaces = 100;

/** Which kustomization builds what: files, and other kustomizations. Deployments are kustomizations of what they deploy. */
export class KustomizeGraph {
  /** The kustomizations that no other one builds. */
  readonly roots: readonly Kustomization[];
  /** The kustomizations and deployments that nothing else builds. */
  readonly #tops: readonly Kustomization[];
  readonly #all: readonly Kustomization[];
  readonly #byDirectory: ReadonlyMap<string, Kustomization>;
  /** The kustomizations that name a file as a resource. */
  readonly #owners = new Map<string, Kustomization[]>();
  readonly #relabelling: readonly Kustomization[];
  readonly #deleting: readonly Kustomization[];
  readonly #patches = new Map<string, readonly Patch[]>();
  readonly #isNew: (file: string) => boolean;
  readonly #several = new Map<string, readonly string[]>();
  readonly #closures = new Map<Kustomization, ReadonlySet<Kustomization>>();
  readonly #namespaces: ReadonlyMap<Kustomization, ReadonlySet<string | undefined>>;

  /** `isNew` tells files that are yet to be named by the kustomization beside them. */
  constructor(kustomizations: readonly Kustomization[], isNew: (file: string) => boolean = () => false) {
    this.#isNew = isNew;
    const written = kustomizations.filter(({ deployment }) => deployment === undefined);
    this.#all = kustomizations;
    this.#byDirectory = new Map(written.map((each) => [each.directory, each]));
    this.roots = this.#unbuilt(written);
    this.#tops = this.#unbuilt(kustomizations);
    for (const each of kustomizations) for (const path of each.resources) this.#own(path, each);
    this.#namespaces = this.#namespacesOfAll();
    this.#deleting = kustomizations.filter((each) => each.patches.mayDelete && !each.isComponent);
    // What a component says holds for all that it is a part of.
    this.#relabelling = kustomizations.filter(
      (each) => each.relabels || this.#builds(each).some(({ isComponent, relabels }) => isComponent && relabels),
    );
  }

  /** A kustomization and all that it builds. */
  closureOf(kustomization: Kustomization): ReadonlySet<Kustomization> {
    const known = this.#closures.get(kustomization);
    if (known !== undefined) return known;
    const closure = new Set([kustomization]);
    for (const each of closure) for (const built of this.#builds(each)) closure.add(built);
    this.#closures.set(kustomization, closure);
    return closure;
  }

  /** Whether some kustomization names the file as a resource. */
  isResource(file: string): boolean {
    return this.#written(file).length > 0;
  }

  /**
   * The directory of a file in which a kustomization names other resources, where nothing builds the file: whoever builds the
   * directory does not get it. So it is with resources that are commented out.
   */
  passedOverBy(file: string): string | undefined {
    const beside = this.#byDirectory.get(directoryOf(file));
    return beside === undefined || beside.resources.length === 0 || this.#owners.has(file) || this.#isNew(file)
      ? undefined
      : beside.directory;
  }

  /** The files that a kustomization builds from: its own, and those of what it builds. */
  filesOf(kustomization: Kustomization): readonly string[] {
    return [...this.closureOf(kustomization)].flatMap(({ resources }) =>
      resources.filter((path) => !this.#byDirectory.has(path)),
    );
  }

  /** The namespace of everything in a file, where the kustomizations that build it agree on one. */
  namespaceOf(file: string): string | undefined {
    const owners = this.#owners.get(file) ?? [];
    const outer = this.namespacesOf(file);
    if (outer.length === 1) return outer[0];
    // Overlays disagree: each is one of several. What the base itself says still holds in none or all of them.
    const own = new Set(owners.map(({ namespace }) => namespace));
    return own.size === 1 ? [...own][0] : undefined;
  }

  /** The namespaces that the kustomizations that build a file set for everything in it; undefined for one that sets none. */
  namespacesOf(file: string): readonly (string | undefined)[] {
    const owners = this.#owners.get(file) ?? [];
    return [...new Set(owners.flatMap((owner) => [...(this.#namespaces.get(owner) ?? [])]))];
  }

  /** These where all set one, and not the same: what is in the file is built into each of them. Empty elsewhere, and for more than anybody has. */
  severalNamespacesOf(file: string): readonly string[] {
    const known = this.#several.get(file);
    if (known !== undefined) return known;
    const names = this.namespacesOf(file);
    const set = names.flatMap((name) => name ?? []);
    const several =
      set.length > 1 && set.length === names.length && set.length <= maxNamespaces ? set.toSorted(compareStrings) : [];
    this.#several.set(file, several);
    return several;
  }

  /** What builds a file, and is built by nothing else. */
  topsOf(file: string): readonly Kustomization[] {
    const owners = this.#owners.get(file);
    if (owners === undefined) return [];
    return this.#tops.filter((each) => owners.some((owner) => this.closureOf(each).has(owner)));
  }

  /** A kustomization that changes the labels of what is in a file, or what it selects by; undefined when none does. */
  relabelledBy(file: string): Kustomization | undefined {
    const owners = this.#owners.get(file) ?? [];
    return this.#relabelling.find((each) => owners.some((owner) => this.closureOf(each).has(owner)));
  }

  /** Whether the patch of any kustomization takes something out. */
  get deletesAny(): boolean {
    return this.#deleting.length > 0;
  }

  /** The directory of a kustomization whose patch takes an object out of what is built of its file, wherever that is; undefined where it stays. */
  deletedBy(file: string, object: Patchable): string | undefined {
    const owners = this.#owners.get(file);
    if (owners === undefined || this.#deleting.length === 0) return undefined;
    const isOf = (each: Kustomization): boolean => owners.some((owner) => this.closureOf(each).has(owner));
    // By labels nothing is told here: what they select may stay.
    const isGoneBy = (patch: Patch): boolean => patch.deletes && patch.selects !== true && patches(patch, object);
    const by = this.#deleting.filter((each) => isOf(each) && each.patches.all().some(isGoneBy));
    const builds = this.#tops.filter(isOf);
    const isGone = builds.every((root) => by.some((each) => this.closureOf(root).has(each)));
    return isGone ? by[0]?.directory : undefined;
  }

  /** The file in which a kustomization that builds an object of a file, or a part of one that does, may change it or names it; undefined where none does. */
  patchedIn(file: string, object: Patchable): string | undefined {
    let known = this.#patches.get(file);
    if (known === undefined) this.#patches.set(file, (known = this.#patchesFor(file)));
    return known.find((patch) => mayPatch(patch, object))?.file;
  }

  /** All that are made where a file is built. */
  #patchesFor(file: string): readonly Patch[] {
    const builds = this.#buildersOf(file);
    const parts = builds.flatMap((each) => this.#builds(each).filter(({ isComponent }) => isComponent));
    return [...new Set([...builds, ...parts])].flatMap((each) => each.patches.all());
  }

  /** The kustomizations that build a file. */
  #buildersOf(file: string): readonly Kustomization[] {
    const owners = this.#owners.get(file) ?? [];
    return this.#all.filter((each) => owners.some((owner) => this.closureOf(each).has(owner)));
  }

  /** The directories of all kustomizations that build a file, and what comes of it; nothing where none does. */
  buildOf(file: string): FileBuild | undefined {
    const builders = this.#buildersOf(file);
    if (builders.length === 0) return undefined;
    const into = builders.filter((each) => this.#tops.includes(each) || this.#relabelling.includes(each));
    const several = this.severalNamespacesOf(file);
    return {
      by: builders.map(({ directory }) => directory),
      into: into.map(({ directory }) => directory),
      ...(several.length === 0 ? {} : { namespaces: several }),
    };
  }

  /** Whether two files are never built together: overlays are alternatives, and so are a base and files beside it. */
  areAlternatives(one: string, other: string): boolean {
    // What tools deploy apart is in the cluster together.
    const [owners, others] = [this.#written(one), this.#written(other)];
    if (owners.length + others.length === 0) return false;
    return !this.roots.some((root) => {
      const closure = this.closureOf(root);
      return owners.some((owner) => closure.has(owner)) && others.some((owner) => closure.has(owner));
    });
  }

  #written(file: string): readonly Kustomization[] {
    return this.#owners.get(file)?.filter(({ deployment }) => deployment === undefined) ?? [];
  }

  #unbuilt(kustomizations: readonly Kustomization[]): readonly Kustomization[] {
    const built = new Set(kustomizations.flatMap((each) => this.#builds(each)));
    return kustomizations.filter((each) => !built.has(each));
  }

  #own(path: string, owner: Kustomization): void {
    if (this.#byDirectory.has(path)) return;
    const owners = this.#owners.get(path);
    if (owners === undefined) this.#owners.set(path, [owner]);
    else owners.push(owner);
  }

  #builds({ resources }: Kustomization): readonly Kustomization[] {
    return resources.flatMap((path) => this.#byDirectory.get(path) ?? []);
  }

  /** What the outermost kustomization that says so sets, over every way from a root: a base may be in several namespaces. */
  #namespacesOfAll(): ReadonlyMap<Kustomization, ReadonlySet<string | undefined>> {
    const found = new Map<Kustomization, Set<string | undefined>>();
    const waiting = this.#tops.map((root) => ({ at: root, outer: root.namespace }));
    for (let steps = 0; steps < maxSteps; steps++) {
      const next = waiting.pop();
      if (next === undefined) break;
      const known = found.get(next.at) ?? new Set();
      if (known.has(next.outer)) continue;
      found.set(next.at, known.add(next.outer));
      for (const built of this.#builds(next.at)) waiting.push({ at: built, outer: next.outer ?? built.namespace });
    }
    return found;
  }
}
