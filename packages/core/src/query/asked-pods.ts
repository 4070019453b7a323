import { by } from "../lib/compare.ts";
import type { Cluster, Namespace, PodGroup, Workload } from "../model/cluster.ts";
import { parseLabelledPod } from "../semantics/labelled-pod.ts";
import { namespaceNameLabel } from "../semantics/label-syntax.ts";

/** A cluster to which the pods of a question were added that are no workloads of their own. */
export interface AskedCluster {
  readonly cluster: Cluster;
  /** The id of the workload that stands for what was asked, by its text. */
  readonly idOf: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
}

/**
 * Adds what a question names and no workload stands for: one pod by its own name, as kubectl shows it, and a pod that is
 * not there, by its labels (`app=web,tier=db in shop`). Nothing selects by names, so nothing else changes.
 */
export function withAskedPods(cluster: Cluster, texts: readonly string[], defaultNamespace: string): AskedCluster {
  const asked = [...new Set(texts)].flatMap((text) => {
    const workload = labelledPod(text, defaultNamespace) ?? namedPod(text, defaultNamespace, cluster);
    return workload === undefined ? [] : [{ text, workload }];
  });
  if (asked.length === 0) return { cluster, idOf: new Map(), notes: [] };
  const workloads = asked.map(({ workload }) => workload);
  const unknown = new Set(workloads.map(({ namespace }) => namespace).filter((name) => !cluster.namespaces.has(name)));
  const namespaces = withNamespaces(cluster.namespaces, [...unknown]);
  return {
    cluster: { ...cluster, namespaces, workloads: [...cluster.workloads, ...workloads] },
    idOf: new Map(asked.map(({ text, workload }) => [text, workload.id])),
    notes: [
      ...[...unknown].map((name) => `namespace ${name} is not in the input: its labels are unknown`),
      ...(usesPortNames(cluster) ? workloads.filter(isUnwritten).map(noPortsText) : []),
    ],
  };
}

function isUnwritten({ origin }: Workload): boolean {
  return origin === unwrittenPod.origin;
}

function noPortsText({ id }: Workload): string {
  return `${id} names no ports: rules that name a port do not match it`;
}

function usesPortNames({ policies }: Cluster): boolean {
  return policies.some(({ rules }) =>
    [...rules.ingress, ...rules.egress].some(
      ({ ports }) => ports !== "any" && ports.some(({ type }) => type === "named"),
    ),
  );
}

function labelledPod(text: string, defaultNamespace: string): Workload | undefined {
  const pod = parseLabelledPod(text, defaultNamespace);
  if (pod === undefined) return undefined;
  const { labels, namespace } = pod;
  const id = `${text.trim().replace(/ in \S+$/, "")} in ${namespace}`;
  const group: PodGroup = { ...unwrittenPod, labels };
  return { ...podWorkload(id, namespace, id, group), mayHaveTwoPods: true };
}

/** One of the pods of a workload that is known by its own name. */
function namedPod(text: string, defaultNamespace: string, cluster: Cluster): Workload | undefined {
  const steps = text.split("/");
  const name = steps.at(-1) ?? "";
  const [first = "", second] = steps;
  const isKind = (word: string | undefined): boolean => word !== undefined && /^(?:pods?|po)$/i.test(word);
  if (steps.length > 3 || (steps.length === 3 && !isKind(second))) return undefined;
  const namespace = steps.length === 1 || (steps.length === 2 && isKind(first)) ? defaultNamespace : first;
  const here = cluster.workloads.filter((workload) => workload.namespace === namespace);
  if (steps.length < 3 && here.some((workload) => workload.name === name)) return undefined;
  for (const { groups } of here) {
    for (const group of groups) {
      const at = group.podNames?.indexOf(name) ?? -1;
      if (at >= 0) return podWorkload(`${namespace}/${name}[Pod]`, namespace, name, onePod(group, at));
    }
  }
  return undefined;
}

function onePod(group: PodGroup, at: number): PodGroup {
  const { addresses, podNames = [] } = group;
  const own = addresses.length === podNames.length ? addresses[at] : undefined;
  return { ...group, pods: 1, addresses: own === undefined ? [] : [own], podNames: [podNames[at] ?? ""] };
}

function podWorkload(id: string, namespace: string, name: string, group: PodGroup): Workload {
  const ref = { apiVersion: "v1", kind: "Pod", namespace, name };
  return { id, namespace, name, kind: "Pod", ref, mayHaveTwoPods: false, groups: [group], origin: group.origin };
}

const nowhere = { file: "", line: 1, column: 1, endLine: 1, endColumn: 1, path: "" };

/** A pod of which only the labels are known. It is written nowhere. */
export const unwrittenPod: PodGroup = {
  labels: {},
  ports: [],
  pods: 1,
  hostNetwork: false,
  terminated: false,
  addresses: [],
  annotations: {},
  origin: { locator: { file: "", locate: () => nowhere }, path: [] },
  templatePath: [],
};

function withNamespaces(namespaces: Cluster["namespaces"], names: readonly string[]): Cluster["namespaces"] {
  const added = names.map((name): Namespace => {
    return { name, declared: false, labels: { [namespaceNameLabel]: name }, annotations: {} };
  });
  return new Map([...namespaces.values(), ...added].toSorted(by(({ name }) => name)).map((each) => [each.name, each]));
}
