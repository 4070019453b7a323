import { describe, expect, it } from "vitest";
import {
  type CustomRule,
  analyze,
  analyzeCluster,
  can,
  defineRule,
  listConnectivity,
  readManifests,
} from "../src/entries/index.ts";
import { loadPaths } from "../src/load/load-paths.ts";

const text = `
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: c, image: i}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: c, image: i, ports: [{name: sql, containerPort: 5432}]}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec: {podSelector: {matchLabels: {app: db}}, ingress: [{ports: [{port: sql}]}]}
`;
const sources = [{ name: "a.yaml", text }];

const rule: CustomRule = {
  id: "databases-are-for-apis",
  severity: "high",
  category: "security",
  title: "A database that something else than an API reaches",
  check({ cluster, selectedBy, isIsolated, canReach, report }) {
    const [policy] = cluster.policies;
    const [db] = policy === undefined ? [] : selectedBy(policy);
    const web = cluster.workloads.find(({ name }) => name === "web");
    if (policy === undefined || db === undefined || web === undefined) return;
    if (isIsolated(db, "ingress") && !isIsolated(web, "ingress") && canReach(web, db, "sql") === "yes")
      report({ at: policy, path: ["spec", "ingress", 0], message: `${web.id} reaches ${db.id}`, affected: [db] });
    for (const namespace of cluster.namespaces.values())
      report({ at: namespace, message: "a namespace", severity: "info" });
  },
};

describe("custom rules", () => {
  it("find what they look for, at its place, like the rules of the catalogue", () => {
    const { findings } = analyze(sources, { customRules: [defineRule(rule)] });
    const own = findings.filter(({ ruleId }) => ruleId === rule.id);
    expect(own.map(({ severity, message, location }) => [severity, message, location?.line])).toEqual([
      ["high", "shop/web[Pod] reaches shop/db[Pod]", 19],
      ["info", "a namespace", 2],
    ]);
    expect(own[0]?.affected).toEqual(["shop/db[Pod]"]);
  });

  it("are suppressed and configured like them", () => {
    const ignore = [{ rule: rule.id, reason: "r" }];
    const ignored = analyze(sources, { customRules: [rule], ignore });
    expect(ignored.suppressed.map(({ finding }) => finding.ruleId)).toContain(rule.id);
    const off = analyze(sources, { customRules: [rule], rules: { [rule.id]: { severity: "off" } } });
    expect(off.findings.map(({ ruleId }) => ruleId)).not.toContain(rule.id);
  });

  it("run alone when they alone are named", () => {
    const { findings } = analyze(sources, { customRules: [rule], rules: [rule.id] });
    expect(new Set(findings.map(({ ruleId }) => ruleId))).toEqual(new Set([rule.id]));
    expect(() => analyze(sources, { rules: ["nope"] })).toThrow('there is no rule "nope"');
  });

  it.each([
    [{ ...rule, id: "missing-dns-egress" }, "npa has a rule missing-dns-egress already"],
    [{ ...rule, id: "No Spaces" }, "kebab-case"],
    [{ ...rule, severity: "awful" }, "severity is one of critical"],
    [{ ...rule, category: "style" }, "category is one of security"],
    [{ ...rule, check: 1 }, "check is a function"],
  ])("refuses %#", (wrong, message) => {
    expect(() => defineRule(wrong as never)).toThrow(message);
  });

  it("are named when they throw", () => {
    const broken: CustomRule = {
      ...rule,
      check: () => {
        throw new RangeError("oops");
      },
    };
    expect(() => analyze(sources, { customRules: [broken] })).toThrow(
      "the custom rule databases-are-for-apis threw: oops",
    );
  });
});

describe("arguments of the wrong type", () => {
  it.each([
    [() => analyze("a.yaml" as never), "takes texts, not a path"],
    [() => readManifests(undefined as never), "takes a list of { name, text }, not undefined"],
    [() => readManifests([{ text: "" }] as never), "both of them strings"],
    [() => analyzeCluster(sources as never), "analyzeCluster takes a cluster, as readManifests gives it, not a list"],
    [() => listConnectivity({} as never), "takes a cluster"],
    [() => can(readManifests(sources), "web" as never), "can takes a cluster and a question"],
  ])("%# are named", (call, message) => {
    expect(call).toThrow(TypeError);
    expect(call).toThrow(message);
  });

  it("a signal ends reading", async () => {
    await expect(loadPaths(["."], { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
    await expect(loadPaths("." as never)).rejects.toThrow("loadPaths([path])");
  });
});
