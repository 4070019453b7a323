import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { analyze, ruleCatalog } from "../../src/entries/index.ts";
import { type SarifOptions, sarifText, toSarif } from "../../src/report/sarif.ts";
import { fingerprintsOf } from "../../src/report/fingerprint.ts";
import type { SarifLog } from "../../src/report/sarif-types.ts";
import type { Finding, Severity } from "../../src/answers/finding.ts";
import { rulePages } from "../../src/entries/rule-pages.ts";
import { finding, placeAt, report } from "./samples.ts";
import { contractErrors } from "./sarif-contract.ts";
import { sarifSchemaErrors } from "./sarif-schema.ts";
import { schemaErrors } from "./schemas.ts";

const options: SarifOptions = { rules: ruleCatalog().rules, pages: rulePages, version: "1.2.3", inputs: ["./k8s"] };

const shop = `apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: "web:1" }] } }
---
apiVersion: v1
kind: List
items:
  - apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: { name: web, namespace: shop }
    spec:
      podSelector: { matchLabels: { app: wep } }
      policyTypes: [Ingress, Egress]
      ingress:
        - {}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: [
`;
const real = analyze([{ name: "k8s/shop #1.yaml", text: shop }]);

function findings(log: SarifLog): readonly (readonly [string, string])[] {
  return log.runs[0].results.map((each) => [each.ruleId, each.partialFingerprints["npa/v1"] ?? ""]);
}

