import { can, readManifests } from "@npa/core";
import { arbitraryScenario, createOracle } from "@npa/fixtures";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

const runs = Number(process.env["NPA_PROPERTY_RUNS"] ?? 300);

/** `ns/name[Kind]` is also how a question names a workload; an address is written as it is. */
describe("can", () => {
  it("answers as the oracle does, and names who decides", () => {
    fc.assert(
      fc.property(arbitraryScenario({ assumptions: false, packets: 5 }), ({ objects, packets }) => {
        const oracle = createOracle(objects);
        const cluster = readManifests([
          { name: "c.json", text: JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }) },
        ]);
        for (const packet of packets) {
          if (packet.from === packet.to) continue;
          const port = `${packet.port}/${packet.protocol}`;
          const verdict = can(cluster, { source: packet.from, target: packet.to, port });
          expect({ packet, answer: verdict.answer }).toEqual({ packet, answer: oracle.verdict(packet) });
          const sides = [verdict.egress, verdict.ingress];
          if (verdict.answer === "yes") for (const side of sides) expect(side.allowedBy.length > 0).toBe(side.isolated);
          if (verdict.answer === "no")
            expect(sides.some((side) => side.isolated && side.allowedBy.length === 0)).toBe(true);
          if (verdict.answer === "unknown") expect(verdict.because).not.toEqual([]);
          for (const side of sides) {
            expect(side.isolated).toBe(side.allowedBy.length + side.blockedBy.length > 0);
            for (const { location } of [...side.allowedBy, ...side.blockedBy]) expect(location.file).toBe("c.json");
          }
        }
      }),
      { numRuns: runs },
    );
  });
});
