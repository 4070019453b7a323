import { noteCiliumChart } from "./facts/cilium-settings.ts";
import { noteEmbeddedPolicy } from "./embedded-policy.ts";
import type { KindReader } from "./kind-reader.ts";
import { refOf } from "./not-evaluated.ts";
import { type NodePath, valueAt } from "../source/position.ts";
import type { ClusterDraft } from "./cluster-draft.ts";
import { type RawObject, groupOf } from "./raw-object.ts";

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
  ClusterExtension: ["olm.operatorframework.io"],
  PackageInstall: ["packaging.carvel.dev"],
  RootSync: ["configsync.gke.io"],
  RepoSync: ["configsync.gke.io"],
  ConfigManagement: ["configmanagement.gke.io"],
  ResourceSet: ["fluxcd.controlplane.io"],
  KluctlDeployment: ["gitops.kluctl.io"],
  Bundle: ["fleet.cattle.io"],
  HelmChartProxy: ["addons.cluster.x-k8s.io"],
  ClusterResourceSet: ["addons.cluster.x-k8s.io"],
  Release: ["helm.crossplane.io"],
  Composition: ["apiextensions.crossplane.io"],
  ResourceGraphDefinition: ["kro.run"],
  ManifestWork: ["work.open-cluster-management.io"],
  Stack: ["pulumi.com"],
  Terraform: ["infra.contrib.fluxcd.io", "tf.upbound.io"],
};

/** Where kinds that bring in manifests say into which namespace. */
const targets: Readonly<Record<string, NodePath>> = {
  HelmRelease: ["spec", "targetNamespace"],
  HelmChart: ["spec", "targetNamespace"],
  Kustomization: ["spec", "targetNamespace"],
  Application: ["spec", "destination", "namespace"],
  ApplicationSet: ["spec", "template", "spec", "destination", "namespace"],
  GitRepo: ["spec", "targetNamespace"],
  Bundle: ["spec", "targetNamespace"],
  Release: ["spec", "forProvider", "namespace"],
};

/** Kinds that install into their own namespace where they name none. */
const intoTheirOwn: ReadonlySet<string> = new Set(["HelmRelease", "HelmChart"]);

/** What is made of the directories of the input is seen, but for a chart beside them. */
function noteRelease(object: RawObject, draft: ClusterDraft): void {
  const path = targets[object.kind];
  const ref = refOf(object);
  if (path === undefined || (draft.isFollowed(ref, object.origin) && !hasChart(object))) return;
  const target = valueAt(object.origin, path);
  const isNamed = typeof target === "string" && target !== "" && !target.includes("{{");
  const own = intoTheirOwn.has(object.kind) ? (ref.namespace ?? draft.defaultNamespace) : undefined;
  const namespace = isNamed ? target : own;
  if (namespace !== undefined) draft.releases.push({ ref, namespace });
}

/** Whether an Application of Argo CD installs a chart, alone or as one of its sources. */
function hasChart({ origin }: RawObject): boolean {
  const sources = [valueAt(origin, ["spec", "source"]), valueAt(origin, ["spec", "sources"])].flat();
  return sources.some((source) => typeof source === "object" && source !== null && Object.hasOwn(source, "chart"));
}

/** Readers for kinds that stand for manifests elsewhere: such an object is counted and named, so that they are not taken for absent. */
export const notFollowedReaders: readonly KindReader[] = Object.entries(kinds).map(([kind, groups]) => ({
  kind,
  reads: (apiVersion) => groups.includes(groupOf(apiVersion)),
  read: (object, draft) => {
    const ref = refOf(object);
    if (!draft.isFollowed(ref, object.origin)) draft.notFollowed.push(ref);
    noteRelease(object, draft);
    noteCiliumChart(object, draft);
    noteEmbeddedPolicy(object, draft);
  },
}));