describe("toSarif", () => {
  const log = toSarif(real, options);
  const [run] = log.runs;

  it("is what the OASIS schema and the code hosts demand", () => {
    expect(run.results.length).toBeGreaterThan(2);
    expect(sarifSchemaErrors(log)).toEqual([]);
    expect(contractErrors(log)).toEqual([]);
    const empty = toSarif(report([]), { rules: [] });
    expect(empty.runs[0].results).toEqual([]);
    expect([...sarifSchemaErrors(empty), ...contractErrors(empty)]).toEqual([]);
  });

  it("names the tool, its version and the input", () => {
    expect(run.tool.driver).toMatchObject({ name: "npa", version: "1.2.3", semanticVersion: "1.2.3" });
    expect(run.automationDetails.id).toBe("npa/k8s/");
    expect(toSarif(real, { ...options, version: "nightly" }).runs[0].tool.driver).not.toHaveProperty("semanticVersion");
    const idOf = (...inputs: readonly string[]): string =>
      toSarif(real, { ...options, inputs }).runs[0].automationDetails.id;
    expect([idOf(), idOf("."), idOf("-"), idOf("/etc/x"), idOf("a", "b/c")]).toEqual([
      "npa/",
      "npa/",
      "npa/stdin.yaml/",
      "npa/outside-root/x/",
      "npa/a+b/c/",
    ]);
  });

  it("describes every rule of the catalogue with its page", () => {
    expect(run.tool.driver.rules.map(({ id }) => id)).toEqual(ruleCatalog().rules.map(({ id }) => id));
    const rule = run.tool.driver.rules.find(({ id }) => id === "missing-dns-egress");
    expect(rule).toMatchObject({
      name: "MissingDnsEgress",
      shortDescription: { text: "Egress isolation without DNS" },
      helpUri: "https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/",
      defaultConfiguration: { level: "error" },
      properties: { tags: ["reliability", "kubernetes", "network-policy"], "problem.severity": "error" },
    });
    expect(rule?.fullDescription.text).toMatch(/^Pods whose egress is isolated/);
    expect(rule?.help.markdown).toContain("## How to fix it\nAllow UDP and TCP 53");
    expect(rule?.help.text).toContain("How to fix it\nAllow UDP and TCP 53");
    const open = run.tool.driver.rules.find(({ id }) => id === "namespace-without-policies");
    expect(open?.properties).toMatchObject({ "security-severity": "8.0" });
  });

  it("describes a rule that is not in the catalogue as well as it can", () => {
    const other = toSarif(report([finding("low", "unused-suppression", 3)]), options);
    expect(contractErrors(other)).toEqual([]);
    expect(other.runs[0].tool.driver.rules.at(-1)?.shortDescription.text).toBe("unused suppression");
  });

  it("places a finding on the first line of its node, in a file below the root", () => {
    const policy = run.results.find(({ ruleId }) => ruleId === "policy-selects-no-pods");
    expect(policy?.locations[0]).toEqual({
      physicalLocation: {
        artifactLocation: { uri: "k8s/shop%20%231.yaml", uriBaseId: "%SRCROOT%" },
        region: { startLine: 19, startColumn: 42, endLine: 19, endColumn: expect.any(Number) },
      },
      logicalLocations: [{ name: "web", fullyQualifiedName: "NetworkPolicy/shop/web", kind: "resource" }],
    });
    const long = { ...placeAt(4), endLine: 9, endColumn: 2 };
    const [result] = toSarif(report([finding("low", "r", 1, { location: long })]), options).runs[0].results;
    expect(result?.locations[0].physicalLocation.region).toEqual({ startLine: 4, startColumn: 3, endLine: 4 });
  });

  it("gives a finding without a file one of its own, and standard input a name", () => {
    const { location: _, ...nowhere } = finding("low", "r", 1);
    const piped = finding("low", "r", 1, { location: placeAt(2, "<stdin>") });
    const uris = toSarif(report([nowhere, piped]), options).runs[0].results.map(
      ({ locations }) => locations[0].physicalLocation.artifactLocation.uri,
    );
    expect(uris).toEqual(["objects/shop/networkpolicy/db.yaml", "stdin.yaml"]);
  });

  it("tells what was wrong with the input and which rules could not be evaluated", () => {
    const notes = run.invocations[0].toolExecutionNotifications;
    expect(notes.find(({ level }) => level === "error")?.locations).toHaveLength(1);
    const skipped = toSarif(report([], { rulesNotEvaluated: [{ ruleId: "invalid-policy", reason: "why" }] }), options);
    const [note] = skipped.runs[0].invocations[0].toolExecutionNotifications;
    expect(note?.message.text).toBe("rule invalid-policy was not evaluated: why");
    expect(skipped.runs[0].tool.driver.rules[note?.associatedRule?.index ?? -1]?.id).toBe("invalid-policy");
  });

  it("links related places from the message, and escapes nothing else into a link", () => {
    const item = finding("high", "r", 1, {
      message: "see [this](http://evil.example)",
      related: [{ message: "the [other](2) rule", location: placeAt(8) }, { message: "and this" }],
      affected: ["shop/web[Deployment]"],
      affectedCount: 4,
    });
    const other = toSarif(report([item]), options);
    const [result] = other.runs[0].results;
    expect(result?.message.text).toBe(
      "see [this] (http://evil.example). Affects shop/web[Deployment] and 3 more. See [the (other) (2) rule](1), and this.",
    );
    expect(result?.relatedLocations).toMatchObject([{ id: 1, physicalLocation: { region: { startLine: 8 } } }]);
    expect([...sarifSchemaErrors(other), ...contractErrors(other)]).toEqual([]);
  });

  it("gives exact replacements as a fix", () => {
    const edit = { file: "a b.yaml", line: 3, column: 1, endLine: 5, endColumn: 1, newText: "" };
    const fix = { kind: "safe", description: "delete it", edits: [edit, { ...edit, line: 7, endLine: 7 }] } as const;
    const answer = report([finding("low", "r", 3, { fix })]);
    const fixed = toSarif(answer, options);
    expect([...schemaErrors(answer), ...sarifSchemaErrors(fixed)]).toEqual([]);
    expect(fixed.runs[0].results[0]?.fixes).toEqual([
      {
        description: { text: "delete it" },
        artifactChanges: [
          {
            artifactLocation: { uri: "a%20b.yaml", uriBaseId: "%SRCROOT%" },
            replacements: [
              {
                deletedRegion: { startLine: 3, startColumn: 1, endLine: 5, endColumn: 1 },
                insertedContent: { text: "" },
              },
              {
                deletedRegion: { startLine: 7, startColumn: 1, endLine: 7, endColumn: 1 },
                insertedContent: { text: "" },
              },
            ],
          },
        ],
      },
    ]);
  });

  it("gives suppressed findings only when they are passed, marked as such", () => {
    const item = finding("low", "r", 3);
    const suppressed = toSarif(report([]), {
      ...options,
      suppressed: [
        { finding: item, by: "comment", reason: "known" },
        { finding: item, by: "config", reason: "too" },
      ],
    });
    expect(sarifSchemaErrors(suppressed)).toEqual([]);
    expect(suppressed.runs[0].results.map(({ suppressions }) => suppressions)).toEqual([
      [{ kind: "inSource", justification: "known" }],
      [{ kind: "external", justification: "too" }],
    ]);
  });

  it("is the same bytes every time", () => {
    expect(sarifText(real, options)).toBe(sarifText(analyze([{ name: "k8s/shop #1.yaml", text: shop }]), options));
  });
});

