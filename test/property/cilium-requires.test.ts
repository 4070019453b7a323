import { type Verdict, arbitraryCiliumScenario, arbitraryRequirements, createOracle } from "@npa/fixtures";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { denseSizes, engineVerdicts, reach } from "./relation.ts";

it("what rules of Cilium up to 1.18 require of all others: what the engine says for certain is what the naive oracle says", () => {
  const seen = new Set<Verdict>();
  let narrowed = 0;
  fc.assert(
    fc.property(
      arbitraryCiliumScenario({ assumptions: true, packets: 12 }),
      fc.array(arbitraryRequirements(), { minLength: 1, maxLength: 2 }),
      fc.constantFrom<"1.16" | "1.18">("1.16", "1.18"),
      denseSizes,
      (scenario, required, ciliumVersion, denseSize) => {
        const own = required.map((object, i) => ({
          ...object,
          metadata: { ...Object(object["metadata"]), name: `r${i}` },
        }));
        const assumptions = { ...scenario.assumptions, ciliumVersion, ipBlockMatchesPods: false } as const;
        const asked = { ...scenario, objects: [...scenario.objects, ...own], assumptions };
        const oracle = createOracle(asked.objects, assumptions);
        const before = createOracle(scenario.objects, assumptions);
        const verdictsOf = engineVerdicts(reach(asked, denseSize, true));
        for (const packet of asked.packets.filter(({ from, to }) => from !== to))
          for (const verdict of verdictsOf(packet)) {
            seen.add(verdict);
            if (verdict === "unknown") continue;
            const expected = oracle.verdict(packet);
            expect({ packet, verdict: expected }).toEqual({ packet, verdict });
            if (expected !== before.verdict(packet)) narrowed++;
          }
      },
    ),
    { numRuns: Number(process.env["NPA_PROPERTY_RUNS"] ?? 40) },
  );
  expect([...seen]).toEqual(expect.arrayContaining(["no", "yes"]));
  expect(narrowed).toBeGreaterThan(0);
});
