import { type AnyPacket, type CalicoAssumptions, type KubeObject, type Verdict, createOracle } from "@npa/fixtures";
import { describe, expect, it } from "vitest";
import { corpusJson, hasCorpus } from "./corpus.ts";

/** A case of cluster-wide policies, or of Calico's; the README of the corpus says what each field is. */
interface TiersCase {
  readonly id: string;
  readonly policies: readonly NamedObject[];
  readonly namespaces: readonly KubeObject[];
  readonly pods: readonly KubeObject[];
  readonly others?: readonly KubeObject[];
  readonly refused?: readonly { readonly kind: string; readonly namespace?: string; readonly name: string }[];
  readonly facts?: { readonly domains?: Readonly<Record<string, readonly string[]>> };
  readonly assume?: CalicoAssumptions;
  readonly verdicts: readonly Asked[];
}

type NamedObject = KubeObject & {
  readonly kind: string;
  readonly metadata: { readonly namespace?: string; readonly name: string };
};

interface Asked {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol: AnyPacket["protocol"];
  readonly icmp?: readonly [number, number];
  readonly family?: 4 | 6;
  readonly allowed: boolean | null;
}

interface Topology {
  readonly namespaces: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly pods: Readonly<Record<string, TopologyPod>>;
  readonly nodeIPs: readonly string[];
}

interface TopologyPod {
  readonly ns: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly hostNetwork: boolean;
  readonly ip: string;
  readonly ports: readonly KubeObject[];
}

interface ConformanceSuite {
  readonly topology: Topology;
  readonly states: Readonly<Record<string, State>>;
  readonly tests: readonly { readonly test: string; readonly pokes: readonly Poke[] }[];
}

interface State {
  readonly policies: readonly KubeObject[];
  readonly namespaceLabels: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

type Poke = Omit<Asked, "allowed"> & { readonly state: string; readonly connect: boolean };

const cases = corpusJson<readonly TiersCase[]>([], "tiers", "cases.json");
const calicoCases = corpusJson<readonly TiersCase[]>([], "calico", "cases.json");
const none: ConformanceSuite = { topology: { namespaces: {}, pods: {}, nodeIPs: [] }, states: {}, tests: [] };
const suite = corpusJson(none, "cluster-network-policy", "conformance.json");

/** Rules name networks and the pods have no address: the answer there takes it that the networks do not cover them. */
const isAddressTaken: ReadonlySet<string> = new Set([
  "nca/testcase17-sanity/np_conflict1",
  "nca/testcase17-sanity/np_conflict2",
]);

describe.runIf(hasCorpus)("the oracle of ordered tiers: the collected cases", () => {
  it.for([...cases, ...calicoCases].map((one) => [one.id, one] as const))("%s", ([, one]) => {
    const oracle = createOracle([...one.namespaces, ...one.pods, ...(one.others ?? []), ...policiesInForce(one)], {
      unknownNamespaceLabels: "absent",
      ...one.assume,
      ...(one.facts?.domains !== undefined && { domains: one.facts.domains }),
    });
    for (const asked of one.verdicts) {
      const verdict = oracle.verdict(packetOf(asked));
      if (verdict === "unknown" && isAddressTaken.has(one.id)) continue;
      expect({ asked, verdict }).toEqual({ asked, verdict: expected(asked.allowed) });
    }
  });
});

describe.runIf(hasCorpus)("the oracle of ordered tiers: the conformance suite of the policy API", () => {
  it.for(suite.tests.map((one) => [one.test, one.pokes] as const))("%s", ([, pokes]) => {
    for (const poke of pokes) {
      const verdict = oracleOf(poke.state).verdict(packetOf(poke));
      expect({ poke, verdict }).toEqual({ poke, verdict: expected(poke.connect) });
    }
  });
});

function expected(allowed: boolean | null): Verdict {
  if (allowed === null) return "unknown";
  return allowed ? "yes" : "no";
}

/** `namespace/pod`, or an address. */
function endpoint(text: string): string {
  return text.includes("/") ? `${text}[Pod]` : text;
}

function packetOf({ from, to, port, protocol, icmp, family }: Omit<Asked, "allowed">): AnyPacket {
  return {
    from: endpoint(from),
    to: endpoint(to),
    port,
    protocol,
    ...(icmp !== undefined && { icmp: { type: icmp[0], code: icmp[1] } }),
    ...(family !== undefined && { family }),
  };
}

function policiesInForce({ policies, refused = [] }: TiersCase): readonly KubeObject[] {
  return policies.filter(
    ({ kind, metadata }) =>
      !refused.some((one) => one.kind === kind && one.name === metadata.name && one.namespace === metadata.namespace),
  );
}

function oracleOf(name: string): ReturnType<typeof createOracle> {
  const state = suite.states[name];
  if (state === undefined) throw new Error(`no such state: ${name}`);
  const { pods, nodeIPs } = suite.topology;
  const nodes = nodeIPs.map((address, index) => ({
    kind: "Node",
    metadata: { name: `node-${index}`, labels: { "kubernetes.io/os": "linux" } },
    status: { addresses: [{ type: "InternalIP", address }] },
  }));
  const namespaces = Object.entries(state.namespaceLabels).map(([namespace, labels]) => ({
    kind: "Namespace",
    metadata: { name: namespace, labels },
  }));
  const podObjects = Object.entries(pods).map(([id, one]) => ({
    kind: "Pod",
    metadata: { namespace: one.ns, name: id.split("/")[1], labels: one.labels },
    spec: { hostNetwork: one.hostNetwork, containers: [{ name: "c", ports: one.ports }] },
    status: { podIP: one.ip, hostIP: one.hostNetwork ? one.ip : undefined },
  }));
  return createOracle([...nodes, ...namespaces, ...podObjects, ...state.policies]);
}
