import { by } from "../lib/compare.ts";
import type { Endpoint, IpBlockEndpoint, ReservedEndpoint, WorkloadEndpoint } from "../answers/endpoint.ts";
import type { Workload } from "../model/cluster.ts";
import { type AddressSet, formatRanges } from "../sets/address-set.ts";
import { placeName, placesIn } from "../sets/reserved-places.ts";
import { labelValue } from "../semantics/match-selector.ts";
import type { ClassId } from "./class-set.ts";
import type { PodClass } from "./pod-classes.ts";
import type { Reachability } from "./reachability.ts";

/** An endpoint as it is listed, with the class that decides for it. */
export interface ListedEndpoint {
  readonly endpoint: Endpoint;
  readonly classId: ClassId;
  /** Absent for what is no pod of the input. */
  readonly workload?: Workload;
  /** Whether the endpoint has or may have two pods, so that it can talk to itself. */
  readonly toItself: boolean;
}

/** All endpoints, sorted by id: the parts of every workload, external addresses, and reserved identities. */
export function listEndpoints(reachability: Reachability): readonly ListedEndpoint[] {
  const endpoints = [...workloadEndpoints(reachability), ...externalEndpoints(reachability)];
  return endpoints.toSorted(by(({ endpoint }) => endpoint.id));
}

function* workloadEndpoints(reachability: Reachability): Generator<ListedEndpoint> {
  const parts = new Map<Workload, { podClass: PodClass; pods: number; toItself: boolean }[]>();
  for (const podClass of reachability.pods.classes) {
    for (const { workload, ...member } of podClass.members) {
      const known = parts.get(workload);
      if (known === undefined) parts.set(workload, [{ podClass, ...member }]);
      else known.push({ podClass, ...member });
    }
  }
  for (const [workload, ofWorkload] of parts) {
    const names = partNames(ofWorkload.map(({ podClass }) => podClass));
    for (const [i, { podClass, pods, toItself }] of ofWorkload.entries()) {
      yield {
        endpoint: workloadEndpoint(workload, names[i] ?? "", podClass, pods),
        classId: podClass.id,
        workload,
        toItself,
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
  // Of pods on the network of a node no selector sees a label, so the engine knows none.
  const selectable = classes.filter(({ onNode }) => !onNode);
  const keys = new Set(selectable.flatMap(({ labels, openLabels }) => [...Object.keys(labels), ...openLabels.keys()]));
  const distinguishing = [...keys]
    .toSorted()
    .filter((key) => new Set(selectable.map((podClass) => labelText(key, podClass))).size > 1);
  const names = classes.map((podClass) =>
    podClass.onNode ? "hostNetwork" : distinguishing.map((key) => labelText(key, podClass)).join(","),
  );
  // Parts can also differ in named ports or addresses: a number tells those apart.
  const seen = new Map<string, number>();
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    const unique = name !== "" && names.filter((other) => other === name).length === 1;
    return `{${unique ? name : [name, `part ${count}`].filter((text) => text !== "").join(",")}}`;
  });
}

/** `app=web`, `!app` without the label, `app=*` for a value that no selector names, `app=?` for one that is not known. */
function labelText(key: string, { labels, openLabels }: PodClass): string {
  if (openLabels.has(key)) return `${key}=?`;
  const value = labelValue(labels, key);
  if (value === undefined) return `!${key}`;
  return value === "\u0000" ? `${key}=*` : `${key}=${value}`;
}

function* externalEndpoints({ addresses, pods }: Reachability): Generator<ListedEndpoint> {
  const isAlone = addresses.classes.filter((set) => placesIn(set).length === 0).length === 1;
  for (const [i, set] of addresses.classes.entries())
    yield { endpoint: externalEndpoint(set, isAlone), classId: pods.classes.length + i, toItself: false };
}

function externalEndpoint(set: AddressSet, isAlone: boolean): IpBlockEndpoint | ReservedEndpoint {
  const places = placesIn(set);
  if (places.length > 0) return { id: placeName(places), type: "reserved" };
  const ranges = formatRanges(set);
  return { id: isAlone ? "external" : externalId(ranges), type: "ipBlock", ranges };
}

/** Classes are disjoint, so the first range names one; a second shows what it is like. */
function externalId(ranges: readonly string[]): string {
  const shown = ranges.slice(0, 2).join(",");
  return ranges.length > 2 ? `external[${shown},+${ranges.length - 2}]` : `external[${shown}]`;
}
