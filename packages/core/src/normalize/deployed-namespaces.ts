import type { ObjectRef, Report } from "../diagnostics/diagnostic.ts";
import { compareStrings } from "../lib/compare.ts";
import { directoryOf, resolveFrom } from "../lib/file-path.ts";
import { groupBy } from "../lib/group-by.ts";
import { countStep } from "../lib/stoppable.ts";
import { type NodePath, type Origin, locationOf, valueAt } from "../source/position.ts";
import type { FileFacts } from "./cluster-draft.ts";
import { refOf } from "./not-evaluated.ts";
import { quote } from "./quote.ts";
import { type RawMapping, type RawObject, emptyMapping, groupOf, isList, isMapping } from "./raw-object.ts";

/** A directory whose objects a tool puts into a namespace. */
export interface DeployedDirectory {
  readonly ref: ObjectRef;
  readonly origin: Origin;
  /** Where the namespace stands in the object. */
  readonly path: NodePath;
  readonly namespace: string;
  /** From the root of the repository, as written. */
  readonly directory: string;
  readonly tool: "Flux" | "Argo CD";
}

const mostNames = 3;
/** More directories than this are told of together. */
const mostTold = 3;

/** A directory with how many of its objects were read in which other namespace. */
interface Moved {
  readonly deployed: DeployedDirectory;
  readonly read: ReadonlyMap<string, number>;
}

interface Built {
  readonly namespace?: string;
  readonly origin: Origin;
}

/**
 * Where a Kustomization of Flux or an Application of Argo CD says which namespace a directory goes to. "targetNamespace
 * sets or overrides the namespace in the kustomization.yaml file"; Argo CD's is for "resources that have not set a value
 * for .metadata.namespace".
 */
export function deployedDirectories(object: RawObject): readonly DeployedDirectory[] {
  const spec = mappingAt(object.value, "spec");
  const group = groupOf(object.apiVersion);
  const at = { ref: refOf(object), origin: object.origin };
  if (object.kind === "Kustomization" && group === "kustomize.toolkit.fluxcd.io")
    return directoriesOf([spec["path"]], spec["targetNamespace"]).map((each) => ({
      ...at,
      ...each,
      path: ["spec", "targetNamespace"],
      tool: "Flux",
    }));
  if (object.kind !== "Application" || group !== "argoproj.io") return [];
  const sources = [spec["source"], ...(isList(spec["sources"]) ? spec["sources"] : [])];
  const paths = sources.map((source) => (isMapping(source) ? source["path"] : undefined));
  return directoriesOf(paths, mappingAt(spec, "destination")["namespace"]).map((each) => ({
    ...at,
    ...each,
    path: ["spec", "destination", "namespace"],
    tool: "Argo CD",
  }));
}

function mappingAt(map: RawMapping, key: string): RawMapping {
  const value = map[key];
  return isMapping(value) ? value : emptyMapping;
}

/** Of directories only: what the root of a repository is nothing in the input tells. */
function directoriesOf(
  paths: readonly unknown[],
  namespace: unknown,
): readonly Pick<DeployedDirectory, "directory" | "namespace">[] {
  if (typeof namespace !== "string" || !/^[a-z0-9-]+$/.test(namespace)) return [];
  return paths.flatMap((path) => {
    const directory = typeof path === "string" ? resolveFrom(".", path.replace(/^\/+/, "")) : ".";
    return directory === "." || directory.startsWith("..") ? [] : [{ directory, namespace }];
  });
}

/** What was read below a directory: how many objects in each namespace, and how many of them that name none themselves. */
type ReadBelow = ReadonlyMap<string, { readonly all: number; readonly unnamed: number }>;

/**
 * Warns of directories whose objects are read in other namespaces than they are put into. Whether the directory is one of
 * this input, or of another repository with the same path, is not for npa to guess: so they stay where they are read.
 */
