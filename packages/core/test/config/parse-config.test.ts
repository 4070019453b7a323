import { Ajv2020 } from "ajv/dist/2020.js";
import * as fc from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { effectiveConfig } from "../../src/config/effective-config.ts";
import { configKeys, parseConfig } from "../../src/config/parse-config.ts";
import { defaultAssumptions } from "../../src/model/assumptions.ts";
import { allRules } from "../../src/rules/registry.ts";
import { UsageError } from "../../src/lib/usage-error.ts";

const schema: unknown = JSON.parse(readFileSync(new URL("../../schema/config.schema.json", import.meta.url), "utf8"));
const validate = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(schema as object);

const whole = `
$schema: config.schema.json
allowOpened: [{ source: "shop/*", target: external, ports: [443, 8000-8999/TCP], reason: "see #12" }]
platform: aws
assumptions: { ipBlockMatchesPods: true, terminatedPods: keep }
clusterCidrs: { pods: [10.244.0.0/16, "fd00::/56"], services: [10.96.0.0/12], nodes: [192.168.0.0/24] }
complexityThreshold: 5
defaultNamespace: shop
dns:
  selectors: [{ namespace: dns, labels: { app: dns } }, { labels: { app: other }, port: 5353 }]
  ports: [53, 1053]
  nodeLocalAddress: 169.254.20.10
domains: { api.example.com: [203.0.113.7, "2001:db8::7"] }
failOn: medium
ignore:
  - { rule: policy-types-implicit, namespace: "legacy-*", reason: "see #12", expires: 2027-01-31 }
  - { label: team=old, path: "old/**", reason: moving }
maxFindings: 7
overlapDetection: no
performanceWeight: 0.5
redundancyThreshold: 2
rules:
  policy-types-implicit: off
  ports-too-broad: { severity: low, options: { minimumPorts: 50 } }
  missing-dns-egress: critical
securityWeight: 0.5
tiers: [{ name: web, labels: { tier: web } }, { name: data, namespace: db, namespaceLabels: { a: b } }]
`;

function mistake(text: string): string {
  try {
    parseConfig(text, "npa.config.yaml");
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return "none";
}

describe("parseConfig", () => {
  it("reads every setting, and knows where an ignored finding was written", () => {
    const config = parseConfig(whole, "npa.config.yaml");
    expect(Object.keys(config).toSorted()).toEqual(configKeys.filter((key) => key !== "$schema").toSorted());
    expect(config).toMatchObject({
      allowOpened: [{ source: "shop/*", target: "external", ports: ["443/TCP", "8000-8999/TCP"], reason: "see #12" }],
      assumptions: { ipBlockMatchesPods: true, terminatedPods: "keep" },
      overlapDetection: false,
      rules: {
        "policy-types-implicit": { severity: "off" },
        "ports-too-broad": { severity: "low", options: { minimumPorts: 50 } },
        "missing-dns-egress": { severity: "critical" },
      },
      ignore: [
        { namespace: "legacy-*", expires: "2027-01-31", location: { file: "npa.config.yaml", line: 16 } },
        { label: "team=old", path: "old/**", reason: "moving" },
      ],
    });
  });

  it("reads JSON, and nothing at all", () => {
    expect(parseConfig('{"failOn": "low"}', "npa.config.json")).toEqual({ failOn: "low" });
    for (const text of ["", "# nothing\n", "---\n", "{}", "rules:\n"]) expect(parseConfig(text, "c.yaml")).toEqual({});
  });

  it.each([
    ["failon: low", '1:1: failon: there is no setting "failon"; did you mean failOn?'],
    ["rules: {polcy-types-implicit: low}", /^npa.config.yaml:1:9: .* did you mean policy-types-implicit\?$/],
    ["rules:\n  policy-types-implicit: hihg", /2:26: .*there is no such severity; did you mean high\?/],
    ["rules: {policy-types-implicit: {options: {x: 1}}}", /1:33: .*the rule policy-types-implicit has no options/],
    ["rules: {ports-too-broad: {options: {minimumPort: 1}}}", /did you mean minimumPorts\?/],
    ["rules: {ports-too-broad: {options: {minimumPorts: many}}}", /write a whole number, 0 or more, not a text/],
    ["rules: {ports-too-broad: {level: low}}", /there is no key "level"; there are severity, options/],
    ["rules: [x]", /1:8: rules: write a mapping, not a list/],
    ["assumptions: {ipBlockMatchPods: true}", /did you mean ipBlockMatchesPods\?/],
    ["assumptions: {terminatedPods: ignored}", /there is no such value; did you mean ignore\?/],
    ["assumptions: {ipBlockMatchesPods: maybe}", /write true or false, not a text/],
    ['defaultNamespace: "../x"', /1:19: defaultNamespace: this is not the name of a namespace: write lower case/],
    ["clusterCidrs: {pods: [10.0.0.1]}", /1:23: clusterCidrs.pods\[0\]: this is not a CIDR/],
    ["dns: {ports: [0]}", /write a whole number, 1 to 65535, not 0/],
    ["dns: {selectors: [{namespace: dns}]}", /say which labels/],
    ["dns: {selectors: [{labels: {app: yes}}]}", /write a text, not true: put it in quotes/],
    ["dns: {nodeLocalAddress: here}", /is not an address/],
    ["performanceWeight: 2", /write a number from 0 to 1, not 2/],
    ["maxFindings: 1.5", /write a whole number/],
    ["failOn: sometimes", /there is no such value; there are critical/],
    ["ignore: [{rule: policy-types-implicit}]", /say why: reason is missing/],
    ["ignore: [{reason: because}]", /name what it ignores: rule, namespace, label, path/],
    ["ignore: [{path: a, reason: ''}]", /write a text, not an empty text/],
    ["ignore: [{path: a, reason: b, expires: 2027-02-30}]", /write a day of the calendar/],
    ["ignore: [{path: a, reason: b, expires: soon}]", /write a day of the calendar/],
    ["ignore: [{rule: nope, reason: b}]", /there is no rule "nope"/],
    ["ignore: [{label: {a: b, c: d}, reason: b}]", /write one label/],
    ["failOn: low\nfailOn: high", /2:1: the key failOn is there twice: remove one$/],
    ["--- {failOn: low}", /npa refuses a --- line/],
    ["failOn: low\n...\nmaxFindings: 1", /npa reads one document between two --- lines/],
    ["%YAML 1.2\n---\nfailOn: low", /1:1: not valid: a % directive is refused: remove the line/],
    ["a: [", /^npa.config.yaml:1:\d+: not valid/],
    ["failOn: low\n---\nfailOn: high", /3:1: .*one document/],
    ["kind: '{{ x }}'", /there is no setting "kind"/],
    ["failOn: {{ x }}", /looks like a template/],
    ["- 1", /write a mapping, not a list/],
    ["text", /write a mapping, not a text/],
    ["__proto__: 1", /there is no setting "__proto__"/],
    ["constructor: 1", /there is no setting "constructor"/],
    ["rules: {constructor: low}", /there is no rule "constructor"/],
  ])("says what is wrong with %j, and where", (text, expected) => {
    const message = mistake(text);
    expect(message).toMatch(/^npa\.config\.yaml:\d+:\d+: /);
    if (typeof expected === "string") expect(message).toContain(expected);
    else expect(message).toMatch(expected);
  });

  it("tells of all mistakes at once", () => {
    const text =
      "failOn: lwo\nrules: {nope: low, missing-dns-egress: {severity: hihg}}\nclusterCidrs: {pods: [a, b]}\n";
    const told = (): unknown => {
      try {
        return parseConfig(text, "npa.config.yaml");
      } catch (error) {
        return error;
      }
    };
    expect(told()).toBeInstanceOf(UsageError);
    expect(told()).toMatchObject({
      message: "npa.config.yaml has 5 mistakes",
      details: [
        expect.stringContaining("failOn: "),
        expect.stringContaining("rules.nope: "),
        expect.stringContaining("severity: "),
        expect.stringContaining("clusterCidrs.pods[0]: "),
        expect.stringContaining("clusterCidrs.pods[1]: "),
      ],
    });
  });

  it("throws nothing but a UsageError, whatever the text", () => {
    const value = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: "small" },
        fc.constantFrom(null, true, 0, 1.5, -1, "x", "off", "2027-01-01"),
        fc.array(tie("node"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...configKeys, "rule", "reason", "labels", "pods", "severity"), tie("node")),
      ),
    })).node;
    fc.assert(
      fc.property(value, (any) => {
        const text = JSON.stringify(any);
        expect(typeof mistake(text)).toBe("string");
      }),
      { numRuns: 300 },
    );
  });
});

