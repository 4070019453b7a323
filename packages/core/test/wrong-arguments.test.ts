import { describe, expect, it } from "vitest";
import {
  type CustomRuleContext,
  UsageError,
  analyzeCluster,
  can,
  defineRule,
  listConnectivity,
  readManifests,
} from "../src/entries/index.ts";
import * as core from "../src/entries/index.ts";
import * as diff from "../src/entries/diff.ts";
import * as explain from "../src/entries/explain.ts";
import * as exposure from "../src/entries/exposure.ts";
import * as optimize from "../src/entries/optimize.ts";
import * as proof from "../src/entries/proof.ts";
import { stoppable } from "../src/lib/stoppable.ts";

const text =
  "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec: {containers: [{name: web, image: web}]}\n";
const cluster = readManifests([{ name: "a.yaml", text }]);

/** What JavaScript lets through and TypeScript would not. */
const asIs = (value: unknown): never => value as never;

describe("wrong options are told of, whatever TypeScript would have said", () => {
  it.each([
    ["namespaces takes a list of names, not a string", { namespaces: "shop" }],
    ["podCidrs takes a list of CIDRs, not a string", { podCidrs: "10.0.0.0/8" }],
    ["assumptions takes an object, not a list", { assumptions: [] }],
    ["timestamp takes a text", { timestamp: 5 }],
    ["ignore takes a list", { ignore: "x" }],
    ["customRules takes a list", { customRules: {} }],
    ["baseline.findings takes a list of entries, not null", { baseline: {} }],
    ["rules takes an object, not a string", { rules: "policy-types-implicit" }],
    [
      'rules["policy-types-implicit"] takes { severity, options }, not a string',
      { rules: { "policy-types-implicit": "high" } },
    ],
    ["severity is one of critical, high", { rules: { "policy-types-implicit": { severity: "hihg" } } }],
    ["options takes an object, not null", null],
  ])("%s", (message, options) => {
    expect(() => analyzeCluster(cluster, asIs(options))).toThrow(TypeError);
    expect(() => analyzeCluster(cluster, asIs(options))).toThrow(message);
  });

  it.each([
    ["there is no assumption", { foo: true }],
    ["the assumption ipBlockMatchesPods is one of true, false, not a string", { ipBlockMatchesPods: "yes" }],
  ])("%s", (message, assumptions) => {
    for (const ask of [
      () => analyzeCluster(cluster, asIs({ assumptions })),
      () => listConnectivity(cluster, asIs({ assumptions })),
      () => can(cluster, { source: "shop/web", target: "shop/web" }, asIs({ assumptions })),
    ]) {
      expect(ask).toThrow(UsageError);
      expect(ask).toThrow(message);
    }
  });

  it("every list, too", () => {
    expect(() => listConnectivity(cluster, asIs(null))).toThrow("options takes an object, not null");
    expect(() => listConnectivity(cluster, asIs({ namespaces: "shop" }))).toThrow("namespaces takes a list");
  });
});

describe("what writes an answer takes that answer", () => {
  // Each is given values of types that it does not take, which is what is tested.
  const writers = { ...core, ...diff, ...explain, ...exposure, ...optimize, ...proof } as unknown as Readonly<
    Record<string, (value: unknown) => unknown>
  >;
  /** Of a generator, the first piece. */
  const written = (name: string, value: unknown): unknown => {
    const result = writers[name]?.(value);
    return typeof result === "object" && result !== null && "next" in result
      ? (result as Iterator<unknown>).next() // as was just seen
      : result;
  };

  it.each([
    [
      "AnalysisReport",
      "analysisText analysisMarkdown analysisPrometheus findingsJunit toSarif sarifText filterFindings",
    ],
    ["ConnectivityCounts", "countsText countsCsv countsMarkdown"],
    ["Verdict", "verdictText verdictMarkdown verdictJson"],
    ["Explanation", "explanationText explanationMarkdown explanationMermaid"],
    ["ExposureReport", "exposureText"],
    ["OptimizationPlan", "optimizationText"],
    ["Proof", "proofText proofMarkdown"],
    ["ConnectivityDiff or EnvironmentsDiff", "diffText diffMarkdown diffCsv diffDot diffMermaid"],
  ])("%s", (kind, names) => {
    for (const name of names.split(" "))
      for (const [value, what] of [
        [undefined, "undefined"],
        ["x", "a string"],
        [[], "a list"],
        [Promise.resolve(), "an object with nothing in it"],
        [{ kind: "ConnectivityList" }, "one of the kind ConnectivityList"],
      ] as const) {
        expect(() => written(name, value)).toThrow(TypeError);
        expect(() => written(name, value)).toThrow(`takes an answer of the kind ${kind}, not ${what}`);
      }
  });

  it("findings, clusters and environments", () => {
    for (const name of ["findingsCsv", "findingsGithub", "findingsGitlab"])
      for (const value of [undefined, [], "x", { findings: "x" }])
        expect(() => written(name, value)).toThrow("takes a report with its findings");
    expect(() => core.baselineOf(asIs({}))).toThrow("baselineOf takes a list of findings");
    expect(() => core.analyzeEnvironments(asIs(cluster))).toThrow("analyzeEnvironments takes a list of environments");
    expect(() => diff.diffEnvironments([], asIs(undefined))).toThrow("diffEnvironments takes a list of environments");
    expect(() => diff.diffClusters(cluster, asIs("x"))).toThrow("diffClusters takes a cluster");
    expect(() => proof.proveClusters(asIs([]), cluster)).toThrow("proveClusters takes a cluster");
    expect(() => proof.checkClaims(asIs(null), [])).toThrow("checkClaims takes a cluster");
  });
});

describe("a custom rule", () => {
  const run = (check: (context: CustomRuleContext) => void): unknown =>
    analyzeCluster(cluster, {
      rules: ["mine"],
      customRules: [defineRule({ id: "mine", severity: "low", category: "security", title: "Mine", check })],
    });
  const [web] = cluster.workloads;

  it.each<[string, (context: CustomRuleContext) => unknown]>([
    ["report takes { at, message }", ({ report }) => report(asIs({}))],
    ["report takes { at, message }", ({ report }) => report(asIs({ at: "shop/web", message: "m" }))],
    ["affected takes workloads", ({ report }) => report(asIs({ at: web, message: "m", affected: ["shop/web"] }))],
    ["the severity of a finding is one of", ({ report }) => report(asIs({ at: web, message: "m", severity: "hihg" }))],
    ["canReach takes workloads of the cluster, not a string", ({ canReach }) => canReach(asIs("shop/web"), asIs(web))],
    ["isIsolated takes a workload, and ingress or egress", ({ isIsolated }) => isIsolated(asIs(web), asIs("in"))],
    ["selectedBy takes a policy of the cluster", ({ selectedBy }) => selectedBy(asIs("web"))],
    ["its check is asynchronous", asIs(async () => undefined)],
  ])("%s", (message, check) => {
    expect(() => run(check)).toThrow(`the custom rule mine threw: ${message}`);
  });

  it("that is stopped throws the reason of the signal, not one of its own", () => {
    let isAborted = false;
    const signal = {
      get aborted() {
        return isAborted;
      },
      reason: "enough",
    };
    const stopped = (): unknown =>
      run(({ canReach }) => {
        isAborted = true;
        for (let i = 0; i < 1000; i++) canReach(asIs(web), asIs(web));
      });
    expect(() => stoppable(signal, stopped)).toThrow("enough");
  });
});
