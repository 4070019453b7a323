import { expect, it } from "vitest";
import type { NotEvaluated } from "../../src/answers/basis.ts";
import { sideNotes } from "../../src/report/proof-words.ts";

it("names each kind once that is not in the proof, whatever the reasons", () => {
  const of = (kind: string, count: number, reason: string): NotEvaluated => ({ kind, count, reason, objects: [] });
  const notEvaluated = [of("NetworkPolicy", 1, "a"), of("Cluster", 1, "b"), of("NetworkPolicy", 3, "c")];
  expect(sideNotes("the input", { notEvaluated, refusedPolicies: [] })).toEqual([
    "the input has 4 NetworkPolicy objects: not in the proof",
    "the input has 1 Cluster object: not in the proof",
  ]);
});
