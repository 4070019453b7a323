import type { ObjectRef, Report } from "../diagnostics/diagnostic.ts";
import { compareStrings } from "../lib/compare.ts";
import { isBelow } from "../lib/file-path.ts";
import { groupBy } from "../lib/group-by.ts";
import { type Locator, type NodePath, type Origin, valueAt } from "../source/position.ts";
import type { FileFacts } from "./cluster-draft.ts";
import { quote } from "./quote.ts";

/** A directory that a tool deploys. */
export interface DeployedDirectory {
  readonly tool: "Flux" | "Argo CD";
  readonly document: Locator;
  readonly ref: ObjectRef;
  /** Where the namespace stands in the object. */
  readonly namespaceAt: NodePath;
  /** Absent: the tool sets none. */
  readonly namespace?: string;
  /** Whether that is only for objects that name none. */
  readonly onlyUnnamed: boolean;
  /** From the root of the repository, as written. */
  readonly written: string;
  /** The directories of the input that this may be. */
  readonly directories: readonly string[];
}

const mostNames = 3;
/** More directories than this are told of together. */
const mostTold = 3;

/** A directory with how many of its objects were read in which other namespace. */
interface Moved {
  readonly deployed: DeployedDirectory;
  readonly read: Map<string, number>;
}

interface Built {
  readonly namespace?: string;
  readonly origin: Origin;
}

/**
 * Warns of directories whose objects are read in other namespaces than a tool puts them into: where several things build
 * them that do not agree, and where the input has several directories that the tool may mean. Elsewhere the tool is followed.
 */
export function reportDeployed(
  objects: readonly (readonly Built[])[],
  files: FileFacts | undefined,
  report: Report,
): void {
  if (files === undefined || files.deployments.every(({ namespace }) => namespace === undefined)) return;
  const unclear = files.deployments.filter(({ directories }) => directories.length > 1);
  const found = new Map<DeployedDirectory, Moved>();
  // A policy may be several in the model, of one object.
  for (const [origin, built] of groupBy(objects.flat(), (each) => each.origin)) {
    const { file } = origin.locator;
    const namespaces = new Set(built.map((each) => each.namespace));
    const [namespace] = namespaces;
    if (namespace === undefined) continue;
    const mayBe = unclear.filter(({ directories }) => directories.some((directory) => isBelow(file, directory)));
    for (const deployed of [...files.deploymentsOf(file), ...mayBe]) {
      if (deployed.namespace === undefined || namespaces.has(deployed.namespace)) continue;
      if (deployed.onlyUnnamed && isNamed(origin, files)) continue;
      const { read } = found.get(deployed) ?? { read: new Map<string, number>() };
      found.set(deployed, { deployed, read: read.set(namespace, (read.get(namespace) ?? 0) + 1) });
    }
  }
  const moved = files.deployments.flatMap((each) => found.get(each) ?? []);
  for (const ofTool of groupBy(moved, (each) => each.deployed.tool).values())
    for (const told of ofTool.length > mostTold ? [ofTool] : ofTool.map((each) => [each])) reportMoved(told, report);
}

/** Whether an object, or a kustomization that builds it, says in which namespace it is. */
function isNamed(origin: Origin, files: FileFacts): boolean {
  const isSet = files.namespacesOf(origin.locator.file).some((each) => each !== undefined);
  return isSet || valueAt(origin, ["metadata", "namespace"]) !== undefined;
}

/** Tells of one directory, or of many in one. */
function reportMoved(moved: readonly Moved[], report: Report): void {
  const [first] = moved;
  if (first === undefined) return;
  const { tool, written, namespace, ref, document, namespaceAt } = first.deployed;
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
          `what is in ${quote(written)} into the namespace ${namespace}, which npa does not follow, because ${reasonOf(first.deployed)}`,
          `analyse that directory by itself with --default-namespace ${namespace}`,
        ]
      : [
          `what is in ${moved.length} directories into namespaces of their own (${exampleOf(moved)}), which npa does not follow, because that is not all that builds them`,
          "analyse each of these directories by itself with --default-namespace",
        ];
  report({
    code: "suspicious-value",
    severity: "warning",
    message: `${tool} puts ${what}: ${objects} read in ${where}; ${advice}`,
    location: document.locate(namespaceAt),
    object: ref,
  });
}

function reasonOf({ directories }: DeployedDirectory): string {
  return directories.length > 1
    ? `the input has ${directories.length} such directories`
    : "that is not all that builds it";
}

function exampleOf(moved: readonly Moved[]): string {
  const some = moved.slice(0, mostNames).map(({ deployed }) => `${quote(deployed.written)} into ${deployed.namespace}`);
  return [...some, ...(moved.length > mostNames ? [`${moved.length - mostNames} more`] : [])].join(", ");
}
