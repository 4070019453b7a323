import { isMapping } from "../lib/plain-values.ts";
import type { RawDocument, RawValue } from "../parse/document.ts";

/** Where a tool has a directory from. */
export interface DeploymentSource {
  /** How the object names it: equal for one source. */
  readonly id: string;
  /** The repository, whatever protocol and user fetch it. Absent: the input does not tell, or it is none of git. */
  readonly repository?: string;
}

/** The repositories of Flux's GitRepositories, by namespace and name. */
export function repositoriesIn(documents: Iterable<RawDocument>): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { value } of documents) {
    const { kind, metadata, spec } = mappingOf(value);
    const { namespace, name } = mappingOf(metadata);
    const repository = repositoryOf(mappingOf(spec)["url"]);
    if (kind === "GitRepository" && repository !== undefined)
      found.set(`${textOf(namespace)}/${textOf(name)}`, repository);
  }
  return found;
}

/** The source that a Kustomization of Flux names, in its own namespace where it says no other. */
export function fluxSource(
  sourceRef: RawValue | undefined,
  namespace: string,
  repositories: ReadonlyMap<string, string>,
): DeploymentSource {
  const { kind, namespace: own, name } = mappingOf(sourceRef);
  const at = `${textOf(own) || namespace}/${textOf(name)}`;
  const repository = kind === "GitRepository" ? repositories.get(at) : undefined;
  return { id: `${textOf(kind)} ${at}`, ...(repository === undefined ? {} : { repository }) };
}

/** The source that an Application of Argo CD names. */
export function argoSource(repoUrl: RawValue | undefined): DeploymentSource {
  const repository = repositoryOf(repoUrl);
  return { id: textOf(repoUrl), ...(repository === undefined ? {} : { repository }) };
}

/** Whether two sources are two repositories for certain. */
export function areApart(one: DeploymentSource, other: DeploymentSource): boolean {
  if (one.id === other.id || one.repository === undefined || other.repository === undefined) return false;
  return one.repository !== other.repository;
}

/** `host/path` of a URL: `https://github.com/a/b.git`, `ssh://git@github.com/a/b` and `git@github.com:a/b` are one repository. */
function repositoryOf(url: RawValue | undefined): string | undefined {
  if (typeof url !== "string" || url.length > 1000 || url.startsWith("oci:") || /[${}<>\s]/.test(url)) return undefined;
  const [, host = "", path = ""] =
    /^(?:[a-z][a-z+]*:\/\/)?(?:[^/@]+@)?([^/:]+)(?::\d+)?[/:]+(.+?)(?:\.git)?\/*$/i.exec(url) ?? [];
  return host === "" ? undefined : `${host}/${path}`.toLowerCase();
}

function textOf(value: RawValue | undefined): string {
  return typeof value === "string" ? value : "";
}

function mappingOf(value: RawValue | undefined): { readonly [key: string]: RawValue } {
  return value !== undefined && isMapping(value) ? value : {};
}
