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
import { parseAddress } from "../../packages/core/src/sets/address.ts";
import { noConnections } from "../../packages/core/src/sets/connection-set.ts";
import { ciliumDifferences } from "./cilium-differences.ts";
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
  readonly icmp?: object;
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
  readonly clusters?: unknown;
  readonly assume?: Readonly<Record<string, unknown>>;
  readonly refused?: readonly { readonly policy: string; readonly by: "crd" | "agent" }[];
  readonly verdicts: readonly Verdict[];
}

const cases = corpusJson<readonly Case[]>([], "cilium", "cases.json");

function clusterOf(each: Case): Cluster {
  const { policies, pods, namespaces = [], nodes = [], services = [], endpointSlices = [], cidrGroups = [] } = each;
  const items = [...namespaces, ...nodes, ...pods, ...services, ...endpointSlices, ...cidrGroups, ...policies];
  return readManifests([{ name: "case.json", text: JSON.stringify({ apiVersion: "v1", kind: "List", items }) }]);
}

/** An outside address that no block of a case covers. */
const world = "198.18.77.9";

/** Ends that are pods or addresses outside: npa has no endpoints for nodes and reserved identities. */
function classOf(reachability: Reachability, end: string): number | undefined {
  const [kind, name = ""] = end === "world" ? ["ip", world] : end.split(/:(.*)/su);
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

function answer(reachability: Reachability, verdict: Verdict): string | undefined {
  const { direction, from, to, port, protocol } = verdict;
  const [source, target] = [classOf(reachability, from), classOf(reachability, to)];
  if (source === undefined || target === undefined) return undefined;
  const asked = reachability.table.ofPorts([{ protocol: protocol as "TCP", from: port, to: port }]);
  const passes = (bound: Bound): boolean => {
    const out = reachability[bound].egress.rowOf[source]?.connections(target) ?? noConnections;
    const into = reachability[bound].ingress.rowOf[target]?.connections(source) ?? noConnections;
    const { table } = reachability;
    const both = direction === "egress" ? out : direction === "ingress" ? into : table.intersection(out, into);
    return table.meets(both, asked);
  };
  return passes("certain") ? "yes" : passes("possible") ? "open" : "no";
}

/** The assumptions of a case as npa writes them; it has no others of them. */
function assumed({ assume = {} }: Case): Partial<Assumptions> {
  const { ciliumEnforcement, ciliumMissingObjects, ciliumCidrMatchMode } = assume;
  return Object.fromEntries(
    Object.entries({
      ciliumEnforcement,
      ciliumMissingObjects,
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
  return icmp === undefined && ["TCP", "UDP", "SCTP"].includes(protocol);
}

const wanted = new Map<Verdict["allowed"], string>([
  [true, "yes"],
  [false, "no"],
  ["some", "open"],
  ["unknown", "open"],
]);

let asked = 0;

describe.runIf(hasCorpus)("Cilium's policies", () => {
  it.each(cases.map((each) => [each.id, each] as const))("%s", (id, each) => {
    const cluster = clusterOf(each);
    const names = cluster.refusedPolicies.map(({ ref: { namespace, name } }) =>
      namespace === undefined ? name : `${namespace}/${name}`,
    );
    const wrong: unknown[] = [];
    const refused = (each.refused ?? []).map(({ policy }) => policy);
    if (names.toSorted().join() !== refused.toSorted().join()) wrong.push({ names, refused });
    for (const { by } of each.refused ?? []) {
      const reasons = cluster.refusedPolicies.flatMap((policy) => policy.reasons).join("\n");
      if (names.length > 0 && !reasons.includes(by === "crd" ? "the CRD refuses" : "the agent refuses"))
        wrong.push({ by, reasons });
    }
    for (const verdict of each.verdicts.filter(isAskable)) {
      const reachability = buildReachability(cluster, {
        requests: viewOf(verdict),
        assumptions: { ...defaultAssumptions, unknownNamespaceLabels: "absent", ...assumed(each) },
      });
      const got = answer(reachability, verdict);
      if (got === undefined) continue;
      asked++;
      if (got !== wanted.get(verdict.allowed)) wrong.push({ ...verdict, got });
    }
    const reason = ciliumDifferences[id];
    if (reason === undefined) expect(wrong).toEqual([]);
    else expect(wrong, `differs no more: ${reason}`).not.toEqual([]);
  });

  it("asks most of the verdicts", () => {
    expect(asked).toBeGreaterThan(250);
  });
});
