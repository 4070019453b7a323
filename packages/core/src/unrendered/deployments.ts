import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import { directoryOf, isBelow, resolveFrom } from "../lib/file-path.ts";
import { groupBy } from "../lib/group-by.ts";
import type { RawDocument, RawValue, SourceText } from "../parse/document.ts";
import { parseSource } from "../parse/parse-source.ts";
import { areApart, argoSource, type DeploymentSource, fluxSource, repositoriesIn } from "./deployment-source.ts";
import { type Kustomization, isKustomizationName } from "./kustomization.ts";
import { patchesOf } from "./patches.ts";
import { changesLabels } from "./relabelling.ts";

/** A directory that a tool deploys, and into which namespace. */
export interface Deployment {
  readonly tool: "Flux" | "Argo CD";
  readonly document: RawDocument;
  readonly ref: ObjectRef;
  /** Where the namespace stands in the object. */
  readonly namespaceAt: readonly string[];
  /** Absent: the tool sets none. */
  readonly namespace?: string;
  /** Whether that is only for objects that name none: "resources that have not set a value for .metadata.namespace". */
  readonly onlyUnnamed: boolean;
  /** From the root of the repository, as written. */
  readonly written: string;
  /** The repository that it is from. */
  readonly source: DeploymentSource;
  /** The directories of the input that this may be; none where the repository is another one. It is followed where there is one. */
  readonly directories: readonly string[];
  /** What the tool puts into the texts that it builds: `postBuild.substitute`. */
  readonly variables: ReadonlyMap<string, string>;
  /** Whether the directory is all that the object deploys. */
  readonly isAll: boolean;
  /** Whether directories below are a part of it. */
  readonly isDeep: boolean;
  /** What the object says as a kustomization does, over what is in the directory. */
  readonly overlay: RawValue;
}

const marks = ["kustomize.toolkit.fluxcd.io", "source.toolkit.fluxcd.io", "argoproj.io"];
const kinds = new Set(["Kustomization", "Application", "GitRepository"]);

/** The Kustomizations of Flux and Applications of Argo CD that deploy directories of the input, as kustomizations build them. */
export function deploymentsIn(
  sources: readonly SourceText[],
  kustomizations: readonly Kustomization[],
): readonly Deployment[] {
  const telling = sources.filter(
    ({ name, text }) => !isKustomizationName(name) && marks.some((mark) => text.includes(mark)),
  );
  if (telling.length === 0) return [];
  const known = directoriesOf(sources);
  const documents = telling.flatMap(
    (source) => parseSource(source, { wants: (kind) => kinds.has(kind) }, () => undefined).documents,
  );
  const repositories = repositoriesIn(documents);
  const written = documents.flatMap((document) => deploymentsOf(document, known, repositories));
  const transformed = targetNamespaces(kustomizations);
  return withoutOthers(
    written.map((each) => {
      const namespace = each.tool === "Flux" ? transformed.get(each.document.file) : undefined;
      return namespace === undefined ? each : { ...each, namespace };
    }),
  );
}

/** The namespaces that transformers set for what the Kustomizations of a file deploy. */
function targetNamespaces(kustomizations: readonly Kustomization[]): ReadonlyMap<string, string> {
  return new Map(
    kustomizations.flatMap(({ resources, targetNamespace }) =>
      targetNamespace === undefined ? [] : resources.map((file): [string, string] => [file, targetNamespace]),
    ),
  );
}

/**
 * The same, where directories of other repositories are none of the input's. Which repository the input is of tells the
 * deployment of the directory in which an object is written.
 */
function withoutOthers(deployments: readonly Deployment[]): readonly Deployment[] {
  const byDirectory = groupBy(
    deployments.filter(({ directories }) => directories.length === 1),
    ({ directories }) => directories[0],
  );
  return deployments.map((each) => {
    if (each.directories.length === 0) return each;
    const around = directoriesAbove(each.document.file)
      .flatMap((directory) => byDirectory.get(directory) ?? [])
      .filter(({ tool, document }) => tool === each.tool && document !== each.document);
    const isElsewhere = around.length > 0 && around.every(({ source }) => areApart(source, each.source));
    return isElsewhere ? { ...each, directories: [] } : each;
  });
}

