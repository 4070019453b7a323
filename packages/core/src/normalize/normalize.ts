import type { Diagnostic, Report } from "../diagnostics/diagnostic.ts";
import { by, compareStrings } from "../lib/compare.ts";
import type { Cluster, Namespace } from "../model/cluster.ts";
import type { FileBuild } from "../model/file-build.ts";
import type { Policy } from "../model/policy.ts";
import type { ParsedSource } from "../parse/document.ts";
import { withCalico, withStaged } from "./calico/with-calico.ts";
import { noteKustomizedCharts, noteReferencedCharts } from "./facts/cilium-settings.ts";
import { withCilium } from "./cilium/with-cilium.ts";
import { namespaceOfProfile } from "./calico/profiles.ts";
import { ClusterDraft, type FileFacts } from "./cluster-draft.ts";
import { type AppliedObjects, applyObjects, type StoredObjects } from "./apply-objects.ts";
import { assumedOf } from "./facts/dataplane.ts";
import { noteApiServers } from "./facts/api-server.ts";
import { notePlatformsOf } from "./facts/platforms.ts";
import { withAccounts } from "./facts/service-accounts.ts";
import { withEndpoints } from "./endpoints.ts";
import { reportDeployed } from "./deployed-namespaces.ts";
import { leftOut } from "./left-out.ts";
import { policiesOfTemplates } from "./template-policies.ts";
import { impliedNamespace } from "./namespace.ts";
import { workloadsOf } from "./pod-owner.ts";
import { noCounts, readObject, visitSources } from "./read-objects.ts";
import { isNotBuilt } from "./not-built.ts";
import { relabelled } from "./relabelled.ts";

export { isKindRead } from "./registry.ts";

/** What the documents do not say. */
export interface NormalizeOptions {
  /** The namespace of objects that name none. */
  readonly defaultNamespace: string;
  /** From a live cluster: everything stored is in force. */
  readonly live: boolean;
  /** Where `report` and the parser put their problems: becomes the cluster's `problems`. */
  readonly problems: readonly Diagnostic[];
  /** What is known of the files beside what is in them. */
  readonly files?: FileFacts;
  /** Values of the parameters of Templates. */
  readonly variables?: ReadonlyMap<string, string>;
  /** A cluster that the objects are applied to. */
  readonly onto?: StoredObjects;
}

/** Reads documents into a cluster: lists expanded, defaults applied, refused policies set aside. What is wrong goes to `report`. */
export function normalize(parsed: Iterable<ParsedSource>, options: NormalizeOptions, report: Report): Cluster {
  const draft = new ClusterDraft(options, report);
  const { counts, isRolledOut } = readAll(parsed, draft, options);
  noteKustomizedCharts(options.files ?? { charts: [] }, draft);
  noteReferencedCharts(draft);
  const directories = draft.duplicates.reportTo(report);
  const ground = {
    namespaces: namespacesOf(draft),
    workloads: withAccounts(workloadsOf(draft.workloads, draft.pods.objects(), isRolledOut), draft.facts),
    services: withEndpoints(draft.services.sorted(), { slices: draft.calico.slices, endpoints: draft.endpoints }),
    policies: draft.policies.sorted(),
  };
  notePlatformsOf(draft.facts, ground.namespaces.values(), ground.services, ground.workloads);
  noteApiServers(draft.facts, ground.services, ground.workloads);
  const facts = draft.facts.all();
  const nodes = new Map([...draft.cilium.nodes, ...draft.nodes]);
  const assumed = assumedOf(draft, facts);
  const beside = withCilium(ground, draft.cilium, nodes.values());
  const staged = withStaged(beside, draft.calico);
  const enforced = withCalico(beside, draft.calico, report);
  reportDeployed([ground.workloads, ground.services, enforced.policies], options.files, report);
  return {
    live: options.live || options.onto !== undefined,
    ...ground,
    ...(assumed === undefined ? {} : { assumed }),
    ...enforced,
    ...builtFrom(enforced.policies, options.files),
    ...(draft.releases.length === 0 ? {} : { releases: draft.releases }),
    ...(beside.hostPolicies === undefined ? {} : { hostPolicies: beside.hostPolicies }),
    ...(staged === undefined ? {} : { staged }),
    routes: draft.routes.sorted(),
    ...(draft.gateways.size === 0 ? {} : { gateways: [...draft.gateways.values()].toSorted(byName) }),
    ...(draft.grants.size === 0 ? {} : { referenceGrants: [...draft.grants.values()].toSorted(byName) }),
    ...(draft.scrapes.length === 0
      ? {}
      : { scrapes: draft.scrapes.toSorted(by(({ namespace, name, ref }) => `${namespace}/${name}/${ref.kind}`)) }),
    ...(draft.apiServerCalls.length === 0 ? {} : { apiServerCalls: draft.apiServerCalls }),
    ...(nodes.size === 0 ? {} : { nodes: [...nodes.values()].toSorted(by(({ name }) => name)) }),
    ...(facts.length === 0 ? {} : { facts }),
    refusedPolicies: draft.refusedPolicies.toSorted(by(({ ref }) => `${ref.namespace ?? ""}/${ref.name}`)),
    ...(draft.overwrittenPolicies.length === 0 ? {} : { overwrittenPolicies: draft.overwrittenPolicies }),
    notEvaluated: [
      ...draft.notEvaluated,
      ...relabelled(options.files, [...ground.workloads, ...ground.policies]),
      ...policiesOfTemplates(draft.unrendered, options.files),
      ...(options.onto?.notEvaluated ?? []),
    ].toSorted(by(({ ref }) => `${ref.kind}/${ref.namespace ?? ""}/${ref.name}`)),
    inputs: {
      ...counts,
      files: counts.files + (options.files?.unrendered.size ?? 0),
      objects: sortedRecord(counts.objects),
      ...leftOut(draft, options.files?.generators ?? [], directories),
    },
    problems: options.problems,
    suppressions: draft.suppressions,
  };
}

