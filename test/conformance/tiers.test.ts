import { defaultAssumptions, readManifests } from "@npa/core";
import { type KubeObject, type TieredAssumptions, type Verdict } from "@npa/fixtures";
import { describe, expect, it } from "vitest";
import { listEndpoints } from "../../packages/core/src/reachability/endpoints.ts";
import { underAssumptions } from "../../packages/core/src/semantics/under-assumptions.ts";
import { Reachability } from "../../packages/core/src/reachability/reachability.ts";
import { parseAddress } from "../../packages/core/src/sets/address.ts";
import { noConnections } from "../../packages/core/src/sets/connection-set.ts";
import { corpusJson, hasCorpus } from "./corpus.ts";

/** A case of cluster-wide policies; the README of the corpus says what each field is. */
interface TiersCase {
  readonly id: string;
  readonly policies: readonly KubeObject[];
  readonly namespaces: readonly KubeObject[];
  readonly pods: readonly KubeObject[];
  readonly others?: readonly KubeObject[];
  readonly refused?: readonly { readonly kind: string; readonly name: string }[];
  readonly facts?: { readonly domains?: Readonly<Record<string, readonly string[]>> };
  readonly assume?: TieredAssumptions;
  readonly verdicts: readonly Asked[];
}

interface Asked {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol: "TCP" | "UDP" | "SCTP";
  readonly allowed: boolean | null;
}

interface ConformanceSuite {
  readonly topology: {
    readonly pods: Readonly<Record<string, TopologyPod>>;
    readonly nodeIPs: readonly string[];
  };
  readonly states: Readonly<
    Record<
      string,
      {
        readonly policies: readonly KubeObject[];
        readonly namespaceLabels: Readonly<Record<string, Readonly<Record<string, string>>>>;
      }
    >
  >;
  readonly tests: readonly { readonly test: string; readonly pokes: readonly Poke[] }[];
}

interface TopologyPod {
  readonly ns: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly hostNetwork: boolean;
  readonly ip: string;
  readonly ports: readonly KubeObject[];
}

type Poke = Omit<Asked, "allowed"> & { readonly state: string; readonly connect: boolean };

const cases = corpusJson<readonly TiersCase[]>([], "tiers", "cases.json");
const none: ConformanceSuite = { topology: { pods: {}, nodeIPs: [] }, states: {}, tests: [] };
const suite = corpusJson(none, "cluster-network-policy", "conformance.json");

/** Reads objects as manifests, so that what the API server would refuse is refused, and answers packets. */
function readerOf(
  objects: readonly KubeObject[],
  { domains, ...assumptions }: TieredAssumptions,
): { readonly refused: readonly string[]; readonly verdict: (asked: Omit<Asked, "allowed">) => Verdict } {
  const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  const cluster = readManifests([{ name: "c.json", text }]);
  const assumed = { ...defaultAssumptions, ...assumptions };
  const reachability = new Reachability(underAssumptions(cluster, assumed), {
    assumptions: assumed,
    ...(domains === undefined ? {} : { domains }),
  });
  const endpoints = listEndpoints(reachability);
  const classOf = (end: string): number => {
    const parsed = end.includes("/") ? undefined : parseAddress(end);
    if (parsed !== undefined) return reachability.pods.classes.length + reachability.addresses.classOf(parsed.address);
    const found = endpoints.find(({ workload }) => workload?.id === `${end}[Pod]`);
    if (found === undefined) throw new Error(`no such end: ${end}`);
    return found.classId;
  };
  return {
    refused: cluster.refusedPolicies.map(({ ref }) => `${ref.kind}/${ref.name}`),
    verdict({ from, to, protocol, port }) {
      const asked = reachability.table.ofPorts([{ protocol, from: port, to: port }]);
      const passes = (bound: "certain" | "possible"): boolean =>
        reachability.table.intersection(reachability.connections(classOf(from), classOf(to), bound), asked) !==
        noConnections;
      return passes("certain") ? "yes" : passes("possible") ? "unknown" : "no";
    },
  };
}

function expected(allowed: boolean | null): Verdict {
  if (allowed === null) return "unknown";
  return allowed ? "yes" : "no";
}

describe.runIf(hasCorpus)("cluster-wide policies: the collected cases", () => {
  const ours = cases.filter(({ policies }) => !JSON.stringify(policies).includes("projectcalico.org"));

  it.for(ours.map((one) => [one.id, one] as const))("%s", ([, one]) => {
    const { namespaces, pods, others = [], policies, refused = [], facts, assume } = one;
    const reader = readerOf([...namespaces, ...pods, ...others, ...policies], {
      unknownNamespaceLabels: "absent",
      ...assume,
      ...(facts?.domains === undefined ? {} : { domains: facts.domains }),
    });
    expect(reader.refused).toEqual(refused.map(({ kind, name }) => `${kind}/${name}`));
    const verdicts = one.verdicts.map((asked) => ({ ...asked, verdict: reader.verdict(asked) }));
    expect(verdicts).toEqual(one.verdicts.map((asked) => ({ ...asked, verdict: expected(asked.allowed) })));
  });
});

describe.runIf(hasCorpus)("cluster-wide policies: the conformance suite of the policy API", () => {
  it.for(suite.tests.map((one) => [one.test, one.pokes] as const))("%s", ([, pokes]) => {
    const verdicts = pokes.map((poke) => ({ ...poke, verdict: stateOf(poke.state).verdict(poke) }));
    expect(verdicts).toEqual(pokes.map((poke) => ({ ...poke, verdict: poke.connect ? "yes" : "no" })));
  });
});

function stateOf(name: string): ReturnType<typeof readerOf> {
  const state = suite.states[name];
  if (state === undefined) throw new Error(`no such state: ${name}`);
  const nodes = suite.topology.nodeIPs.map((address, index) => ({
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: `node-${index}`, labels: { "kubernetes.io/os": "linux" } },
    status: { addresses: [{ type: "InternalIP", address }] },
  }));
  const namespaces = Object.entries(state.namespaceLabels).map(([namespace, labels]) => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: namespace, labels },
  }));
  const pods = Object.entries(suite.topology.pods).map(([id, one]) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace: one.ns, name: id.split("/")[1], labels: one.labels },
    spec: { hostNetwork: one.hostNetwork, containers: [{ name: "c", ports: one.ports }] },
    status: { podIPs: [{ ip: one.ip }] },
  }));
  return readerOf([...nodes, ...namespaces, ...pods, ...state.policies], {});
}
