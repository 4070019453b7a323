import { hostileShapes, networkPolicy, toYaml, type KubeObject } from "@npa/fixtures";
import { describe, expect, it } from "vitest";
import { readManifests } from "../../src/entries/index.ts";
import { noConnections } from "../../src/sets/connection-set.ts";
import { assumptionsOf } from "../../src/semantics/dataplane.ts";
import { countNamespacePairs } from "../../src/reachability/count-namespace-pairs.ts";
import { visitPairs } from "../../src/reachability/pair-blocks.ts";
import { Reachability } from "../../src/reachability/reachability.ts";

/** Nearly everybody is a peer of everybody, and some pods have ports of their own, or few peers. */
function* odd(size: number): Generator<KubeObject> {
  yield* hostileShapes["dense-peers"](size);
  const alone = (index: number): KubeObject => ({ podSelector: { matchLabels: { app: `app-${index % size}` } } });
  const without = (index: number): KubeObject => ({
    podSelector: { matchExpressions: [{ key: "app", operator: "NotIn", values: [`app-${index % size}`] }] },
  });
  for (let index = 0; index < size; index += 5) {
    const ports = [{ port: 80 + (index % 3), protocol: index % 2 === 0 ? "TCP" : "UDP" }];
    yield networkPolicy("dense", `more-${index}`, {
      ...alone(index),
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: [without(index + 1)], ports }, { from: [alone(index + 2)] }],
      egress: index % 10 === 0 ? [] : [{ to: [without(index * 3)], ports }],
    });
    yield networkPolicy("dense", `few-${index}`, { ...alone(index + 1), ingress: [{ from: [alone(index + 4)] }] });
  }
}

function reachabilityOf(objects: Iterable<KubeObject>): Reachability {
  const cluster = readManifests([{ name: "a.yaml", text: [...toYaml(objects)].join("") }]);
  return new Reachability(cluster, { assumptions: assumptionsOf({}, cluster), denseSize: 8 });
}

describe("many groups that allow nearly everything", () => {
  it.each([12, 40, 61])("pairs of %i pods are counted as they are looked at one by one", (size) => {
    const reachability = reachabilityOf(odd(size));
    let pairs = 0;
    let selves = 0;
    for (const from of reachability.pods.classes) {
      for (const to of reachability.pods.classes) {
        if (reachability.connections(from.id, to.id, "certain") === noConnections) continue;
        if (from.id === to.id) selves += from.pods;
        pairs += from.pods * to.pods;
      }
    }
    expect(pairs).toBeGreaterThan(0.3 * size * size);
    expect(reachability.counts().podPairs).toBe(pairs - selves);
    expect(countNamespacePairs(reachability, "certain").get("dense")).toMatchObject({ inside: pairs, outgoing: 0 });
  });

  it("twice as many are twice the work", () => {
    const workOf = (size: number): number => {
      const { certain, table } = reachabilityOf(hostileShapes["dense-peers"](size));
      let work = 0;
      visitPairs(certain.egress, certain.ingress, table, { block: () => void work++, pair: () => void work++ });
      return work;
    };
    const [some, more] = [workOf(100), workOf(200)];
    expect(some).toBeLessThan(100 * 20);
    expect(more / some).toBeLessThan(2.2);
  });
});
