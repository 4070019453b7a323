import { fileURLToPath } from "node:url";
import { ruleCatalog } from "@npa/core";
import { describe, expect, it } from "vitest";
import { commandSummaries } from "../src/command-names.ts";
import { npa } from "./run.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const columns = 80;
const shop = "examples/shop";
const fixed = "examples/shop-fixed";

/** What people read, by command: on the shops that come with npa, and where something is wrong. */
const read: Readonly<Record<keyof typeof commandSummaries, readonly string[]>> = {
  analyze: [
    shop,
    `${shop} --all`,
    `${shop} ${fixed}`,
    `${shop} --fix --dry-run`,
    `${shop}/policies`,
    `${shop} --severity high`,
    `nowhere`,
  ],
  list: [shop, `${shop} --count`, `${shop} ${fixed}`, `${shop}/policies`],
  can: [
    `shop/web shop/db -f ${shop}`,
    `shop/web internet -f ${shop}`,
    `shop/nobody shop/db -f ${shop}`,
    `internet shop/api --port 9090 -f ${shop}`,
    `payments/checkout shop/api -f ${fixed}`,
  ],
  explain: [
    `shop/web shop/db -f ${shop}`,
    `internet shop/db -f ${shop}`,
    `payments/checkout shop/api --port 9090 -f ${shop}`,
    `shop/web kube-system/coredns --port 53/UDP -f ${fixed}`,
  ],
  diff: [`${shop} ${fixed}`, `${fixed} ${shop}`, `${shop}/policies ${fixed}`],
  exposure: [shop, fixed],
  prove: [`${shop} ${fixed}`, `--redundant ${shop}`, `${shop} --permits ${fixed}`],
  optimize: [shop, fixed],
  // A picture is for programs; what is said beside it is not.
  graph: ["nowhere"],
  baseline: [`${shop} -o -`],
  snapshot: ["-o -"],
  rules: [""],
  demo: [""],
};

// oxlint-disable-next-line no-control-regex -- the escape of ANSI colours is what is looked for
const seen = (text: string): string => text.replaceAll(/\u001b\[[0-9;]*m/g, "");

/** The words of a text; comments of YAML go on with their mark. */
function words(text: string): readonly string[] {
  return seen(text)
    .split(/\s+/)
    .filter((word) => word !== "#");
}

/** Lines that could have been broken and are too long. */
function tooLong(text: string): readonly string[] {
  return seen(text)
    .split("\n")
    .filter((line) => line.length > columns && line.trim().includes(" "));
}

describe("on a terminal of 80 columns", () => {
  for (const [command, questions] of Object.entries(read))
    for (const question of questions)
      it(`npa ${command} ${question}`, async () => {
        const argv = [command, ...question.split(" ").filter((each) => each !== "")];
        const terminal = { isTTY: true, columns, env: { TERM: "xterm", KUBECONFIG: "/dev/null" } };
        const { stdout, stderr } = await npa(argv, root, terminal);
        expect(stdout + stderr).not.toBe("");
        expect(tooLong(stderr)).toEqual([]);
        if (question.endsWith("-o -")) return;
        expect(tooLong(stdout)).toEqual([]);
        // In a pipe the same words stand; the report has frames on terminals only, and the list of rules categories in pipes.
        const piped = await npa(argv, root, { env: { KUBECONFIG: "/dev/null" } });
        if (command !== "rules" && command !== "analyze" && command !== "demo")
          expect(words(stdout)).toEqual(words(piped.stdout));
      });

  it("the help of every command, and the page of every rule", async () => {
    const { rules } = ruleCatalog();
    const asked = [
      ...Object.keys(commandSummaries).flatMap((command) => [
        [command, "--help"],
        [command, "--help-all"],
      ]),
      ...rules.map(({ id }) => ["rules", id]),
    ];
    for (const argv of asked) {
      const { stdout } = await npa(argv, root, { isTTY: true, columns });
      expect(stdout).not.toBe("");
      expect({ argv, tooLong: tooLong(stdout) }).toEqual({ argv, tooLong: [] });
    }
  });
});
