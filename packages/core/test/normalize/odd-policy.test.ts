import { describe, expect, it } from "vitest";
import { places, policyText, readManifests } from "./read-manifests.ts";

const ingress = (rule: string): string => `ingress: [${rule}]`;
const peer = (text: string): string => ingress(`{from: [${text}]}`);
const block = (text: string): string => peer(`{ipBlock: ${text}}`);
const expression = (text: string): string => `podSelector: {matchExpressions: [${text}]}`;

describe("values that read differently from what they look like", () => {
  it.each([
    ["row 46: host bits are masked", block("{cidr: 10.0.0.1/8}"), "is read as 10.0.0.0/8"],
    ["row 46: leading zeros are decimal", block("{cidr: 010.0.0.0/8}"), "as 10.0.0.0/8"],
    ["row 46: an IPv4-mapped block", block('{cidr: "::ffff:10.0.0.0/104"}'), "match nothing"],
    ["row 46: host bits in an except", block("{cidr: 10.0.0.0/8, except: [10.1.0.1/16]}"), "is read as 10.1.0.0/16"],
  ])("%s: in force, with a warning", (_name, spec, words) => {
    const { policies, problems } = readManifests(policyText(spec));
    expect(policies).toHaveLength(1);
    expect(problems).toMatchObject([{ code: "suspicious-value", severity: "warning" }]);
    expect(problems[0]?.message).toContain(words);
  });

  it("row 26: what is stored with a value that no label can have stays in force", () => {
    const text = policyText(expression("{key: a, operator: In, values: [b/c]}"));
    expect(readManifests(text).policies).toHaveLength(0);
    expect(readManifests(text, { live: true }).policies).toHaveLength(1);
  });

  it("row 46: an IPv4-mapped block matches nothing", () => {
    const [policy] = readManifests(policyText(block('{cidr: "::ffff:10.0.0.0/104"}'))).policies;
    expect(policy?.rules.ingress[0]?.peers).toMatchObject([{ type: "ipBlock", addresses: [] }]);
  });
});

describe("unknown fields are dropped, with the nearest name", () => {
  it.each([
    [
      "podSelector: {matchLables: {a: b}}",
      "5:17",
      "Did you mean matchLabels? Without it the selector is empty, and an empty selector selects everything.",
    ],
    [
      "podSelectors: {}",
      "5:3",
      "Did you mean podSelector? Without podSelector the policy selects every pod of its namespace.",
    ],
    [
      "ingress: [{form: [{podSelector: {}}]}]",
      "5:14",
      "Did you mean from? Without from traffic is allowed from anywhere.",
    ],
    ["egress: [{from: [{podSelector: {}}]}]", "5:13", "Did you mean to? Without to traffic is allowed to anywhere."],
    [
      "ingress: [{ports: [{targetPort: 80}]}]",
      "5:23",
      "Did you mean port? Without a port the entry means every port of its protocol.",
    ],
    ["ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, excepts: []}}]}]", "5:50", "Did you mean except?"],
    ["podSelector: {matchExpressions: [{key: a, operator: Exists, value: b}]}", "5:63", "Did you mean values?"],
    ["podselector: {}", "5:3", "Did you mean podSelector?"],
    ["zzzzzzzzz: {}", "5:3", "Known here: podSelector, policyTypes, ingress, egress."],
  ])("%s", (spec, place, words) => {
    const { policies, problems } = readManifests(policyText(spec));
    expect(policies).toHaveLength(1);
    expect(problems).toMatchObject([{ code: "unknown-field", severity: "warning" }]);
    expect(places(problems)).toEqual([`${place} unknown-field`]);
    expect(problems[0]?.message).toContain(words);
  });

  it("a peer that is empty after dropping is refused", () => {
    const { policies, problems } = readManifests(policyText(peer("{podSelecter: {}}")));
    expect(policies).toEqual([]);
    expect(problems.map(({ code }) => code)).toEqual(["unknown-field", "invalid-policy"]);
  });

  it("at the top and in metadata too", () => {
    const text = policyText("{}").replace("name: p", "name: p, label: {a: b}").replace("kind:", "spac: {}\nkind:");
    expect(readManifests(text).problems.map(({ location }) => location?.path)).toEqual(["spac", "metadata.label"]);
  });

  it("names hostile keys without harm", () => {
    const { problems } = readManifests(policyText('"\\u001b[31m\\u202e": 1\n__proto__: 2\nconstructor: 3'));
    expect(problems).toHaveLength(3);
    for (const { message } of problems) expect(message).not.toMatch(/[\p{Cc}\u202e]/u);
  });
});
