import { countStep } from "../lib/stoppable.ts";
import { compareStrings } from "../lib/compare.ts";
import type { Cluster, PodGroup, Workload } from "../model/cluster.ts";
import type { Labels } from "../model/selector.ts";

import { parseAddress } from "../sets/address.ts";
import { type AddressSet, ofFamily } from "../sets/address-set.ts";
import { type Family, families } from "../sets/connection-set.ts";
import type { AddressClasses } from "./address-classes.ts";
import type { ClassId } from "./class-set.ts";
import type { ReachabilityOptions } from "./options.ts";
import { type PortProfile, PortProfiles } from "./port-profiles.ts";
import type { Relevance, SeenLabels } from "./relevance.ts";

/** The pods of one workload that fell into one class: the unit in which connections are listed. */
export interface Member {
  readonly workload: Workload;
  readonly pods: number;
  /** Whether there are, or may be, two such pods of the workload, so that they can talk to each other. */
  readonly toItself: boolean;
}

/**
 * How rules see the address of a class's pods. `none`: no rule speaks of addresses of pods. `known`: their addresses lie in
 * these address classes. `unknown`: anywhere, for a node or a pod. The families are told where they matter and are known.
 */
export type AddressView =
  | { readonly type: "none"; readonly families: readonly Family[] }
  | { readonly type: "known"; readonly places: readonly AddressPlace[] }
  | { readonly type: "unknown"; readonly of: "node" | "pod"; readonly families: readonly Family[] };

/** Where a known address is: its address class, and its family, as a class may hold both. */
export interface AddressPlace {
  readonly addressClass: number;
  readonly family: Family;
}

/** Pods that no policy can tell apart. */
export interface PodClass {
  readonly id: ClassId;
  readonly namespace: string;
  /** The labels that some selector looks at. */
  readonly labels: Labels;
  /** Labels that are there, of unknown value: of the values that some selector names, which they may have. */
  readonly openLabels: SeenLabels["open"];
  /** The ports with a name that some rule uses: `protocol/name` to numbers. */
  readonly namedPorts: ReadonlyMap<string, readonly number[]>;
  /** Equal for classes with equal `namedPorts`. */
  readonly portProfile: number;
  /** Not selectable: traffic carries the node's address. */
  readonly onNode: boolean;
  readonly address: AddressView;
  readonly members: readonly Member[];
  readonly pods: number;
}

interface Draft {
  readonly namespace: string;
  readonly seen: SeenLabels;
  readonly ports: PortProfile;
  readonly onNode: boolean;
  readonly address: AddressView;
  readonly members: Map<Workload, Member>;
}

/** The classes of a cluster: selectable ones by namespace (each a contiguous range), then those on the node's network. */
export interface PodClasses {
  readonly classes: readonly PodClass[];
  /** The range [first, end) of the selectable classes of a namespace. */
  readonly ranges: ReadonlyMap<string, readonly [ClassId, ClassId]>;
  /** How many classes selectors can match; they have the lowest numbers. */
  readonly selectable: number;
}

/** Groups all pods into classes. */
export function podClasses(
  cluster: Pick<Cluster, "namespaces" | "workloads">,
  relevance: Relevance,
  addresses: AddressClasses,
  options: ReachabilityOptions,
): PodClasses {
  const drafts = new Map<string, Draft>();
  const sight: Sight = {
    addresses,
    places: options.assumptions.ipBlockMatchesPods || relevance.seesAddressesOfPods,
    podFamilies: onlyFamily(options.podCidrs),
    families: relevance.isOrdered || (relevance.seesAddresses && cluster.workloads.some(hasHostOfSomeFamily)),
  };
  const ports = new PortProfiles(relevance, options.assumptions.sidecarNamedPorts);
  for (const workload of cluster.workloads) {
    countStep();
    for (const group of workload.groups) {
      if (group.terminated && options.assumptions.terminatedPods === "ignore") continue;
      addGroup(workload, group);
    }
  }
  return numbered(cluster, [...drafts.values()]);

  function addGroup(workload: Workload, group: PodGroup): void {
    const onNode = group.hostNetwork && !options.assumptions.hostNetworkPodsSelected;
    const seen = onNode ? [{ ...unseen, pods: group.pods }] : relevance.project(group, workload.namespace);
    for (const part of seen) addPart(workload, { ...group, pods: part.pods }, part, onNode);
  }

  function addPart(workload: Workload, group: PodGroup, seen: SeenLabels, onNode: boolean): void {
    const profile = ports.of(group.ports);
    const key = `${workload.namespace}\u0003${labelsKey(seen)}\u0003${profile.id}\u0003${onNode ? "node" : ""}`;
    for (const [address, pods] of addressViews(group, onNode, sight)) {
      const fullKey = `${key}\u0003${addressKey(address)}`;
      let draft = drafts.get(fullKey);
      if (draft === undefined) {
        draft = { namespace: workload.namespace, seen, ports: profile, onNode, address, members: new Map() };
        drafts.set(fullKey, draft);
      }
      const known = draft.members.get(workload);
      const toItself = known !== undefined || (workload.mayHaveTwoPods && seen.isReplica !== true);
      draft.members.set(workload, { workload, pods: (known?.pods ?? 0) + pods, toItself });
    }
  }
}

/** Whether a workload is on the network of a node that has both families, or may have either: then it matters which its peers have. */
function hasHostOfSomeFamily({ groups }: Workload): boolean {
  return groups.some(
    ({ hostNetwork, pods, addresses }) =>
      hostNetwork && (addresses.length < Math.max(1, pods) || addresses.some((of) => of.length !== 1)),
  );
}

const unseen: SeenLabels = { labels: {}, open: new Map(), pods: 0 };

