import { describe, expect, it } from "vitest";
import { analyze } from "../../src/analysis/analyze.ts";
import { type RuleConfigs, configuredRules } from "../../src/config/configured-rules.ts";
import type { Severity } from "../../src/answers/finding.ts";
import { defineRule } from "../../src/rules/define-rule.ts";
import { RuleContext } from "../../src/rules/context.ts";
import { buildReachability } from "../../src/analysis/connectivity.ts";
import { readManifests } from "../../src/read/read-manifests.ts";

const object = { apiVersion: "v1", kind: "Namespace", name: "shop" };
const rule = defineRule({
  id: "sample",
  severity: "medium",
  category: "security",
  title: "Sample",
  needs: ["policies"],
  fix: "none",
  check(_context, report) {
    report({ at: { object }, message: "its own" });
    report({ at: { object }, message: "said again", severity: "medium" });
    report({ at: { object }, message: "milder here", severity: "low" });
    report({ at: { object }, message: "worse here", severity: "high" });
  },
});

function severities(configs: RuleConfigs): readonly (Severity | undefined)[] {
  const found: (Severity | undefined)[] = [];
  const context = new RuleContext(buildReachability(readManifests([])));
  for (const each of configuredRules([rule], configs))
    each.check(
      context,
      ({ severity }) => found.push(severity ?? each.severity),
      () => undefined,
    );
  return found;
}

describe("configuredRules", () => {
  it.each([
    [{}, ["medium", "medium", "low", "high"]],
    [{ sample: { severity: "medium" } }, ["medium", "medium", "low", "high"]],
    [{ sample: { severity: "critical" } }, ["critical", "critical", "low", "high"]],
    [{ sample: { severity: "low" } }, ["low", "low", "low", "low"]],
    [{ sample: { severity: "info" } }, ["info", "info", "info", "info"]],
    [{ sample: { severity: "off" } }, []],
    [{ other: { severity: "off" } }, ["medium", "medium", "low", "high"]],
  ] as const)("%j", (configs, expected) => {
    expect(severities(configs)).toEqual(expected);
  });
});

describe("a configured analysis", () => {
  const policy = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
    - from: [{ namespaceSelector: { matchLabels: { team: shop } }, podSelector: { matchLabels: { app: web } } }]
      ports: [{ port: 100, endPort: 200 }]
`;
  const found = (rules: RuleConfigs): readonly string[] =>
    analyze([{ name: "a.yaml", text: policy }], { rules }).findings.map(
      ({ ruleId, severity }) => `${severity} ${ruleId}`,
    );

  it("gives options to the rule", () => {
    expect(found({})).not.toContain("medium ports-too-broad");
    expect(found({ "ports-too-broad": { options: { minimumPorts: 102 } } })).not.toContain("medium ports-too-broad");
    expect(found({ "ports-too-broad": { options: { minimumPorts: 101 } } })).toContain("medium ports-too-broad");
  });

  it("sorts by the severities that are configured", () => {
    const [first] = found({ "ports-too-broad": { severity: "critical", options: { minimumPorts: 1 } } });
    expect(first).toBe("critical ports-too-broad");
  });

  it("knows the DNS servers of the configuration", () => {
    const text = `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: web } }
spec: { containers: [] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
    - to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: dns } } }]
      ports: [{ port: 1053, protocol: UDP }, { port: 1053 }]
`;
    const rules = (dns: object): readonly string[] =>
      analyze([{ name: "a.yaml", text }], { dns }).findings.map(({ ruleId }) => ruleId);
    const selectors = [{ namespace: "dns", labels: { app: "dns" } }];
    expect(rules({})).toContain("missing-dns-egress");
    expect(rules({ selectors })).toContain("missing-dns-egress");
    expect(rules({ selectors, ports: [1053] })).not.toContain("missing-dns-egress");
    expect(rules({ selectors: [{ ...selectors[0], port: 1053 }] })).not.toContain("missing-dns-egress");
  });

  it("takes the CIDRs of pods for what is known of their addresses", () => {
    const text = `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: web } }
spec: { containers: [] }
---
apiVersion: v1
kind: Pod
metadata: { name: db, namespace: shop, labels: { app: db } }
spec: { containers: [] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec:
  podSelector: { matchLabels: { app: db } }
  ingress: [{ from: [{ ipBlock: { cidr: 10.244.0.0/16 } }] }]
`;
    const uncertain = (clusterCidrs?: { pods: string[] }): number =>
      analyze([{ name: "a.yaml", text }], {
        assumptions: { ipBlockMatchesPods: true },
        ...(clusterCidrs === undefined ? {} : { clusterCidrs }),
      }).summary.uncertainPodPairs;
    expect(uncertain()).toBe(1);
    expect(uncertain({ pods: ["10.244.0.0/16"] })).toBe(0);
  });
});
