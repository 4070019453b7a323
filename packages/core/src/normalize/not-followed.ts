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

/** Kinds that install a chart, and where they say into which namespace: else into their own. */
const installing: Readonly<Record<string, NodePath>> = {
  HelmRelease: ["spec", "targetNamespace"],
  HelmChart: ["spec", "targetNamespace"],
};

function noteRelease(object: RawObject, draft: ClusterDraft): void {
  const path = installing[object.kind];
  if (path === undefined) return;
  const ref = refOf(object);
  const target = valueAt(object.origin, path);
  const namespace = typeof target === "string" && target !== "" ? target : (ref.namespace ?? draft.defaultNamespace);
  draft.releases.push({ ref, namespace });
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
