import * as fc from "fast-check";
import { generateCluster } from "@npa/fixtures";
import { describe, expect, it } from "vitest";
import { diffClusters } from "../../src/entries/diff.ts";
import { fixSources } from "../../src/entries/edit.ts";
import { explain } from "../../src/entries/explain.ts";
import { exposure } from "../../src/entries/exposure.ts";
import { reachabilityGraph } from "../../src/entries/graph.ts";
import {
  type Cluster,
  type StopSignal,
  analyzeCluster,
  can,
  countConnectivity,
  listConnectivity,
  readManifests,
  streamConnectivity,
} from "../../src/entries/index.ts";
import { optimizeCluster } from "../../src/entries/optimize.ts";
import { proveClusters, redundancy } from "../../src/entries/proof.ts";
import { stoppable } from "../../src/lib/stoppable.ts";
import { deadline } from "../../src/load/node.ts";
import { processorTime } from "../../../../test/setup/processor-time.ts";

const textsOf = (namespaces: number, pods: number, policies: number): readonly { name: string; text: string }[] =>
  [...generateCluster({ namespaces, pods, policies, podsPerOwner: 2 })].map((object, i) => ({
    name: `${i}.yaml`,
    text: JSON.stringify(object),
  }));
const sources = textsOf(6, 40, 20);
const cluster = readManifests(sources);
const fewer = readManifests(sources.slice(0, -20));
const [one, other] = cluster.workloads.map(({ id }) => id) as [string, string]; // there are some

/** All that can take long, each with the polls that it makes. */
const calls: Readonly<Record<string, (signal: StopSignal) => unknown>> = {
  readManifests: (signal) => readManifests(sources, { signal }).policies.length,
  analyzeCluster: (signal) => analyzeCluster(cluster, { signal }),
  listConnectivity: (signal) => listConnectivity(cluster, { signal }),
  countConnectivity: (signal) => countConnectivity(cluster, { signal }),
  can: (signal) => can(cluster, { source: one, target: other }, { signal }),
  explain: (signal) => explain(cluster, { source: one, target: other }, { signal }),
  exposure: (signal) => exposure(cluster, { signal }),
  reachabilityGraph: (signal) => reachabilityGraph(cluster, { signal }),
  diffClusters: (signal) => diffClusters(cluster, fewer, { signal }),
  proveClusters: (signal) => proveClusters(cluster, fewer, { signal }),
  redundancy: (signal) => redundancy(cluster, { signal }),
  optimizeCluster: (signal) => optimizeCluster(cluster, { signal }).plan,
  fixSources: (signal) =>
    fixSources({
      sources: sources.slice(0, 60),
      read: (texts) => readManifests(texts),
      findings: (state: Cluster) => analyzeCluster(state, { rules: ["policy-types-implicit"] }).findings,
      suggested: false,
      signal,
    }).files,
};

/** A signal that is aborted when it is looked at for the nth time, and how often it was looked at. */
function abortedAt(nth: number): StopSignal & { readonly polls: () => number } {
  let polls = 0;
  return {
    get aborted() {
      return ++polls >= nth;
    },
    reason: "enough",
    polls: () => polls,
  };
}

describe.each(Object.entries(calls))("%s", (_, call) => {
  const never = abortedAt(Infinity);
  const whole = call(never);

  it("looks at its signal again and again", () => {
    expect(never.polls()).toBeGreaterThan(3);
  });

  it("stops where it is told to, and the same call gives the same answer afterwards", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Math.ceil(never.polls() / 2) }), (nth) => {
        expect(() => call(abortedAt(nth))).toThrow("enough");
      }),
      { numRuns: 3, examples: [[1]] },
    );
    expect(call(abortedAt(Infinity))).toEqual(whole);
  });
});

describe("a signal", () => {
  it("of the work around stops the work within, too, and is forgotten afterwards", () => {
    const around = abortedAt(4);
    expect(() => stoppable(around, () => analyzeCluster(cluster, { signal: abortedAt(Infinity) }))).toThrow("enough");
    const polls = around.polls();
    expect(analyzeCluster(cluster).totalPolicies).toBe(cluster.policies.length);
    expect(around.polls()).toBe(polls);
  });

  it("stops a list that is being read, and nothing between two of its items", () => {
    const signal = new AbortController();
    const { connections } = streamConnectivity(cluster, { signal: signal.signal });
    const iterator = connections[Symbol.iterator]();
    expect(iterator.next().done).toBe(false);
    signal.abort();
    expect(countConnectivity(cluster).pods).toBeGreaterThan(0);
    expect(() => iterator.next()).toThrow(expect.objectContaining({ name: "AbortError" }));
  });

  it("is an object that has `aborted`; without a reason it is an AbortError", () => {
    // @ts-expect-error: that is no signal
    expect(() => countConnectivity(cluster, { signal: 5 })).toThrow(TypeError);
    expect(() => countConnectivity(cluster, { signal: { aborted: true } })).toThrow(
      expect.objectContaining({ name: "AbortError" }),
    );
  });
});

describe("deadline", () => {
  it("stops synchronous work, long before it would be done", () => {
    const large = readManifests(textsOf(200, 6000, 1500));
    const spent = processorTime(() => {
      expect(() => analyzeCluster(large, { signal: deadline(30) })).toThrow(
        expect.objectContaining({ name: "TimeoutError" }),
      );
    });
    expect(spent).toBeLessThan(1000);
  });

  it("is looked at for every document that is read, parsed or made an object of", () => {
    const text = Array.from({ length: 50 }, (_, i) => `kind: Namespace\napiVersion: v1\nmetadata: {name: n${i}}\n`);
    let looks = 0;
    const signal = {
      get aborted() {
        looks++;
        return false;
      },
    };
    readManifests([{ name: "a.yaml", text: text.join("---\n") }], { signal });
    expect(looks).toBeGreaterThan(100);
  });

  it("takes milliseconds", () => {
    expect(() => deadline(Number.NaN)).toThrow(TypeError);
  });
});
