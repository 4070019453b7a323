import { describe, expect, it } from "vitest";
import { type AnalyzeOptions, analyze } from "../../src/analysis/analyze.ts";
import type { IgnoreEntry } from "../../src/findings/ignore-entry.ts";
import { schemaErrors } from "../report/schemas.ts";

/** A policy that draws `policy-types-implicit` at its spec and `all-namespaces-peer` at its peer, of a namespace without a default deny for egress. */
function manifest({
  above = "",
  behind = "",
  peer = "",
  annotations = "{}",
  labels = "{}",
  namespaceAnnotations = "{}",
} = {}): string {
  return `apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { env: dev }, annotations: ${namespaceAnnotations} }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: all, namespace: shop, annotations: ${annotations}, labels: ${labels} }
${above}
spec:
  podSelector: {} ${behind}
  ingress:
    - from:
        - namespaceSelector: {} ${peer}
`;
}

interface Outcome {
  readonly told: readonly string[];
  readonly suppressed: readonly string[];
  readonly problems: readonly string[];
}

function outcome(text: string, options: AnalyzeOptions = {}): Outcome {
  const report = analyze([{ name: "policies/a.yaml", text }], options);
  expect(schemaErrors(report)).toEqual([]);
  return {
    told: report.findings.map(({ ruleId }) => ruleId),
    suppressed: report.suppressed.map(
      ({ finding, by, reason, location }) => `${finding.ruleId} by ${by} at ${location?.line}: ${reason}`,
    ),
    problems: report.inputs.problems.map(({ code, location, message }) => `${code} ${location?.line}: ${message}`),
  };
}

const plain = outcome(manifest());

describe("a comment", () => {
  it("finds something to suppress", () => {
    expect(plain.told).toEqual(
      expect.arrayContaining(["all-namespaces-peer", "missing-default-deny-egress", "policy-types-implicit"]),
    );
    expect(plain).toMatchObject({ suppressed: [], problems: [] });
  });

  it("suppresses the finding on its line, and nothing else", () => {
    const { told, suppressed, problems } = outcome(manifest({ peer: "# npa-ignore all-namespaces-peer: wanted" }));
    expect(told).toEqual(plain.told.filter((rule) => rule !== "all-namespaces-peer"));
    expect(suppressed).toEqual(["all-namespaces-peer by comment at 13: wanted"]);
    expect(problems).toEqual([]);
  });

  it("suppresses the finding on the line below, of several rules", () => {
    const above = "# npa-ignore policy-types-implicit, missing-default-deny-egress: later";
    const { suppressed, problems } = outcome(manifest({ above }));
    expect(suppressed).toEqual(["policy-types-implicit by comment at 8: later"]);
    expect(problems).toEqual([
      "unused-suppression 8: npa-ignore missing-default-deny-egress ignores no finding: remove it",
    ]);
  });

  it.each([
    ["# npa-ignore policy-types-implicit", "npa-ignore names no rule and reason: write # npa-ignore RULE: reason"],
    ["# npa-ignore", "npa-ignore names no rule and reason: write # npa-ignore RULE: reason"],
    ["# npa-ignore policy-types-implicit:", "ignoring policy-types-implicit needs a reason"],
    [
      "# npa-ignore policy-type-implicit: x",
      'there is no rule "policy-type-implicit"; did you mean policy-types-implicit?',
    ],
    ["# npa-ignore constructor: x", 'there is no rule "constructor"'],
  ])("%j is without effect, and a problem", (behind, message) => {
    const { told, suppressed, problems } = outcome(manifest({ behind }));
    expect(told).toEqual(plain.told);
    expect(suppressed).toEqual([]);
    expect(problems).toEqual([`invalid-suppression 10: ${message}`]);
  });

  it("is not called unused when its rule was not run", () => {
    const text = manifest({ behind: "# npa-ignore missing-dns-egress: x" });
    expect(outcome(text).problems).toHaveLength(1);
    expect(outcome(text, { rules: { "missing-dns-egress": { severity: "off" } } }).problems).toEqual([]);
  });
});

