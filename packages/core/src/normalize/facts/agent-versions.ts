import { type Assumptions, calicoVersions, ciliumVersions } from "../../model/assumptions.ts";
import type { RawValue } from "../../parse/document.ts";
import type { ClusterDraft } from "../cluster-draft.ts";

type Facts = Pick<ClusterDraft, "facts">;

/** Later versions of Calico of which it is known that they read the same kinds as the last that is listed. */
const sameAsLast = 33;

/** Takes note of a version as Calico writes it (`v3.29.1`): Calico Enterprise counts its own. */
export function noteCalicoVersion(text: RawValue | undefined, { facts }: Facts): void {
  const version = typeof text === "string" ? calicoVersionOf(text) : undefined;
  if (version !== undefined)
    facts.assumed.calicoVersion = olderOf(version, facts.assumed.calicoVersion, calicoVersions);
}

/** Takes note of a version of Cilium, or of its chart, which has the version of what it installs; a range may mean several. */
export function noteCiliumVersion(text: string, { facts }: Facts): void {
  const minor = /^v?(1\.\d+)(?:\.(?:\d+|x|\*)(?:[-+].*)?)?$/.exec(text)?.[1];
  const version = ciliumVersions.find((each) => each === minor);
  if (version !== undefined)
    facts.assumed.ciliumVersion = olderOf(version, facts.assumed.ciliumVersion, ciliumVersions);
}

/** The version of the image of an agent: `quay.io/calico/node:v3.29.1`, `quay.io/cilium/cilium:v1.18.2@sha256:...`. */
export function noteAgentImage(image: string, draft: Facts): void {
  const [, agent, version = ""] = /(?:^|\/)(calico\/node|cilium\/cilium):(v[^@]+)(?:@|$)/.exec(image) ?? [];
  if (agent === "calico/node") noteCalicoVersion(version, draft);
  if (agent === "cilium/cilium") noteCiliumVersion(version, draft);
}

/** While agents are exchanged node by node there are two versions: what the older one does not do is not done everywhere. */
function olderOf<Version extends string>(
  version: Version,
  other: Version | undefined,
  ascending: readonly Version[],
): Version {
  return other !== undefined && ascending.indexOf(other) < ascending.indexOf(version) ? other : version;
}

function calicoVersionOf(text: string): Assumptions["calicoVersion"] | undefined {
  const minor = /^v?3\.(\d{1,3})(?:\.|-|$)/.exec(text)?.[1];
  if (minor === undefined) return undefined;
  const [first] = calicoVersions;
  const number = Number(minor);
  if (number < minorOf(first)) return first;
  return calicoVersions.findLast((each) => minorOf(each) <= number && number <= sameAsLast);
}

function minorOf(version: string): number {
  return Number(version.slice(2));
}
