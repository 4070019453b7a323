import { readManifests } from "@npa/core";
import { type AnswerChange, explain } from "@npa/core/explain";
import {
  type KubeObject,
  type Packet,
  type TieredScenario,
  arbitraryCalicoScenario,
  arbitraryCiliumScenario,
  arbitraryScenario,
  arbitraryTieredScenario,
  createOracle,
} from "@npa/fixtures";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changedValue } from "../../packages/core/src/edit/change-value.ts";
import { kubectlReader } from "../../packages/core/src/fix/kubectl-reader.ts";

const runs = Number(process.env["NPA_PROPERTY_RUNS"] ?? 40);

/** Policies that are asked one after the other. */
const ordered: readonly (readonly [string, fc.Arbitrary<Pick<TieredScenario, "objects" | "packets">>])[] = [
  ["policies of Calico", arbitraryCalicoScenario({ packets: 2 })],
  ["cluster-wide policies", arbitraryTieredScenario({ packets: 2 })],
  ["policies of Cilium", arbitraryCiliumScenario({ packets: 2 })],
];

type Known = { readonly dataplane?: "calico" | "cilium"; readonly ciliumCidrMatchMode?: "nodes" };

type Scenario = fc.Arbitrary<Pick<TieredScenario, "objects" | "packets">>;

const everyKind: readonly (readonly [string, Scenario, Known])[] = [
  ["NetworkPolicies", arbitraryScenario({ assumptions: false, packets: 14 }), {}],
  ["cluster-wide policies", arbitraryTieredScenario({ packets: 14 }), {}],
  ["policies of Calico", arbitraryCalicoScenario({ packets: 14 }), { dataplane: "calico" }],
  ["policies of Cilium", arbitraryCiliumScenario({ packets: 14 }), { dataplane: "cilium" }],
  [
    "policies of Cilium where blocks match nodes",
    arbitraryCiliumScenario({ packets: 14 }),
    { dataplane: "cilium", ciliumCidrMatchMode: "nodes" },
  ],
];

describe("explain", () => {
  it("answers as the oracle does, by the steps that it tells, and its edits turn the oracle's answer", () => {
    let turned = 0;
    fc.assert(
      fc.property(arbitraryScenario({ assumptions: false, packets: 2 }), ({ objects, packets }) => {
        const oracle = createOracle(objects);
        const cluster = clusterOf(objects);
        for (const packet of packets) {
          if (packet.from === packet.to) continue;
          const answer = explain(cluster, questionOf(packet));
          expect(answer.answer).toBe(oracle.verdict(packet));
          for (const side of [answer.egress, answer.ingress]) {
            const allows = side.steps.some(({ action, decides }) => decides && action === "allow");
            if (side.answer === "yes") expect(allows || side.byDefault).toBe(true);
            if (side.answer === "no")
              expect(side.steps.some(({ action, decides }) => decides && action === "isolate")).toBe(true);
            expect(side.byDefault && side.isolated).toBe(false);
          }
          for (const change of answer.changes) {
            const after = createOracle(edited(objects, change)).verdict(packet);
            expect({ packet, change, after }).toEqual({ packet, change, after: answer.answer === "no" ? "yes" : "no" });
            turned++;
          }
        }
      }),
      { numRuns: runs },
    );
    expect(turned).toBeGreaterThan(runs / 4);
  });

  it.each(ordered)("names the rule that decides among %s", (_, scenario) => {
    let decided = 0;
    fc.assert(
      fc.property(scenario, ({ objects, packets }) => {
        const cluster = clusterOf(objects);
        for (const packet of packets) {
          // Where the API server is can only be asked where some policy tells the places apart.
          if (packet.from === packet.to || packet.from.startsWith("reserved:") || packet.to.startsWith("reserved:"))
            continue;
          const answer = explain(cluster, questionOf(packet));
          for (const side of [answer.egress, answer.ingress]) {
            if (side.answer === "unknown") continue;
            const actions = side.steps.filter(({ decides }) => decides).map(({ action }) => action);
            const turns: readonly string[] = side.answer === "yes" ? ["allow"] : ["deny", "isolate"];
            expect({ packet, side, isTold: side.byDefault || actions.some((each) => turns.includes(each)) }).toEqual({
              packet,
              side,
              isTold: true,
            });
            decided += actions.length;
          }
        }
      }),
      { numRuns: runs },
    );
    expect(decided).toBeGreaterThan(0);
  });

  it.each(everyKind)(
    "offers edits among %s that turn the oracle's answer, and tells what else they change",
    (_, scenario, assumptions) => {
      let [turned, beside] = [0, 0];
      fc.assert(
        fc.property(scenario, ({ objects, packets }) => {
          const oracle = createOracle(objects, assumptions);
          const cluster = clusterOf(objects, true);
          for (const packet of packets.slice(0, 3)) {
            if (packet.from === packet.to || isPlace(packet.from) || isPlace(packet.to)) continue;
            const answer = explain(cluster, questionOf(packet), { assumptions });
            for (const change of answer.changes) {
              const after = createOracle(edited(objects, change), assumptions);
              const wanted = answer.answer === "no" ? "yes" : "no";
              expect({ packet, change, after: after.verdict(packet) }).toEqual({ packet, change, after: wanted });
              turned++;
              for (const other of packets) {
                const is = `${oracle.verdict(other)} ${after.verdict(other)}`;
                if (!["yes no", "no yes"].includes(is) || isTold(other, packet, change)) continue;
                expect({ packet, change, other, is }).toBe("told");
              }
              beside += change.openCount + change.closeCount;
            }
          }
        }),
        { numRuns: runs },
      );
      expect(turned).toBeGreaterThan(runs / 10);
      expect(beside).toBeGreaterThan(0);
    },
  );
});

