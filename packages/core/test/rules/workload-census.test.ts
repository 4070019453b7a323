import * as fc from "fast-check";
import { expect, it } from "vitest";
import { defaultAssumptions } from "../../src/model/assumptions.ts";
import { readManifests } from "../../src/read/read-manifests.ts";
import { ClassSet } from "../../src/reachability/class-set.ts";
import { Reachability } from "../../src/reachability/reachability.ts";
import { RuleContext } from "../../src/rules/context.ts";
import { WorkloadCensus } from "../../src/rules/support/workload-census.ts";

/** 400 classes in one namespace, as a policy asks for each of the labels; every second has two workloads, which others share. */
const objects = Array.from({ length: 400 }, (_, i) => [
  ...[`a${i}`, `b${i >> 2}`].map((name) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `${name}-${i % 2 === 0 ? i : name}`, namespace: "n", labels: { app: `${i}` } },
  })),
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: `p${i}`, namespace: "n" },
    spec: { podSelector: { matchLabels: { app: `${i}` } } },
  },
]).flat();

it("counts the workloads of big sets of classes as those of small ones are counted, and names the first", () => {
  const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  const reachability = new Reachability(readManifests([{ name: "c.json", text }]), { assumptions: defaultAssumptions });
  const { classes } = reachability.pods;
  expect(classes.length).toBeGreaterThan(300);
  const context = new RuleContext(reachability);
  fc.assert(
    fc.property(
      fc.subarray(
        classes.map(({ id }) => id),
        { minLength: 1 },
      ),
      fc.integer({ min: 1, max: 150 }),
      (ids, listed) => {
        const members = new Set(ids.flatMap((id) => classes[id]?.members.map(({ workload }) => workload.id) ?? []));
        const set = ClassSet.fromSorted(ids);
        const expected = [...members].toSorted();
        expect(new WorkloadCensus(classes, listed).of(set)).toEqual({
          ids: expected.slice(0, listed),
          count: expected.length,
        });
        expect(context.workloadsOf(set)).toEqual({ ids: expected.slice(0, 100), count: expected.length });
      },
    ),
    { numRuns: 30 },
  );
});