export function reportDeployed(
  deployed: readonly DeployedDirectory[],
  objects: readonly (readonly Built[])[],
  files: FileFacts | undefined,
  report: Report,
): void {
  if (deployed.length === 0) return;
  const below = readBelow(objects.flat(), files);
  const moved = deployed.flatMap((each): readonly Moved[] => {
    countStep();
    const found = directoriesAbove(each.origin.locator.file).map((root) =>
      below.get(resolveFrom(root, each.directory)),
    );
    const read = new Map(found.flatMap((one) => movedIn(one ?? new Map(), each)));
    return read.size === 0 ? [] : [{ deployed: each, read }];
  });
  for (const ofTool of groupBy(moved, (each) => each.deployed.tool).values())
    for (const told of ofTool.length > mostTold ? [ofTool] : ofTool.map((each) => [each])) reportMoved(told, report);
}

/** Tells of one directory, or of many in one. */
function reportMoved(moved: readonly Moved[], report: Report): void {
  const [first] = moved;
  if (first === undefined) return;
  const { tool, directory, namespace, ref, origin, path } = first.deployed;
  const counts = moved.flatMap(({ read }) => [...read.values()]);
  const count = counts.reduce((sum, one) => sum + one, 0);
  const names = [...new Set(moved.flatMap(({ read }) => [...read.keys()]))].toSorted(compareStrings);
  const where = names.length > mostNames ? `${names.length} other namespaces` : names.join(", ");
  // A directory may be in another one.
  const counted = count === 1 ? "1 object there was" : `${count} objects there were`;
  const objects = moved.length === 1 ? counted : "objects there were";
  const [what, advice] =
    moved.length === 1
      ? [
          `what is in ${quote(directory)} into the namespace ${namespace}`,
          `write the namespace into the kustomization or the objects of that directory, or analyse it by itself with --default-namespace ${namespace}`,
        ]
      : [
          `what is in ${moved.length} directories into namespaces of their own (${exampleOf(moved)})`,
          "write the namespaces into the kustomizations or the objects of these directories, or analyse each by itself with --default-namespace",
        ];
  report({
    code: "suspicious-value",
    severity: "warning",
    message: `${tool} puts ${what}, which npa does not follow: ${objects} read in ${where}; ${advice}`,
    location: locationOf(origin, path),
    object: ref,
  });
}

function exampleOf(moved: readonly Moved[]): string {
  const some = moved
    .slice(0, mostNames)
    .map(({ deployed }) => `${quote(deployed.directory)} into ${deployed.namespace}`);
  return [...some, ...(moved.length > mostNames ? [`${moved.length - mostNames} more`] : [])].join(", ");
}

function movedIn(read: ReadBelow, { tool, namespace }: DeployedDirectory): readonly (readonly [string, number])[] {
  return [...read].flatMap(([name, { all, unnamed }]) => {
    const count = tool === "Flux" ? all : unnamed;
    return name === namespace || count === 0 ? [] : [[name, count] as const];
  });
}

function readBelow(objects: readonly Built[], files: FileFacts | undefined): ReadonlyMap<string, ReadBelow> {
  const below = new Map<string, Map<string, { all: number; unnamed: number }>>();
  // A policy may be several in the model, of one object.
  for (const [origin, [object]] of groupBy(objects, (each) => each.origin)) {
    const { file } = origin.locator;
    const { namespace } = object ?? {};
    if (namespace === undefined) continue;
    const isSet = files?.namespacesOf(file).some((each) => each !== undefined) ?? false;
    const isUnnamed = !isSet && valueAt(origin, ["metadata", "namespace"]) === undefined;
    for (const directory of directoriesAbove(file)) {
      const read = below.get(directory) ?? new Map<string, { all: number; unnamed: number }>();
      const { all, unnamed } = read.get(namespace) ?? { all: 0, unnamed: 0 };
      below.set(directory, read.set(namespace, { all: all + 1, unnamed: unnamed + (isUnnamed ? 1 : 0) }));
    }
  }
  return below;
}

function directoriesAbove(file: string): readonly string[] {
  const directories: string[] = [];
  for (let at = directoryOf(file); at !== directories.at(-1); at = directoryOf(at)) directories.push(at);
  return directories;
}
