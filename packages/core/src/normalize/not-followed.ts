import type { KindReader } from "./kind-reader.ts";
import { refOf } from "./not-evaluated.ts";
import { groupOf } from "./raw-object.ts";

/** Kinds whose controllers fetch or render manifests that the input does not show, and their groups. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  HelmRelease: ["helm.toolkit.fluxcd.io", "helm.fluxcd.io"],
  HelmChart: ["helm.cattle.io"],
  Kustomization: ["kustomize.toolkit.fluxcd.io"],
  Application: ["argoproj.io"],
  ApplicationSet: ["argoproj.io"],
  App: ["kappctrl.k14s.io"],
  GitRepo: ["fleet.cattle.io"],
  Subscription: ["operators.coreos.com"],
};

/** Readers for kinds that stand for manifests elsewhere: such an object is counted and named, so that they are not taken for absent. */
export const notFollowedReaders: readonly KindReader[] = Object.entries(kinds).map(([kind, groups]) => ({
  kind,
  reads: (apiVersion) => groups.includes(groupOf(apiVersion)),
  read: (object, draft) => void draft.notFollowed.push(refOf(object)),
}));