describe("fingerprints", () => {
  it("stay when unrelated lines, objects and list items move", () => {
    const moved = analyze([
      {
        name: "other.yaml",
        text: `# a comment\n\n${shop.replace("items:\n", "items:\n  - { apiVersion: v1, kind: X }\n")}`,
      },
    ]);
    const before = findings(toSarif(real, options));
    expect(findings(toSarif(moved, options))).toEqual(before);
    expect(new Set(before.map(([, hash]) => hash)).size).toBe(before.length);
  });

  it("are GitHub's own where the option says so and the line tells results apart", () => {
    const items = [
      finding("low", "a", 1),
      finding("low", "b", 1),
      finding("low", "c", 2),
      finding("low", "c", 2, { message: "again" }),
      finding("low", "d", 3, { location: placeAt(1, "<stdin>") }),
    ];
    const primary = (fingerprint: "semantic" | "github" | "none"): readonly boolean[] =>
      toSarif(report(items), { ...options, fingerprint }).runs[0].results.map(
        ({ partialFingerprints }) => partialFingerprints["primaryLocationLineHash"] === partialFingerprints["npa/v1"],
      );
    expect(primary("semantic")).toEqual([true, true, true, true, true]);
    expect(primary("github")).toEqual([false, false, true, true, true]);
    expect(primary("none")).toEqual([false, false, false, false, false]);
  });
});

