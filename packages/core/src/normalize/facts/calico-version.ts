import { type Assumptions, calicoVersions } from "../../model/assumptions.ts";
import type { RawValue } from "../../parse/document.ts";
import type { ClusterDraft } from "../cluster-draft.ts";

/** Later versions of which it is known that they read the same kinds as the last that is listed. */
const sameAsLast = 33;

/** Takes note of a version as Calico writes it (`v3.29.1`): Calico Enterprise counts its own. */
export function noteCalicoVersion(text: RawValue | undefined, { facts }: Pick<ClusterDraft, "facts">): void {
  const version = typeof text === "string" ? versionOf(text) : undefined;
  if (version !== undefined) facts.assumed.calicoVersion = version;
}

/** The version of the image of an agent: `quay.io/calico/node:v3.29.1`. */
export function noteCalicoImage(image: string, draft: Pick<ClusterDraft, "facts">): void {
  noteCalicoVersion(/(?:^|\/)calico\/node:(v[^@]+)(?:@|$)/.exec(image)?.[1], draft);
}

function versionOf(text: string): Assumptions["calicoVersion"] | undefined {
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