/** Every directory that has a file of the input, however deep. */
function directoriesOf(sources: readonly SourceText[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { name } of sources)
    for (const directory of directoriesAbove(name)) {
      if (found.has(directory)) break;
      found.add(directory);
    }
  return found;
}

function directoriesAbove(file: string): readonly string[] {
  const directories: string[] = [];
  for (let at = directoryOf(file); at !== directories.at(-1); at = directoryOf(at)) directories.push(at);
  return directories;
}

function deploymentsOf(
  document: RawDocument,
  known: ReadonlySet<string>,
  repositories: ReadonlyMap<string, string>,
): readonly Deployment[] {
  const { apiVersion, kind, metadata, spec } = mappingOf(document.value);
  if (typeof apiVersion !== "string" || typeof kind !== "string") return [];
  const deploying = { document, ref: refOf(apiVersion, kind, mappingOf(metadata)) };
  const group = apiVersion.replace(/\/.*$/, "");
  if (kind === "Kustomization" && group === "kustomize.toolkit.fluxcd.io")
    return byFlux(deploying, mappingOf(spec), known, repositories);
  return kind === "Application" && group === "argoproj.io" ? byArgo(deploying, mappingOf(spec), known) : [];
}

/** The object that deploys. */
type Deploying = Pick<Deployment, "document" | "ref">;

function byFlux(
  deploying: Deploying,
  { path, targetNamespace, postBuild, sourceRef = null, ...overlay }: Mapping,
  known: ReadonlySet<string>,
  repositories: ReadonlyMap<string, string>,
): readonly Deployment[] {
  const placed = placeOf(path, deploying, known);
  if (placed === undefined) return [];
  return [
    {
      ...deploying,
      ...placed,
      ...namespaceOf(targetNamespace),
      tool: "Flux",
      source: fluxSource(sourceRef, deploying.ref.namespace ?? "", repositories),
      namespaceAt: ["spec", "targetNamespace"],
      onlyUnnamed: false,
      variables: textsOf(mappingOf(mappingOf(postBuild)["substitute"])),
      overlay,
      isDeep: true,
      isAll: true,
    },
  ];
}

/** One for each of its sources. */
function byArgo(
  deploying: Deploying,
  { source, sources, destination }: Mapping,
  known: ReadonlySet<string>,
): readonly Deployment[] {
  const namespace = namespaceOf(mappingOf(destination)["namespace"]);
  const all = [source ?? [], Array.isArray(sources) ? (sources as readonly RawValue[]) : []].flat();
  return all.flatMap((each): readonly Deployment[] => {
    const { path, repoURL = null, directory, kustomize = null } = mappingOf(each);
    const placed = placeOf(path, deploying, known);
    if (placed === undefined) return [];
    return [
      {
        ...deploying,
        ...placed,
        ...namespace,
        tool: "Argo CD",
        source: argoSource(repoURL),
        namespaceAt: ["spec", "destination", "namespace"],
        onlyUnnamed: true,
        variables: new Map(),
        overlay: kustomize,
        isDeep: mappingOf(directory)["recurse"] === true,
        isAll: all.length === 1,
      },
    ];
  });
}

/** Undefined for the root of a repository, and above: what that is nothing in the input tells. */
function placeOf(
  path: RawValue | undefined,
  { document }: Deploying,
  known: ReadonlySet<string>,
): Pick<Deployment, "written" | "directories"> | undefined {
  const written = typeof path === "string" ? resolveFrom(".", path.replace(/^\/+/, "")) : ".";
  if (written === "." || written.startsWith("..")) return undefined;
  const found = directoriesAbove(document.file).map((root) => resolveFrom(root, written));
  return { written, directories: found.filter((directory) => known.has(directory)) };
}

