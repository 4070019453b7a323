import type { ApiClient } from "./api-client.ts";
import { statusOf } from "./api-fault.ts";
import { type ClusterKind, groupsServedTwice, installedKinds } from "./cluster-kinds.ts";
import { type Fields, fieldsOf, listOf, textOf } from "./raw-fields.ts";

/** As Kubernetes orders them; a group has no other ones. */
const safeVersion = /^v\d{1,3}(?:(?:alpha|beta)\d{1,3})?$/;
/** An API group has a handful. */
const maxVersions = 10;

/**
 * Those of the kinds that something must have installed that this server serves, in the version that it prefers.
 * Every user may ask (`system:discovery`), and must: the list of a kind that is not there is answered with 403 to those who may not list it.
 */
export async function servedKinds(client: ApiClient): Promise<readonly ClusterKind[]> {
  const versions = await groupVersions(client);
  // Without discovery each kind is tried in its usual version.
  if (versions === undefined) return installedKinds.filter(({ group }) => groupsServedTwice[group] === undefined);
  const groups = [...new Set(installedKinds.map(({ group }) => group))].filter(
    (group) => versions.has(group) && !versions.has(groupsServedTwice[group] ?? ""),
  );
  const served = await Promise.all(groups.map((group) => kindsOfGroup(client, group, versions.get(group) ?? [])));
  return served.flat();
}

/** The versions of each API group, the preferred one first; undefined when the server does not tell. */
async function groupVersions(client: ApiClient): Promise<ReadonlyMap<string, readonly string[]> | undefined> {
  const list = await unlessRefused(client.get("/apis"));
  if (list === undefined) return undefined;
  return new Map(
    listOf(list["groups"]).map((item) => {
      const { name, versions, preferredVersion } = fieldsOf(item);
      const all = [preferredVersion, ...listOf(versions)].flatMap(
        (version) => textOf(fieldsOf(version)["version"]) ?? [],
      );
      return [
        textOf(name) ?? "",
        [...new Set(all)].filter((version) => safeVersion.test(version)).slice(0, maxVersions),
      ];
    }),
  );
}

async function kindsOfGroup(
  client: ApiClient,
  group: string,
  versions: readonly string[],
): Promise<readonly ClusterKind[]> {
  const ours = installedKinds.filter((kind) => kind.group === group);
  const versionOf = new Map<string, string>();
  for (const version of versions) {
    for (const resource of await resourcesOf(client, `/apis/${group}/${version}`, ours)) {
      if (!versionOf.has(resource)) versionOf.set(resource, version);
    }
  }
  return ours.flatMap((kind) => {
    const version = versionOf.get(kind.resource);
    return version === undefined ? [] : [{ ...kind, version }];
  });
}

/** The plurals that a version of a group has. Where the server cannot tell, ours: their lists will say what is wrong. */
async function resourcesOf(client: ApiClient, path: string, ours: readonly ClusterKind[]): Promise<readonly string[]> {
  const list = await unlessRefused(client.get(path));
  if (list === undefined) return ours.map(({ resource }) => resource);
  return listOf(list["resources"]).flatMap((item) => textOf(fieldsOf(item)["name"]) ?? []);
}

/** Undefined in place of an answer that says no: an aggregated API may be down, or discovery not allowed. */
async function unlessRefused(answer: Promise<Fields>): Promise<Fields | undefined> {
  try {
    return await answer;
  } catch (error) {
    const status = statusOf(error);
    if (status === undefined || status === 401) throw error;
    return undefined;
  }
}
