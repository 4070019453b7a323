import { buildReachability, readManifests } from "@npa/core";
import { generateCluster, toYaml } from "@npa/fixtures";
import { describe, expect, it } from "vitest";
import recorded from "./counters.json" with { type: "json" };

/** What the engine does to a generated cluster, in exact figures: a change of any is a change of the answer or of the work done. */
describe("exact counters of the bench's profiles", () => {
  it.each(Object.entries(recorded))("%s", (profile, expected) => {
    const text = [...toYaml(generateCluster(profile as keyof typeof recorded))].join("");
    const cluster = readManifests([{ name: "bench.yaml", text }]);
    expect(cluster.problems).toEqual([]);
    expect(buildReachability(cluster).counts()).toEqual(expected);
  });
});