function labelsKey({ labels, open }: SeenLabels): string {
  const known = Object.keys(labels).map((key) => `${key}\u0001${labels[key]}`);
  const unknown = [...open].map(
    ([key, { values, mayBeAbsent }]) => `${key}\u0001\u0004${mayBeAbsent ? "?" : ""}${[...values].join("\u0004")}`,
  );
  return [...known, ...unknown].join("\u0002");
}

function addressKey(view: AddressView): string {
  if (view.type === "none") return view.families.join();
  if (view.type === "known") return view.places.map(({ addressClass, family }) => `${addressClass}v${family}`).join();
  return view.type === "unknown" ? view.of : "";
}

const noAddress: AddressView = { type: "none", families: [] };

/** The family of all pods, where their CIDRs are of one. Where these are of both, a pod may have either or both. */
function onlyFamily(podCidrs: AddressSet = []): readonly Family[] {
  const found = families.filter((family) => ofFamily(podCidrs, family).length > 0);
  return found.length === 1 ? found : [];
}

/** The families of the class's addresses; none where they are not known. */
export function familiesOf({ address }: PodClass): readonly Family[] {
  return address.type === "known" ? distinctFamilies(address.places) : address.families;
}

/** What rules can see of the addresses of pods on the pod network. */
interface Sight {
  readonly addresses: AddressClasses;
  readonly places: boolean;
  readonly families: boolean;
  /** Those of pods whose address is not known. */
  readonly podFamilies: readonly Family[];
}

/** The group's pods by what ipBlocks see of them. */
function addressViews(
  group: PodGroup,
  onNode: boolean,
  { addresses, ...sees }: Sight,
): readonly (readonly [AddressView, number])[] {
  if (!onNode && !sees.places && !sees.families) return [[noAddress, group.pods]];
  const views = new Map<string, [AddressView, number]>();
  const count = (view: AddressView, pods: number): void => {
    const known = views.get(addressKey(view));
    if (known === undefined) views.set(addressKey(view), [view, pods]);
    else known[1] += pods;
  };
  for (const pod of group.addresses) {
    const view = onNode || sees.places ? placesView(placesOf(pod, addresses)) : familiesView(pod);
    if (view !== undefined) count(view, 1);
  }
  const known = [...views.values()].reduce((sum, [, pods]) => sum + pods, 0);
  if (known < group.pods || known === 0) {
    const supposed = group.hostNetwork ? [] : sees.podFamilies;
    const view: AddressView =
      onNode || sees.places
        ? { type: "unknown", of: group.hostNetwork ? "node" : "pod", families: supposed }
        : { type: "none", families: supposed };
    count(view, group.pods - known);
  }
  return [...views.values()];
}

function distinctFamilies(places: readonly AddressPlace[]): readonly Family[] {
  return [...new Set(places.map(({ family }) => family))].toSorted((a, b) => a - b);
}

function placesView(places: readonly AddressPlace[]): AddressView | undefined {
  return places.length === 0 ? undefined : { type: "known", places };
}

const viewsOfFamilies = {
  4: { type: "none", families: [4] },
  6: { type: "none", families: [6] },
  both: { type: "none", families: [4, 6] },
} as const satisfies Record<string, AddressView>;

/** The families of a pod's addresses, where these themselves do not matter; undefined where none is one. */
function familiesView(pod: readonly string[]): AddressView | undefined {
  let of: keyof typeof viewsOfFamilies | undefined;
  for (const text of pod) {
    const family = parseAddress(text)?.family;
    if (family !== undefined) of = of === undefined || of === family ? family : "both";
  }
  return of && viewsOfFamilies[of];
}

function placesOf(pod: readonly string[], addresses: AddressClasses): readonly AddressPlace[] {
  const places = new Map<string, AddressPlace>();
  for (const text of pod.toSorted()) {
    const parsed = parseAddress(text);
    if (parsed === undefined) continue;
    const addressClass = addresses.classOf(parsed.address);
    places.set(`${addressClass}v${parsed.family}`, { addressClass, family: parsed.family });
  }
  return [...places].toSorted(([a], [b]) => compareStrings(a, b)).map(([, place]) => place);
}

/** Numbers the drafts: a namespace is a contiguous range, and pods on the node's network come last. */
function numbered(cluster: Pick<Cluster, "namespaces">, drafts: readonly Draft[]): PodClasses {
  const byNamespace = new Map<string, Draft[]>();
  const onNode: Draft[] = [];
  for (const draft of drafts) {
    if (draft.onNode) {
      onNode.push(draft);
      continue;
    }
    const same = byNamespace.get(draft.namespace);
    if (same === undefined) byNamespace.set(draft.namespace, [draft]);
    else same.push(draft);
  }
  const classes: PodClass[] = [];
  const ranges = new Map<string, readonly [ClassId, ClassId]>();
  for (const namespace of cluster.namespaces.keys()) {
    const first = classes.length;
    for (const draft of byNamespace.get(namespace) ?? []) classes.push(toClass(draft, classes.length));
    ranges.set(namespace, [first, classes.length]);
  }
  const selectable = classes.length;
  for (const draft of onNode) classes.push(toClass(draft, classes.length));
  return { classes, ranges, selectable };
}

function toClass(draft: Draft, id: ClassId): PodClass {
  const members = [...draft.members.values()];
  return {
    id,
    namespace: draft.namespace,
    labels: draft.seen.labels,
    openLabels: draft.seen.open,
    namedPorts: draft.ports.namedPorts,
    portProfile: draft.ports.id,
    onNode: draft.onNode,
    address: draft.address,
    members,
    pods: members.reduce((sum, { pods }) => sum + pods, 0),
  };
}
