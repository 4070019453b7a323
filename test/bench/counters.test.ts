import { buildReachability, readManifests } from "@npa/core";
import { generateCluster, toYaml } from "@npa/fixtures";
import { describe, expect, it } from "vitest";
import recorded from "./counters.json" with { type: "json" };

/** Counters of a profile; of one that an API server would not take, its problems too. */
interface Recorded {
  readonly problems?: number;
  readonly [counter: string]: number | undefined;
}

/** What the engine does to a generated cluster, in exact figures: a change of any is a change of the answer or of the work done. */
describe("exact counters of the bench's profiles", () => {
  it.each<[string, Recorded]>(Object.entries(recorded))("%s", (profile, { problems = 0, ...expected }) => {
    const text = [...toYaml(generateCluster(profile as keyof typeof recorded))].join("");
    const cluster = readManifests([{ name: "bench.yaml", text }]);
    expect(cluster.problems.length).toBe(problems);
    expect(buildReachability(cluster).counts()).toEqual(expected);
  });
});