/** How the files of policies are built. */
function builtFrom(policies: readonly Policy[], files: FileFacts | undefined): Pick<Cluster, "builds"> {
  if (files === undefined) return {};
  const builds = new Map<string, FileBuild>();
  for (const file of new Set(policies.map(({ origin }) => origin.locator.file))) {
    const build = files.buildOf(file);
    if (build !== undefined) builds.set(file, build);
  }
  return builds.size === 0 ? {} : { builds };
}

function readAll(parsed: Iterable<ParsedSource>, draft: ClusterDraft, options: NormalizeOptions): AppliedObjects {
  if (options.onto !== undefined) return applyObjects(parsed, options.onto, draft, options);
  const counts = noCounts();
  visitSources(parsed, draft, options, counts, (object) => {
    if (!isNotBuilt(object, options.files, draft)) readObject(object, draft);
  });
  return { counts, isRolledOut: () => false };
}

const byName = by(
  ({ namespace, name }: { readonly namespace: string; readonly name: string }) => `${namespace}/${name}`,
);

function sortedRecord(counts: ReadonlyMap<string, number>): Readonly<Record<string, number>> {
  const record = Object.create(null) as Record<string, number>; // Object.create is typed as any
  for (const [kind, count] of [...counts].toSorted(([a], [b]) => compareStrings(a, b))) record[kind] = count;
  return record;
}

/** The namespaces of the input and those that its objects are in, by name. */
function namespacesOf(draft: ClusterDraft): ReadonlyMap<string, Namespace> {
  const names = new Set(draft.namespaces.keys());
  for (const store of [draft.pods, draft.workloads, draft.services, draft.routes, draft.policies]) {
    for (const namespace of store.namespaces()) if (namespace !== "") names.add(namespace);
  }
  for (const { namespace } of [
    ...draft.calico.policies.values(),
    ...draft.calico.groups.values(),
    ...draft.cilium.policies.values(),
  ])
    if (namespace !== undefined) names.add(namespace);
  for (const { ref } of draft.notEvaluated) if (ref.namespace !== undefined) names.add(ref.namespace);
  for (const { namespace } of draft.refusedPolicies) if (namespace !== undefined) names.add(namespace);
  return new Map(
    [...names]
      .toSorted(compareStrings)
      .map((name) => [
        name,
        draft.namespaces.get(name) ?? namespaceOfProfile(name, draft.calico) ?? impliedNamespace(name),
      ]),
  );
}
