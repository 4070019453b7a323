import { defaultAssumptions } from "../../src/model/assumptions.ts";
import type { AnalysisReport } from "../../src/answers/analysis-report.ts";
import type { Basis } from "../../src/answers/basis.ts";
import type { ConnectivityCounts, ConnectivityList } from "../../src/answers/connectivity.ts";
import type { Finding, Severity } from "../../src/answers/finding.ts";
import type { NamespaceMetrics } from "../../src/answers/policy-metrics.ts";
import type { Verdict } from "../../src/answers/verdict.ts";

const basis: Basis = {
  assumptions: defaultAssumptions,
  notEvaluated: [],
  inputs: { files: 1, documents: 1, objects: { Pod: 1 }, skipped: 0, problems: [] },
};

export const web = "shop/web[Deployment]";
export const db = "shop/db[Pod]";

export const list: ConnectivityList = {
  apiVersion: "npa.dev/v1",
  kind: "ConnectivityList",
  endpoints: [
    { id: "external", type: "ipBlock", ranges: ["0.0.0.0-255.255.255.255"] },
    { id: db, type: "workload", namespace: "shop", name: "db", workloadKind: "Pod", pods: 1 },
    { id: web, type: "workload", namespace: "shop", name: "web", workloadKind: "Deployment", pods: 3 },
  ],
  connections: [
    { source: "external", target: web, ports: { TCP: ["8080", "9090-9100"], UDP: ["53"] }, all: false },
    { source: web, target: db, ports: {}, all: true },
  ],
  uncertain: [
    {
      source: "external",
      target: db,
      ports: { SCTP: ["1"] },
      all: false,
      because: [
        { namespace: "shop", label: "team" },
        { endpoint: db, missing: "address" },
      ],
    },
  ],
  ...basis,
};

export const counts: ConnectivityCounts = {
  apiVersion: "npa.dev/v1",
  kind: "ConnectivityCounts",
  workloads: 2,
  pods: 1200,
  policies: 3,
  podClasses: 2,
  addressClasses: 1,
  rules: 4,
  ingressSignatures: 2,
  egressSignatures: 1,
  podPairs: 1_000_000,
  possiblePodPairs: 1_438_800,
  connections: 5,
  uncertainPodPairs: 0,
  ...basis,
};

export const ref = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", namespace: "shop", name: "db" };

export function placeAt(
  line: number,
  file = "p.yaml",
): { file: string; line: number; column: number; endLine: number; endColumn: number; path: string } {
  return { file, line, column: 3, endLine: line, endColumn: 9, path: "spec" };
}

export const verdict: Verdict = {
  apiVersion: "npa.dev/v1",
  kind: "Verdict",
  source: web,
  target: db,
  answer: "yes",
  partial: false,
  parts: [{ source: web, target: db, answer: "yes", ports: { TCP: ["5432"] }, all: false }],
  ports: { TCP: ["5432"] },
  all: false,
  egress: { answer: "yes", isolated: false, allowedBy: [], blockedBy: [], passedBy: [] },
  ingress: {
    answer: "yes",
    isolated: true,
    allowedBy: [
      {
        policy: ref,
        tier: "NetworkPolicy",
        action: "allow",
        path: "spec.ingress[0]",
        location: placeAt(9),
        ports: { ports: { TCP: ["5432"] }, all: false },
        reason: "allows it",
      },
    ],
    blockedBy: [],
    passedBy: [],
  },
  because: [],
  restsOn: [],
  notes: [],
  ...basis,
};

export function finding(severity: Severity, ruleId: string, line: number, more: Partial<Finding> = {}): Finding {
  return {
    ruleId,
    severity,
    category: "security",
    message: `${ruleId} is the matter`,
    location: placeAt(line),
    object: ref,
    affected: [],
    affectedCount: 0,
    related: [],
    ...more,
  };
}

export const metrics: NamespaceMetrics = {
  policiesPerPod: { max: 1, median: 1 },
  rules: 1,
  peers: 1,
  distinctSelectors: 2,
  selectorTerms: 1,
  namedPorts: 0,
  exceptEntries: 0,
  expandedEntries: 3,
};

export function report(findings: readonly Finding[], more: Partial<AnalysisReport> = {}): AnalysisReport {
  const count = (severity: Severity): number => findings.filter((item) => item.severity === severity).length;
  return {
    apiVersion: "npa.dev/v1",
    kind: "AnalysisReport",
    timestamp: null,
    totalPolicies: 1,
    summary: {
      namespaces: 1,
      workloads: 2,
      pods: 4,
      policies: 1,
      refusedPolicies: 1,
      isolatedIngress: 1,
      isolatedEgress: 0,
      ingressRules: 1,
      egressRules: 0,
      internetIngress: 0,
      internetEgress: 1,
      podPairs: 11,
      possiblePodPairs: 12,
      uncertainPodPairs: 0,
      findingsBySeverity: {
        critical: count("critical"),
        high: count("high"),
        medium: count("medium"),
        low: count("low"),
        info: count("info"),
      },
      scoreNote: "no security score: there are no pods that policies could isolate",
    },
    namespaces: { shop: { policyCount: 1, complexityScore: 4, metrics, policies: [] } },
    performanceMetrics: {
      totalPolicies: 1,
      averageComplexity: 4,
      complexityDistribution: { min: 4, max: 4, avg: 4, median: 4 },
      performanceScore: 96,
    },
    securityScore: null,
    securityScoreDetail: {
      value: null,
      note: "no security score: there are no pods that policies could isolate",
      terms: [],
      byNamespace: {},
    },
    overallScore: null,
    optimizationOpportunities: [],
    overlaps: [],
    overlapCount: 0,
    consolidationCandidates: [],
    securityGaps: [],
    facts: [],
    findings,
    suppressed: [],
    rulesNotEvaluated: [],
    ...basis,
    ...more,
  };
}
