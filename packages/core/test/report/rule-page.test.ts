import { describe, expect, it } from "vitest";
import { pageSection, plainText } from "../../src/report/page-text.ts";
import { rulePageText } from "../../src/report/rule-page.ts";

const rule = {
  id: "open-door",
  severity: "high",
  category: "security",
  title: "Open door",
  needs: ["workloads"],
  fix: "none",
  docs: "docs/rules/open-door.md",
} as const;

const page = `# open-door

Open door.

| severity | category | needs | fix |
|---|---|---|---|
| high | security | workloads | none |

## What it finds
A \`door\` that is open. See [another](other.md).

## Example
\`\`\`yaml bad
door: [open]

# not a heading
\`\`\`

## See also
- [Doors](https://example.org/doors)
`;

describe("rulePageText", () => {
  it("gives the facts once and the page as text", () => {
    expect(rulePageText(rule, page)).toBe(`open-door
Open door

severity  high
category  security
needs     workloads
fix       none
docs      docs/rules/open-door.md

What it finds
A \`door\` that is open. See another <other.md>.

Example
    door: [open]

    # not a heading

See also
- Doors <https://example.org/doors>
`);
  });

  it("colours only when asked", () => {
    expect(rulePageText(rule, page, { color: true })).toContain("\u001b[1mExample\u001b[22m");
  });
});

describe("plainText", () => {
  it("drops marks, keeps code, writes out links that lead somewhere", () => {
    expect(plainText(pageSection(page, "What it finds"))).toBe("A door that is open. See another.");
    expect(plainText(pageSection(page, "See also"))).toBe("- Doors (https://example.org/doors)");
    expect(pageSection(page, "Nothing")).toBe("");
  });
});
