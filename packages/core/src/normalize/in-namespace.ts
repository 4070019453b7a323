import type { FileFacts } from "./cluster-draft.ts";
import type { RawMapping, RawObject } from "./raw-object.ts";
import { emptyMapping, isMapping } from "./raw-object.ts";

/** Kinds of theirs begin so, whoever's they are. */
const clusterWide = /^(?:Cluster|(?:Staged)?Global|Admin|BaselineAdmin|CiliumClusterwide)/;

/** Whether objects of a kind are outside namespaces by its name. */
export function isClusterWideName(kind: string): boolean {
  return clusterWide.test(kind);
}

/**
 * The objects that kustomizations make of one in a namespace: one in each namespace that they put its file into. Where one of them sets
 * none, or where nobody wrote so many, it stands where they agree that it does; a Namespace is several even then.
 */
export function asBuilt(object: RawObject, files: FileFacts | undefined): readonly RawObject[] {
  const { file } = object.origin.locator;
  const several = files?.severalNamespacesOf(file) ?? [];
  if (several.length > 0) return several.map((name) => inNamespace(object, name));
  const namespace = files?.namespaceOf(file);
  if (namespace === undefined && files !== undefined && namesNone(object))
    return [inNamespace(object, files.namespaceOfUnnamed(file))];
  if (object.kind !== "Namespace" || namespace !== undefined || files === undefined)
    return [inNamespace(object, namespace)];
  const names = files.namespacesOf(file);
  if (names.length === 0) return [object];
  // One that its own file names as a kustomization does is one.
  const own = nameOf(object);
  return [...new Set(names.map((name) => name ?? own))].map((name) => inNamespace(object, name));
}

function nameOf({ value }: RawObject): string | undefined {
  const name = isMapping(value["metadata"]) ? value["metadata"]["name"] : undefined;
  return typeof name === "string" ? name : undefined;
}

function namesNone({ kind, value }: RawObject): boolean {
  const namespace = isMapping(value["metadata"]) ? value["metadata"]["namespace"] : undefined;
  return kind !== "Namespace" && (namespace === undefined || namespace === null || namespace === "");
}

/**
 * The object as a kustomization with this `namespace` makes it: in that namespace, whatever it says itself. A Namespace
 * takes it as its name. No namespace leaves it as it is.
 */
function inNamespace(object: RawObject, namespace: string | undefined): RawObject {
  if (namespace === undefined) return object;
  const metadata = isMapping(object.value["metadata"]) ? object.value["metadata"] : emptyMapping;
  const field = object.kind === "Namespace" ? "name" : "namespace";
  return { ...object, value: withField(object.value, "metadata", withField(metadata, field, namespace)) };
}

function withField(map: RawMapping, key: string, value: RawMapping | string): RawMapping {
  return Object.assign(Object.create(null), map, { [key]: value }) as RawMapping; // Object.create is typed as any
}
