import { arbitraryCluster } from "@npa/fixtures";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { npa } from "../../packages/cli/test/run.ts";
import { attacks, mutate, oddValues } from "./odd-objects.ts";

const examples = Math.ceil(Number(process.env["NPA_PROPERTY_RUNS"] ?? 500) / 100);
/** Runs for each example. */
const runsEach = 4;

/** Every command that reads manifests, with its formats. Pictures as images take a second each, and are made of what `dot` prints. */
const commands: readonly (readonly [argv: readonly string[], formats: readonly string[]])[] = [
  [
    ["analyze", "."],
    ["text", "json", "sarif", "markdown", "junit", "github", "gitlab", "csv", "prometheus", "html"],
  ],
  [
    ["list", "."],
    ["text", "wide", "json", "csv", "markdown", "matrix", "matrix-csv"],
  ],
  [
    ["list", ".", "--count"],
    ["text", "json"],
  ],
  [
    ["can", "internet", "internet", "-f", "."],
    ["text", "json", "markdown"],
  ],
  [
    ["explain", "internet", "internet", "-f", "."],
    ["text", "json", "markdown", "mermaid"],
  ],
  [
    ["exposure", "."],
    ["text", "json", "markdown", "csv"],
  ],
  [
    ["diff", ".", "."],
    ["text", "json", "markdown", "csv", "dot", "mermaid"],
  ],
  [
    ["prove", ".", "."],
    ["text", "json", "markdown"],
  ],
  [
    ["prove", "--redundant", "."],
    ["text", "json", "markdown"],
  ],
  [
    ["graph", "."],
    ["dot", "mermaid", "json", "gexf"],
  ],
];
const runs = commands.flatMap(([argv, formats]) => formats.map((format) => [...argv, "-o", format] as const));

/** A cluster of which some texts are attacks and some values anything, in a file whose name may be one, too. */
const hostileInput = fc
  .tuple(
    arbitraryCluster(),
    fc.array(fc.tuple(fc.array(fc.nat(1000), { maxLength: 12 }), fc.oneof(attacks, oddValues)), { maxLength: 6 }),
    fc.constantFrom("a.yaml", "::stop-commands::npa.yaml", "##[x].yaml", "=1.yaml", "\u001b[2J.yaml", "@a](b.yaml"),
    attacks,
  )
  .map(([objects, changes, file, attack]) => {
    const mutated = changes.reduce<readonly unknown[]>(
      (items, [choices, value]) => mutate(items as typeof objects, choices, value), // what it was, but for a value
      objects,
    );
    const comment = `# npa-ignore ports-too-broad: ${attack.replaceAll(/[\r\n\u0085\u2028\u2029]/g, "")}\n`;
    return { [file]: comment + mutated.map((item) => JSON.stringify(item) ?? "null").join("\n---\n") };
  });

/** Lines and blanks aside, no output holds a character that acts on a terminal or on the eye. */
const acts = /[^\P{Cc}\n\t]|[\p{Cf}\p{Zl}\p{Zp}]/u;
/** What GitHub's runner would take for a command that npa never gives. */
const commandsOfOthers = /^\s*::(?!(?:error|warning|notice)[ :])[a-z][\w-]*(?:[ ,][^:]*)?::|##\[/imu;

describe("whatever is in the manifests, through every command and format", () => {
  it("the exit code is 0, 1 or 2, and what is printed acts on nothing", async () => {
    await fc.assert(
      fc.asyncProperty(
        hostileInput,
        fc.array(fc.constantFrom(...runs), { minLength: runsEach, maxLength: runsEach }),
        async (files, some) => {
          for (const argv of some) {
            const { code, stdout, stderr } = await npa(argv, files);
            expect([argv, code, stderr]).toEqual([argv, expect.toBeOneOf([0, 1, 2]), stderr]);
            for (const text of [stdout, stderr]) {
              expect([argv, acts.exec(text)?.[0]]).toEqual([argv, undefined]);
              expect([argv, commandsOfOthers.exec(text)?.[0]]).toEqual([argv, undefined]);
            }
            if (stdout !== "" && /json|sarif|gitlab/.test(argv.at(-1) ?? "")) JSON.parse(stdout);
            if (argv.at(-1)?.endsWith("csv") === true) expect(stdout).not.toMatch(/(?:^|;)\s*[=+@]/m);
          }
        },
      ),
      { numRuns: examples },
    );
  });
});