/** Where a packet may come from that is no pod. */
function isPlace(end: string): boolean {
  return !end.endsWith("]") || end.startsWith("reserved:");
}

/** Whether an edit tells that it changes what may pass between the ends of a packet, or was asked to. Of addresses it is told by their classes. */
function isTold({ from, to }: Packet, asked: Packet, { opens, closes, openCount, closeCount }: AnswerChange): boolean {
  const isListed = openCount === opens.length && closeCount === closes.length;
  if (!isListed || isUnnamed(from) || isUnnamed(to) || (from === asked.from && to === asked.to)) return true;
  return [...opens, ...closes].some(({ source, target }) => source.startsWith(from) && target.startsWith(to));
}

/** Ends that no answer names: addresses, and the identities of what is not managed yet. */
function isUnnamed(end: string): boolean {
  return (
    isPlace(end) && !["reserved:host", "reserved:remote-node", "reserved:health", "reserved:ingress"].includes(end)
  );
}

function clusterOf(objects: readonly KubeObject[], live = false): ReturnType<typeof readManifests> {
  const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  return readManifests([{ name: "c.json", text }], { live });
}

function questionOf({ from, to, port, protocol }: Packet): { source: string; target: string; port: string } {
  return { source: from, target: to, port: `${port}/${protocol}` };
}

/** The objects with an edit made: by its changes, and with the new objects of its patch. */
function edited(objects: readonly KubeObject[], { edits, patch }: AnswerChange): readonly KubeObject[] {
  const changed = objects.map((object) => {
    const { name, namespace } = object.metadata as { readonly name: string; readonly namespace?: string }; // of every object
    const own = edits.filter(
      ({ object: ref }) =>
        ref.kind === object.kind && ref.name === name && [namespace, "default"].includes(ref.namespace ?? namespace),
    );
    return own.length === 0 ? object : (changedValue(JSON.parse(JSON.stringify(object)), own) as unknown as KubeObject); // a change inside an object leaves one
  });
  const added = kubectlReader
    .values(patch)
    .values.filter((value) => typeof value === "object" && value !== null && "apiVersion" in value);
  return [...changed, ...(added as unknown as readonly KubeObject[])]; // a patch adds whole manifests, each with an apiVersion
}
