import { type Answer, type Cluster, can, readManifests } from "@npa/core";
import { describe, expect, it } from "vitest";
import { corpusJson, hasCorpus } from "./corpus.ts";

interface Verdict {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol: string;
  readonly family?: 4 | 6;
  readonly icmp?: readonly number[];
  readonly allowed: boolean | null;
  readonly note?: string;
}

interface Case {
  readonly id: string;
  readonly policies: readonly object[];
  readonly namespaces: readonly object[];
  readonly pods: readonly object[];
  readonly others?: readonly object[];
  readonly refused?: readonly { readonly kind: string; readonly namespace?: string; readonly name: string }[];
  readonly assume?: Readonly<Record<string, string>>;
  readonly verdicts: readonly Verdict[];
}

const cases = corpusJson<readonly Case[]>([], "calico", "cases.json");

function clusterOf({ policies, namespaces, pods, others = [] }: Case): Cluster {
  const items = [...namespaces, ...pods, ...others, ...policies];
  return readManifests([{ name: "case.json", text: JSON.stringify({ apiVersion: "v1", kind: "List", items }) }]);
}

/** npa tells no protocols apart above TCP, UDP and SCTP, and a question about two pods is about both of their families. */
function isAskable({ protocol, icmp, family }: Verdict): boolean {
  return icmp === undefined && family === undefined && ["TCP", "UDP", "SCTP"].includes(protocol);
}

/** The pods of these cases have no address in the input, and their policies speak of networks: npa says that it does not know. */
const unknownAddresses = new Set(["nca/testcase17-sanity/np_conflict1", "nca/testcase17-sanity/np_conflict2"]);

const answers: ReadonlyMap<boolean | null, Answer> = new Map([
  [true, "yes"],
  [false, "no"],
  [null, "unknown"],
]);

describe.runIf(hasCorpus)("Calico's policies", () => {
  it.each(cases.map((each) => [each.id, each] as const))("%s", (_, each) => {
    const cluster = clusterOf(each);
    const refused = cluster.refusedPolicies.map(
      ({ ref: { kind, namespace = "", name } }) => `${kind} ${namespace}/${name}`,
    );
    expect(refused.toSorted()).toEqual(
      (each.refused ?? []).map(({ kind, namespace = "", name }) => `${kind} ${namespace}/${name}`).toSorted(),
    );
    const options = { assumptions: { unknownNamespaceLabels: "absent", ...each.assume } as never };
    const wrong = each.verdicts.filter(isAskable).flatMap((verdict) => {
      const { from, to, port, protocol, allowed } = verdict;
      const got = can(cluster, { source: from, target: to, port: `${port}/${protocol}` }, options).answer;
      const isUnknown = got === "unknown" && unknownAddresses.has(each.id);
      return got === answers.get(allowed) || isUnknown ? [] : [{ ...verdict, got }];
    });
    expect(wrong).toEqual([]);
  });
});