describe("an annotation", () => {
  it("suppresses the findings about its object", () => {
    const annotations = "{ npa.dev/ignore.all-namespaces-peer: wanted, npa.dev/ignore.policy-types-implicit: later }";
    const { told, suppressed } = outcome(manifest({ annotations }));
    expect(told).toEqual(plain.told.filter((rule) => !/all-namespaces-peer|policy-types-implicit/.test(rule)));
    expect(suppressed).toEqual([
      "all-namespaces-peer by annotation at 7: wanted",
      "policy-types-implicit by annotation at 7: later",
    ]);
  });

  it("of a namespace is about the namespace alone", () => {
    const namespaceAnnotations =
      "{ npa.dev/ignore.missing-default-deny-egress: later, npa.dev/ignore.all-namespaces-peer: wanted }";
    const { suppressed, problems } = outcome(manifest({ namespaceAnnotations }));
    expect(suppressed).toEqual(["missing-default-deny-egress by annotation at 3: later"]);
    expect(problems).toEqual([
      "unused-suppression 3: npa.dev/ignore.all-namespaces-peer ignores no finding: remove it",
    ]);
  });

  it.each([
    ["{ npa.dev/ignore.policy-types-implicit: '' }", /needs a reason/],
    ["{ npa.dev/ignore.nope: x }", /there is no rule "nope"/],
  ])("%s is without effect, and a problem", (annotations, message) => {
    const { told, problems } = outcome(manifest({ annotations }));
    expect(told).toEqual(plain.told);
    expect(problems).toMatchObject([expect.stringMatching(message)]);
  });

  const deployment = (name: string, annotations = "{}", owner = ""): string => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop, annotations: ${annotations}${owner} }
spec: { template: { metadata: { labels: { app: ${name} } }, spec: { containers: [] } } }
`;
  const policy = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec: { podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress] }
`;
  const annotated = "{ npa.dev/ignore.pod-not-isolated-ingress: batch }";

  it("of a workload takes it out of a finding about several", () => {
    const text = deployment("web") + deployment("a", annotated) + deployment("b") + deployment("c") + policy;
    // Where a new pod would be open, too, that is the finding.
    const report = analyze([{ name: "a.yaml", text }], {
      rules: { "missing-default-deny-ingress": { severity: "off" } },
    });
    const about = ({ ruleId }: { ruleId: string }): boolean => ruleId === "pod-not-isolated-ingress";
    expect(report.findings.filter(about).map(({ affected }) => affected)).toEqual([
      ["shop/b[Deployment]", "shop/c[Deployment]"],
    ]);
    expect(report.suppressed.map(({ finding }) => finding.affected)).toEqual([["shop/a[Deployment]"]]);
    expect(report.inputs.problems).toEqual([]);
  });

  it("of all workloads of a finding suppresses it", () => {
    const text = deployment("web") + deployment("a", annotated) + deployment("b", annotated) + policy;
    const report = analyze([{ name: "a.yaml", text }]);
    expect(report.findings.map(({ ruleId }) => ruleId)).not.toContain("pod-not-isolated-ingress");
    expect(report.suppressed.map(({ finding }) => finding.affectedCount)).toEqual([2]);
    expect(report.inputs.problems).toEqual([]);
  });

  it("that a controller copied says nothing of its own", () => {
    const owner = ", ownerReferences: [{ apiVersion: example.org/v1, kind: App, name: app, controller: true }]";
    const text = deployment("web", "{ npa.dev/ignore.nope: x }", owner);
    expect(analyze([{ name: "a.yaml", text }]).inputs.problems).toEqual([]);
  });
});