describe("config.schema.json", () => {
  it("knows the same settings", () => {
    const { properties } = schema as { properties: Record<string, unknown> };
    expect(Object.keys(properties).toSorted()).toEqual(configKeys.toSorted());
  });

  it("takes what the effective configuration is, with every rule and assumption", () => {
    const effective: unknown = JSON.parse(JSON.stringify(effectiveConfig(parseConfig(whole, "c.yaml"))));
    validate(effective);
    expect(validate.errors).toBeNull();
    const { properties } = schema as {
      properties: { assumptions: { properties: Record<string, { default: unknown }> } };
    };
    const defaults = Object.entries(properties.assumptions.properties).map(([key, value]) => [key, value.default]);
    expect(Object.fromEntries(defaults)).toEqual(defaultAssumptions);
  });

  it.each([{ failon: "low" }, { rules: { a: "bad" } }, { ignore: [{ rule: "a" }] }, { ignore: [{ reason: "a" }] }])(
    "refuses %j",
    (config) => {
      expect(validate(config)).toBe(false);
    },
  );
});

describe("effectiveConfig", () => {
  it("leaves nothing to a default", () => {
    const effective = effectiveConfig({});
    expect(effective).toMatchObject({ failOn: "high", defaultNamespace: "default", redundancyThreshold: 3 });
    expect(effective.assumptions).toEqual(defaultAssumptions);
    expect(Object.keys(effective.rules)).toEqual(allRules.map(({ id }) => id));
    expect(effective.rules["ports-too-broad"]).toEqual({ severity: "medium", options: { minimumPorts: 1000 } });
    expect(effective.dns?.selectors).toHaveLength(3);
  });

  it.each(["", whole, "dns: {ports: [1053]}", "dns: {selectors: [{labels: {a: b}}]}"])(
    "is a configuration that means the same: %j",
    (text) => {
      const once = effectiveConfig(parseConfig(text, "c.yaml"));
      expect(effectiveConfig(parseConfig(JSON.stringify(once), "c.json"))).toEqual(once);
    },
  );
});
