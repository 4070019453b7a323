import { by } from "../lib/compare.ts";
import type { Endpoint, WorkloadEndpoint } from "../answers/endpoint.ts";
import type { Workload } from "../model/cluster.ts";
import { formatRanges } from "../sets/address-set.ts";
import type { ClassId } from "./class-set.ts";
import type { PodClass } from "./pod-classes.ts";
import type { Reachability } from "./reachability.ts";

/** An endpoint as it is listed, with the class that decides for it. */
export interface ListedEndpoint {
  readonly endpoint: Endpoint;
  readonly classId: ClassId;
  /** Absent for external addresses. */
  readonly workload?: Workload;
  /** Whether the endpoint has or may have two pods, so that it can talk to itself. */
  readonly toItself: boolean;
}

/** All endpoints, sorted by id: the parts of every workload, and the external addresses. */
export function listEndpoints(reachability: Reachability): readonly ListedEndpoint[] {
  const endpoints = [...workloadEndpoints(reachability), ...externalEndpoints(reachability)];
  return endpoints.toSorted(by(({ endpoint }) => endpoint.id));
}

function* workloadEndpoints(reachability: Reachability): Generator<ListedEndpoint> {
  const parts = new Map<Workload, { podClass: PodClass; pods: number }[]>();
  for (const podClass of reachability.pods.classes) {
    for (const { workload, pods } of podClass.members) {
      const known = parts.get(workload);
      if (known === undefined) parts.set(workload, [{ podClass, pods }]);
      else known.push({ podClass, pods });
    }
  }
  for (const [workload, ofWorkload] of parts) {
    const names = partNames(ofWorkload.map(({ podClass }) => podClass));
    for (const [i, { podClass, pods }] of ofWorkload.entries()) {
      yield {
        endpoint: workloadEndpoint(workload, names[i] ?? "", podClass, pods),
        classId: podClass.id,
        workload,
        toItself: workload.mayHaveTwoPods,
      };
    }
  }
}

function workloadEndpoint(workload: Workload, partName: string, podClass: PodClass, pods: number): WorkloadEndpoint {
  return {
    id: `${workload.id}${partName}`,
    type: "workload",
    namespace: workload.namespace,
    name: workload.name,
    workloadKind: workload.kind,
    pods,
    ...(podClass.onNode ? { hostNetwork: true } : {}),
  };
}

/** What tells the parts of a workload apart: `{track=canary}`. Nothing when there is one part. */
function partNames(classes: readonly PodClass[]): readonly string[] {
  if (classes.length < 2) return [""];
  const keys = [...new Set(classes.flatMap(({ labels }) => Object.keys(labels)))].toSorted();
  const distinguishing = keys.filter((key) => new Set(classes.map(({ labels }) => labels[key])).size > 1);
  const names = classes.map((podClass) => {
    const parts = distinguishing.map((key) => labelText(key, podClass.labels[key]));
    if (podClass.onNode) parts.push("hostNetwork");
    return parts.join(",");
  });
  // Parts can also differ in named ports or addresses: a number tells those apart.
  const seen = new Map<string, number>();
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    const unique = names.filter((other) => other === name).length === 1;
    return `{${unique ? name : [name, `part ${count}`].filter((text) => text !== "").join(",")}}`;
  });
}

function labelText(key: string, value: string | undefined): string {
  if (value === undefined) return `!${key}`;
  return value === "\u0000" ? `${key}=*` : `${key}=${value}`;
}

function* externalEndpoints(reachability: Reachability): Generator<ListedEndpoint> {
  const { addresses } = reachability;
  const offset = reachability.pods.classes.length;
  for (const [i, set] of addresses.classes.entries()) {
    const ranges = formatRanges(set);
    yield {
      endpoint: { id: addresses.classes.length === 1 ? "external" : externalId(ranges), type: "ipBlock", ranges },
      classId: offset + i,
      toItself: false,
    };
  }
}

/** Classes are disjoint, so the first range names one; a second shows what it is like. */
function externalId(ranges: readonly string[]): string {
  const shown = ranges.slice(0, 2).join(",");
  return ranges.length > 2 ? `external[${shown},+${ranges.length - 2}]` : `external[${shown}]`;
}