describe("the configuration", () => {
  const location = { file: "npa.config.yaml", line: 2, column: 5, endLine: 2, endColumn: 9, path: "ignore[0]" };
  const ignoring = (entry: Omit<IgnoreEntry, "reason">, options: AnalyzeOptions = {}): Outcome =>
    outcome(manifest({ labels: "{ team: old }" }), { ignore: [{ reason: "because", location, ...entry }], ...options });

  it.each([
    [{ rule: "all-namespaces-peer" }, ["all-namespaces-peer"]],
    [{ rule: "all-namespaces-peer", namespace: "shop" }, ["all-namespaces-peer"]],
    [{ rule: "all-namespaces-peer", namespace: "sh*" }, ["all-namespaces-peer"]],
    [{ namespace: "shop" }, plain.told],
    [{ path: "policies/**" }, plain.told],
    [{ path: "policies/*.yaml", rule: "policy-types-implicit" }, ["policy-types-implicit"]],
    [{ label: "env=dev" }, ["missing-default-deny-egress"]],
    [{ label: "team=old" }, ["all-namespaces-peer", "policy-types-implicit"]],
    [{ label: "team", rule: "policy-types-implicit" }, ["policy-types-implicit"]],
  ] as const)("%j suppresses %j", (entry, expected: readonly string[]) => {
    const { told, suppressed, problems } = ignoring(entry);
    expect(suppressed.map((line) => line.split(" ")[0] ?? "").toSorted()).toEqual([...expected].toSorted());
    expect(suppressed[0]).toMatch(/ by config at 2: because$/);
    expect(told).toEqual(plain.told.filter((rule) => !expected.includes(rule)));
    expect(problems).toEqual([]);
  });

  it.each([
    { namespace: "other" },
    { path: "*.yaml" },
    { label: "team=new" },
    { label: "constructor" },
    { rule: "all-namespaces-peer", label: "env=dev" },
  ])("%j suppresses nothing, and is called unused", (entry) => {
    const { told, problems } = ignoring(entry);
    expect(told).toEqual(plain.told);
    expect(problems).toEqual([expect.stringMatching(/^unused-suppression 2: ignore \{.+\} ignores no finding/)]);
  });

  it("names files as its own directory does", () => {
    expect(ignoring({ path: "*.yaml" }, { ignorePathOf: (file) => file.replace("policies/", "") }).told).toEqual([]);
  });

  it("holds up to its day", () => {
    const entry = { rule: "policy-types-implicit", expires: "2026-11-21" };
    expect(ignoring(entry).suppressed).toHaveLength(1);
    expect(ignoring(entry, { today: "2026-11-21" }).problems).toEqual([]);
    expect(ignoring(entry, { timestamp: "2026-11-21T23:59:59.000Z" }).suppressed).toHaveLength(1);
    for (const options of [{ today: "2026-11-22" }, { timestamp: "2026-11-22T00:00:00.000Z" }]) {
      const { told, problems } = ignoring(entry, options);
      expect(told).toEqual(plain.told);
      expect(problems).toEqual([
        "expired-suppression 2: ignore {rule: policy-types-implicit} expired after 2026-11-21: " +
          "what it ignored is reported again. Fix it, or set a later day",
      ]);
    }
  });
});

describe("what is suppressed", () => {
  it("is no gap, and is not counted", () => {
    const report = analyze([{ name: "a.yaml", text: manifest() }], { ignore: [{ namespace: "shop", reason: "x" }] });
    expect(report).toMatchObject({ findings: [], securityGaps: [] });
    expect(Object.values(report.summary.findingsBySeverity)).toEqual([0, 0, 0, 0, 0]);
    expect(report.suppressed).toHaveLength(plain.told.length);
  });

  it("is of the wanted namespaces only, and no suppression of the others is unused for that", () => {
    const text = manifest({ peer: "# npa-ignore all-namespaces-peer: wanted" });
    const other = text.replaceAll("shop", "other").replace("name: all", "name: more");
    const report = analyze([{ name: "a.yaml", text: `${text}---\n${other}` }], { namespaces: ["other"] });
    expect(report.suppressed.map(({ finding }) => finding.object.namespace)).toEqual(["other"]);
    expect(report.inputs.problems).toEqual([]);
  });
});