/** A name that no API server could accept is not told of. */
function refOf(apiVersion: string, kind: string, { name, namespace }: Mapping): ObjectRef {
  const isName = (value: RawValue | undefined): value is string =>
    typeof value === "string" && /^[a-z\d.-]{1,253}$/.test(value);
  return {
    apiVersion,
    kind,
    ...(isName(namespace) ? { namespace } : {}),
    name: isName(name) ? name : "",
  };
}

function namespaceOf(value: RawValue | undefined): Pick<Deployment, "namespace"> {
  return typeof value === "string" && /^[a-z0-9-]+$/.test(value) ? { namespace: value } : {};
}

/** Texts, and what Flux takes for texts. */
function textsOf(map: Mapping): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(map).flatMap(([key, value]) =>
      typeof value === "string" || typeof value === "number" || typeof value === "boolean"
        ? [[key, String(value)]]
        : [],
    ),
  );
}

/** The namespace that objects get which name none, where all that builds them says the same. */
export function namespaceOfUnnamed(builds: readonly Kustomization[]): string | undefined {
  const names = new Set(
    builds.map(({ deployment }) => (deployment?.onlyUnnamed === true ? deployment.namespace : undefined)),
  );
  return names.size === 1 ? [...names][0] : undefined;
}

/** The variables of what is built once. */
export function variablesIn([only, ...others]: readonly Kustomization[]): ReadonlyMap<string, string> {
  return (others.length === 0 ? only?.deployment?.variables : undefined) ?? new Map();
}

/**
 * A deployment as a kustomization of the directory. "If no kustomization.yaml exists, the controller generates one that
 * includes all Kubernetes manifests from that path and its sub-directories", of which those that have a kustomization are built.
 */
export function asKustomization(
  deployment: Deployment,
  kustomizations: readonly Kustomization[],
  sources: readonly SourceText[],
  textOf: (file: string) => string | undefined,
): Kustomization | undefined {
  const [directory, ...others] = deployment.directories;
  if (directory === undefined || others.length > 0) return undefined;
  const { document, ref, overlay, namespace, onlyUnnamed } = deployment;
  const { namePrefix, nameSuffix, components, namespace: built } = mappingOf(overlay);
  const own = onlyUnnamed ? namespaceOf(built) : namespace === undefined ? {} : { namespace };
  return {
    file: document.file,
    directory: `${document.file} (${ref.name})`,
    isComponent: false,
    ...own,
    namePrefix: typeof namePrefix === "string" ? namePrefix : "",
    nameSuffix: typeof nameSuffix === "string" ? nameSuffix : "",
    resources: [
      ...resourcesIn(directory, deployment, kustomizations, sources),
      ...(Array.isArray(components) ? (components as readonly RawValue[]) : []).flatMap((each) =>
        typeof each === "string" ? [resolveFrom(directory, each)] : [],
      ),
    ],
    remote: [],
    relabels: changesLabels(overlay, directory, textOf),
    patches: patchesOf(overlay, { file: document.file, directory }, textOf),
    charts: [],
    others: [],
    deployment,
  };
}

function resourcesIn(
  directory: string,
  { tool, isDeep }: Deployment,
  kustomizations: readonly Kustomization[],
  sources: readonly SourceText[],
): readonly string[] {
  if (kustomizations.some((each) => each.directory === directory)) return [directory];
  const files = sources.map(({ name }) => name).filter((name) => isBelow(name, directory) && /\.ya?ml$/.test(name));
  if (!isDeep) return files.filter((name) => directoryOf(name) === directory);
  if (tool === "Argo CD") return files;
  const below = new Set(kustomizations.map((each) => each.directory).filter((each) => isBelow(each, directory)));
  const outermost = (file: string): string | undefined => directoriesAbove(file).findLast((each) => below.has(each));
  return [...new Set(files.map((name) => outermost(name) ?? name))];
}

type Mapping = { readonly [key: string]: RawValue };

function mappingOf(value: RawValue | undefined): Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Mapping) : {};
}
