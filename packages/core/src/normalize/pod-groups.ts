import type { PodGroup } from "../model/cluster.ts";
import type { Labels } from "../model/selector.ts";
import type { NodePath, Origin } from "../source/position.ts";
import type { PodDraft, TemplateDraft, WorkloadDraft } from "./pod-owner.ts";
import type { PodTemplate } from "./pod-template.ts";

const noPath: readonly string[] = [];
const noAddresses: readonly (readonly string[])[] = [];

/** A group while pods are added to it. */
interface OpenGroup {
  readonly first: PodDraft;
  readonly names: string[];
  pods: number;
  readonly addresses: (readonly string[])[];
}

/** The pods of one owner by what policies can tell apart, in the order of their first pods. */
export function podGroupsOf(pods: readonly PodDraft[]): readonly PodGroup[] {
  const [only] = pods;
  if (only !== undefined && pods.length === 1) {
    const addresses = only.addresses.length === 0 ? noAddresses : [only.addresses];
    return [{ ...groupOf(only.template, 1, only.terminated, addresses, only.origin, noPath), podNames: [only.name] }];
  }
  const groups = new Map<string, OpenGroup>();
  for (const pod of pods) {
    const key = keyOf(pod);
    let group = groups.get(key);
    if (group === undefined) groups.set(key, (group = { first: pod, names: [], pods: 0, addresses: [] }));
    group.pods++;
    group.names.push(pod.name);
    if (pod.addresses.length > 0) group.addresses.push(pod.addresses);
  }
  return [...groups.values()].map(closed);
}

/** The pods that a template of a workload will make. */
export function templateGroupOf(
  { terminated, origin }: Pick<WorkloadDraft, "terminated" | "origin">,
  { template, controllerLabels = [], pods, path }: TemplateDraft,
): PodGroup {
  const group = groupOf(template, pods, terminated, noAddresses, origin, path);
  return controllerLabels.length === 0 ? group : { ...group, controllerLabels };
}

function closed({ first, names, pods, addresses }: OpenGroup): PodGroup {
  return { ...groupOf(first.template, pods, first.terminated, addresses, first.origin, noPath), podNames: names };
}

function groupOf(
  template: PodTemplate,
  pods: number,
  terminated: boolean,
  addresses: PodGroup["addresses"],
  origin: Origin,
  templatePath: NodePath,
): PodGroup {
  const {
    labels,
    ports,
    initPorts,
    hostNetwork,
    annotations,
    dnsPolicy,
    ndots,
    serviceAccount,
    mountsToken,
    reportClash,
  } = template;
  // Once for all the pods of an owner.
  reportClash?.();
  const group = { labels, ports, pods, hostNetwork, terminated, addresses, annotations, origin, templatePath };
  if (
    dnsPolicy === undefined &&
    ndots === undefined &&
    serviceAccount === undefined &&
    mountsToken === undefined &&
    initPorts.length === 0
  )
    return group;
  return {
    ...group,
    ...(initPorts.length === 0 ? {} : { initPorts }),
    ...(dnsPolicy === undefined ? {} : { dnsPolicy }),
    ...(ndots === undefined ? {} : { ndots }),
    ...(serviceAccount === undefined ? {} : { serviceAccount }),
    ...(mountsToken === undefined ? {} : { mountsToken }),
  };
}

/** Equal for pods that are alike but for name, address and annotations. Control characters are in no label and no name. */
function keyOf({ template, terminated }: PodDraft): string {
  let key = `${terminated ? "t" : ""}${template.hostNetwork ? "h" : ""}${String(template.mountsToken)}\u0001${template.dnsPolicy ?? ""}${template.ndots ?? ""}\u0001${template.serviceAccount ?? ""}`;
  for (const { name, protocol, port, sidecar } of template.ports) {
    key += `\u0002${protocol}${port}${sidecar ? "s" : ""}\u0001${name ?? ""}`;
  }
  for (const { name, protocol, port } of template.initPorts) key += `\u0002${protocol}${port}i\u0001${name ?? ""}`;
  return key + labelsKey(template.labels);
}

function labelsKey(labels: Labels): string {
  let key = "";
  let last = "";
  for (const name in labels) {
    // The API server sends keys in order; whoever does not pays for the sorting.
    if (name < last) return sortedLabelsKey(labels);
    key += `\u0003${name}\u0001${labels[name]}`;
    last = name;
  }
  return key;
}

function sortedLabelsKey(labels: Labels): string {
  let key = "";
  for (const name of Object.keys(labels).toSorted()) key += `\u0003${name}\u0001${labels[name]}`;
  return key;
}
