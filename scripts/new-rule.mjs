// Makes a new rule: its source, test and documentation page, all of one name, and its line in the registry.
//   npm run new-rule -- policy-too-friendly [--after ports-too-broad]
// What it writes compiles. The tests of the pages fail until the rule finds what its page says it finds.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { after: { type: "string" }, root: { type: "string", default: root } },
});
const [id, ...more] = positionals;
if (id === undefined || more.length > 0) fail("usage: npm run new-rule -- <id> [--after <rule>]");
if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)+$/.test(id))
  fail(`${id}: name a rule by its defect, in kebab-case: policy-selects-no-pods`);

const name = id.replaceAll(/-(.)/g, (_, letter) => letter.toUpperCase());
const rules = join(values.root, "packages/core/src/rules");
const files = {
  [join(rules, `${id}.ts`)]: source(),
  [join(values.root, "packages/core/test/rules", `${id}.test.ts`)]: test(),
  [join(values.root, "docs/rules", `${id}.md`)]: page(),
};
const existing = Object.keys(files).find((file) => existsSync(file));
if (existing !== undefined) fail(`${existing} exists already`);

const registry = join(rules, "registry.ts");
const registered = withRule(readFileSync(registry, "utf8"), values.after);
for (const [file, text] of Object.entries(files)) writeFileSync(file, text);
writeFileSync(registry, registered);
console.log([...Object.keys(files), registry].join("\n"));
console.log("Next: write the rule, its page and its tests; then node scripts/build-rule-pages.mjs");

function fail(message) {
  console.error(message);
  process.exit(2);
}

/** The registry with the import among the others, sorted by file, and the rule after another one or last. */
function withRule(text, after) {
  const imports = [...text.matchAll(/^import \{ \w+ \} from "\.\/.*\n/gm)].map(([line]) => line);
  const own = `import { ${name} } from "./${id}.ts";\n`;
  const next = imports.find((line) => fileOf(line) > fileOf(own));
  const last = imports.at(-1);
  if (last === undefined) fail(`${registry}: no rules are imported there`);
  const imported = next === undefined ? text.replace(last, last + own) : text.replace(next, own + next);
  const anchor =
    after === undefined ? "];\n" : `  ${after.replaceAll(/-(.)/g, (_, letter) => letter.toUpperCase())},\n`;
  const at = imported.lastIndexOf(anchor);
  if (at < 0) fail(`there is no rule ${after}`);
  const place = after === undefined ? at : at + anchor.length;
  return `${imported.slice(0, place)}  ${name},\n${imported.slice(place)}`;
}

function fileOf(line) {
  return line.slice(line.indexOf('"'));
}

function source() {
  return `import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { policyPlace } from "./support/places.ts";
import { nameOf } from "./support/words.ts";

/** Flags a policy that ...: why that is bad. */
export const ${name}: RuleDefinition = defineRule({
  id: "${id}",
  severity: "medium",
  category: "correctness",
  title: "What is wrong in a few words",
  needs: ["policies"],
  fix: "none",
  check(context, report) {
    for (const policy of context.cluster.policies) {
      if (policy.name !== "${id}") continue;
      report({
        at: policyPlace(policy, ["spec"]),
        message: \`\${nameOf(policy)} ...\`,
        affected: context.subjectsOf(policy),
      });
    }
  },
});
`;
}

function test() {
  return `import { describe, expect, it } from "vitest";
import { findings, policy } from "./evaluate.ts";

const id = "${id}";

describe("${id}", () => {
  it.each([["what it is about", "{ podSelector: {} }", "spec"]])("finds %s", (_, spec, path) => {
    const [finding, ...more] = findings(id, policy("web", spec));
    expect(more).toEqual([]);
    expect(finding?.location?.path).toBe(path);
  });

  it.each([["what only looks like it", "{ podSelector: {}, policyTypes: [Ingress] }"]])("is silent on %s", (_, spec) => {
    expect(findings(id, policy("web", spec))).toEqual([]);
  });
});
`;
}

function page() {
  const example = (kind) => `\`\`\`yaml ${kind}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: web
  policyTypes:
    - Ingress
\`\`\``;
  return `# ${id}

What is wrong in a few words.

| severity | category | needs | fix |
|---|---|---|---|
| medium | correctness | policies | none |

## What it finds

## Why it matters

## Example
Reported:
${example("bad")}
Not reported:
${example("good")}

## How to fix it

## Limits

## See also
- [Network Policies](https://kubernetes.io/docs/concepts/services-networking/network-policies/)
`;
}
