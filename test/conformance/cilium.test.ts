import {
  type Assumptions,
  type Cluster,
  type RequestView,
  buildReachability,
  defaultAssumptions,
  readManifests,
} from "@npa/core";
import { describe, expect, it } from "vitest";
import { listEndpoints } from "../../packages/core/src/reachability/endpoints.ts";
import type { Bound } from "../../packages/core/src/reachability/part-expander.ts";
import type { Reachability } from "../../packages/core/src/reachability/reachability.ts";
import { apiServerAddresses } from "../../packages/core/src/semantics/api-server-place.ts";
import { underAssumptions } from "../../packages/core/src/semantics/under-assumptions.ts";
import { placesOf } from "../../packages/core/src/sets/reserved-places.ts";
import { parseAddress } from "../../packages/core/src/sets/address.ts";
import { noConnections } from "../../packages/core/src/sets/connection-set.ts";
import { corpusJson, hasCorpus } from "./corpus.ts";

interface Request {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly dns?: string;
  readonly sni?: string;
}

interface Verdict {
  readonly direction: "ingress" | "egress" | "both";
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol: string;
  readonly allowed: boolean | "some" | "unknown";
  readonly request?: Request;
  readonly icmp?: { readonly family: "IPv4" | "IPv6"; readonly type: number };
}

interface Case {
  readonly id: string;
  readonly policies: readonly object[];
  readonly pods: readonly object[];
  readonly namespaces?: readonly object[];
  readonly nodes?: readonly object[];
  readonly services?: readonly object[];
  readonly endpointSlices?: readonly object[];
  readonly cidrGroups?: readonly object[];
  readonly clusters?: Readonly<Record<string, string>>;
  readonly kubeApiserver?: string;
  readonly until?: string;
  readonly assume?: Readonly<Record<string, unknown>>;
  readonly refused?: readonly { readonly policy: string; readonly by: "crd" | "agent" }[];
  readonly verdicts: readonly Verdict[];
}

const cases = corpusJson<readonly Case[]>([], "cilium", "cases.json");

function clusterOf(each: Case): Cluster {
  const { policies, pods, namespaces = [], nodes = [], services = [], endpointSlices = [], cidrGroups = [] } = each;
  const inMesh = pods.map((pod) => inItsCluster(pod as PodOfCase, each.clusters));
  const items = [...namespaces, ...nodes, ...inMesh, ...services, ...endpointSlices, ...cidrGroups, ...policies];
  return readManifests([{ name: "case.json", text: JSON.stringify({ apiVersion: "v1", kind: "List", items }) }]);
}

/** A pod of another cluster says so by the label that its identity has. */
function inItsCluster(pod: PodOfCase, clusters: Case["clusters"] = {}): object {
  const { metadata } = pod;
  const cluster = clusters[`pod:${metadata.namespace}/${metadata.name}`];
  if (cluster === undefined) return pod;
  return { ...pod, metadata: { ...metadata, labels: { ...metadata.labels, "io.cilium.k8s.policy.cluster": cluster } } };
}

/** An outside address that no block of a case covers. */
const world = "198.18.77.9";

/** The class of an end. */
function classOf(reachability: Reachability, end: string): number | undefined {
  const [kind, name = ""] = end === "world" ? ["ip", world] : end.split(/:(.*)/su);
  const places = placesOf(kind === "entity" ? name : end);
  if (places !== undefined) {
    const known = apiServerAddresses(reachability.options.assumptions);
    const own = places.flatMap((place) => reachability.addresses.classOfPlace(place) ?? [])[0];
    const at = end === "kube-apiserver" && known !== undefined ? reachability.addresses.classOf(known[0] ?? 0n) : own;
    return at === undefined ? undefined : reachability.pods.classes.length + at;
  }
  if (kind === "pod") {
    const [namespace = "", pod = ""] = name.split("/");
    return listEndpoints(reachability).find(
      ({ workload }) => workload?.namespace === namespace && workload.name === pod,
    )?.classId;
  }
  const parsed = kind === "ip" ? parseAddress(name) : undefined;
  if (parsed === undefined) return undefined;
  return reachability.pods.classes.length + reachability.addresses.classOf(parsed.address);
}

/** A node as the other end sees it: its own, or another one. */
function seenFrom(end: string, other: string, pods: Case["pods"]): string {
  if (!end.startsWith("node:")) return end;
  const own = (pods as readonly PodOfCase[]).find(
    ({ metadata: { namespace, name } }) => other === `pod:${namespace}/${name}`,
  )?.spec.nodeName;
  return other.startsWith("pod:") && own === end.slice("node:".length) ? "host" : "remote-node";
}

interface PodOfCase {
  readonly metadata: { readonly namespace: string; readonly name: string; readonly labels?: object };
  readonly spec: { readonly nodeName?: string };
}