describe("limits", () => {
  it("keeps the worst 25,000 results and says so", () => {
    const many = Array.from({ length: 25_010 }, (_, i) => finding(i < 20 ? "info" : "high", "r", i + 1));
    const { results, invocations } = toSarif(report(many), options).runs[0];
    expect(results).toHaveLength(25_000);
    expect(results.filter(({ level }) => level === "error")).toHaveLength(24_990);
    expect(invocations[0].toolExecutionNotifications[0]?.message.text).toContain("25,010 findings");
  });

  it("gives the gravest first, with the fingerprints of every other format, and says when GitHub shows fewer", () => {
    const alike = [finding("info", "r", 1), finding("high", "r", 2), finding("medium", "r", 3)];
    const noted = (count: number): readonly string[] =>
      toSarif(report(Array.from({ length: count }, () => alike[0] as Finding)), options)
        .runs[0].invocations[0].toolExecutionNotifications.map(({ message }) => message.text)
        .filter((message) => message.includes("GitHub shows"));
    const hidden = { finding: finding("critical", "r", 4), by: "config", reason: "known" } as const;
    const { results } = toSarif(report(alike), { ...options, suppressed: [hidden] }).runs[0];
    const own = fingerprintsOf([...alike, hidden.finding]);
    expect(results.map(({ properties }) => properties.severity)).toEqual(["critical", "high", "medium", "info"]);
    expect(results.map(({ partialFingerprints }) => partialFingerprints["npa/v1"])).toEqual(
      [3, 1, 2, 0].map((i) => own[i]),
    );
    expect(noted(5_000)).toEqual([]);
    expect(noted(5_001)).toEqual([
      "there are 5,001 findings, all of them here, the gravest first: GitHub shows the gravest 5,000",
    ]);
  });

  it("keeps 100 related places of a result, and 50,000 of all", () => {
    const related = Array.from({ length: 1626 }, (_, i) => ({ message: `m${i}`, location: placeAt(i + 1) }));
    const many = Array.from({ length: 600 }, (_, i) => finding("low", "r", i + 1, { related }));
    const { results } = toSarif(report(many), options).runs[0];
    expect(results[0]?.relatedLocations).toHaveLength(100);
    expect(results.reduce((sum, each) => sum + (each.relatedLocations?.length ?? 0), 0)).toBe(50_000);
  });
});

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom("](http://x)", "../../etc/passwd", "/etc/passwd", "C:\\x\\y", "", "a/./b//c", "\u202E{0}", "\uD800"),
);
const number = fc.constantFrom(-1, 0, 1, 2, 90);
const location = fc.record({
  file: text,
  line: number,
  column: number,
  endLine: number,
  endColumn: number,
  path: text,
});
const hostile: fc.Arbitrary<Finding> = fc
  .record({
    message: text.map((written) => `${written}.`),
    severity: fc.constantFrom<Severity>("critical", "high", "medium", "low", "info"),
    location: fc.option(location, { nil: undefined }),
    name: text,
    related: fc.array(fc.record({ message: text, location }), { maxLength: 3 }),
    affected: fc.array(text, { maxLength: 2 }),
  })
  .map(({ message, severity, location: at, name, related, affected }) => {
    const { location: _, ...rest } = finding(severity, "r", 1, {
      message,
      related,
      affected,
      affectedCount: affected.length,
    });
    const object = { apiVersion: "v1", kind: "Pod", namespace: name, name: `x${name}` };
    return { ...rest, object, ...(at === undefined ? {} : { location: at }) };
  });

describe("hostile input", () => {
  it("cannot make a log that the schema or the contract refuses", () => {
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 4 }), (items) => {
        const log = toSarif(report(items), { rules: [] });
        expect([...sarifSchemaErrors(log), ...contractErrors(log)]).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe("the contract test", () => {
  const good = toSarif(report([finding("high", "a", 1)]), { rules: [] });
  const [run] = good.runs;
  const [result] = run.results;

  it.each([
    ["path from the root", { uri: "/etc/x" }],
    ["scheme", { uri: "cluster://x" }],
    ["way out", { uri: "../x" }],
  ])("notices a %s", (_, change) => {
    const [place] = result?.locations ?? [];
    const { physicalLocation } = place ?? good.runs[0].results[0]!.locations[0];
    const artifactLocation = { ...physicalLocation.artifactLocation, ...change };
    const changed = { ...result, locations: [{ physicalLocation: { ...physicalLocation, artifactLocation } }] };
    expect(contractErrors({ ...good, runs: [{ ...run, results: [changed] }] } as never)).not.toEqual([]);
  });

  it.each([
    ["missing fingerprint", { partialFingerprints: {} }],
    ["rule index out of range", { ruleIndex: 7 }],
    ["location of no file", { locations: [] }],
    ["suppression", { suppressions: [] }],
    ["link into nowhere", { message: { text: "[a](http://x)" } }],
  ])("notices a %s", (_, change) => {
    expect(contractErrors({ ...good, runs: [{ ...run, results: [{ ...result, ...change }] }] } as never)).not.toEqual(
      [],
    );
  });

  it("leaves line 0 to the schema", () => {
    expect(contractErrors(good)).toEqual([]);
    const text = JSON.stringify(good).replace('"startLine":1', '"startLine":0');
    expect(sarifSchemaErrors(JSON.parse(text))).not.toEqual([]);
  });
});