/** The class of an end whose policies are asked: of a node one of its addresses. */
function subjectClass(
  reachability: Reachability,
  end: string,
  other: string,
  { pods, nodes = [] }: Case,
): number | undefined {
  const node = (nodes as readonly NodeOfCase[]).find(({ metadata: { name } }) => end === `node:${name}`);
  const address = node?.status.addresses[0]?.address;
  const isHost = reachability.nodes.size > 0 && address !== undefined;
  return classOf(reachability, isHost ? `ip:${address}` : seenFrom(end, other, pods));
}

interface NodeOfCase {
  readonly metadata: { readonly name: string };
  readonly status: { readonly addresses: readonly { readonly address: string }[] };
}

function answer(reachability: Reachability, verdict: Verdict, each: Case): string | undefined {
  const { direction, port, protocol } = verdict;
  const [from, to] = [seenFrom(verdict.from, verdict.to, each.pods), seenFrom(verdict.to, verdict.from, each.pods)];
  const [source, target] = [classOf(reachability, from), classOf(reachability, to)];
  const sender = subjectClass(reachability, verdict.from, verdict.to, each);
  const receiver = subjectClass(reachability, verdict.to, verdict.from, each);
  if (source === undefined || target === undefined || sender === undefined || receiver === undefined) return undefined;
  const { icmp } = verdict;
  const asked = reachability.table.ofPorts([
    icmp === undefined
      ? { protocol: protocol as "TCP", from: port, to: port }
      : { protocol: icmp.family === "IPv6" ? "ICMPv6" : "ICMP", from: icmp.type, to: icmp.type },
  ]);
  const passes = (bound: Bound): boolean => {
    const out = reachability[bound].egress.rowOf[sender]?.connections(target) ?? noConnections;
    const into = reachability[bound].ingress.rowOf[receiver]?.connections(source) ?? noConnections;
    const { table } = reachability;
    const both = direction === "egress" ? out : direction === "ingress" ? into : table.intersection(out, into);
    return table.meets(both, asked);
  };
  return passes("certain") ? "yes" : passes("possible") ? "open" : "no";
}

/** The assumptions of a case as npa writes them; it has no others of them. */
function assumed({ assume = {}, kubeApiserver, until }: Case): Partial<Assumptions> {
  const { ciliumEnforcement, ciliumMissingObjects, ciliumCidrMatchMode, ciliumHostFirewall, ciliumIcmpTypeZero } =
    assume;
  return Object.fromEntries(
    Object.entries({
      ciliumEnforcement,
      ciliumMissingObjects,
      ciliumHostFirewall,
      ciliumIcmpTypeZero,
      kubeApiserver,
      ciliumVersion: until ?? assume["ciliumVersion"],
      ciliumCidrMatchMode: Array.isArray(ciliumCidrMatchMode) ? ciliumCidrMatchMode[0] : undefined,
    }).filter(([, value]) => value !== undefined),
  );
}

/** Every request, or the one that is asked about. */
function viewOf({ request }: Verdict): RequestView {
  if (request === undefined) return "every";
  const { method = "GET", path = "/", headers = {}, dns, sni } = request;
  if (dns !== undefined) return { type: "dns", name: dns };
  return sni === undefined ? { type: "http", method, path, headers } : { type: "serverName", name: sni };
}

function isAskable({ protocol, icmp }: Verdict): boolean {
  return icmp !== undefined || ["TCP", "UDP", "SCTP"].includes(protocol);
}

const wanted = new Map<Verdict["allowed"], string>([
  [true, "yes"],
  [false, "no"],
  ["some", "open"],
  ["unknown", "open"],
]);

const identities = ["host", "remote-node", "kube-apiserver", "health", "ingress", "init", "unmanaged"];

let asked = 0;

describe.runIf(hasCorpus)("Cilium's policies", () => {
  it.each(cases.map((each) => [each.id, each] as const))("%s", (_, each) => {
    const cluster = clusterOf(each);
    const { refusedPolicies } = underAssumptions(cluster, { ...defaultAssumptions, ...assumed(each) });
    const names = refusedPolicies.map(({ ref: { namespace, name } }) =>
      namespace === undefined ? name : `${namespace}/${name}`,
    );
    const wrong: unknown[] = [];
    const refused = (each.refused ?? []).map(({ policy }) => policy);
    if (names.toSorted().join() !== refused.toSorted().join()) wrong.push({ names, refused });
    for (const { by } of each.refused ?? []) {
      const reasons = refusedPolicies.flatMap((policy) => policy.reasons).join("\n");
      if (names.length > 0 && !reasons.includes(by === "crd" ? "the CRD refuses" : "the agent refuses"))
        wrong.push({ by, reasons });
    }
    for (const verdict of each.verdicts.filter(isAskable)) {
      const reachability = buildReachability(cluster, {
        reserved: identities,
        icmp: true,
        requests: viewOf(verdict),
        assumptions: { ...defaultAssumptions, unknownNamespaceLabels: "absent", ...assumed(each) },
      });
      const got = answer(reachability, verdict, each);
      if (got === undefined) continue;
      asked++;
      if (got !== wanted.get(verdict.allowed)) wrong.push({ ...verdict, got });
    }
    expect(wrong).toEqual([]);
  });

  it("asks most of the verdicts", () => {
    expect(asked).toBeGreaterThan(350);
  });
});
