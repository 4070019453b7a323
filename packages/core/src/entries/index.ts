export { type AnalyzeOptions, analyze, analyzeCluster } from "../analysis/analyze.ts";
export {
  type CustomFinding,
  type CustomPlace,
  type CustomRule,
  type CustomRuleContext,
  defineRule,
} from "../analysis/custom-rule.ts";
export { type AssessSettings, defaultAssessSettings } from "../assess/settings.ts";
export type { Config } from "../config/config.ts";
export { parseConfig } from "../config/parse-config.ts";
export { type ConnectivityOptions, buildReachability, can, countConnectivity } from "../analysis/connectivity.ts";
export {
  type ConnectivityStream,
  type ListBound,
  type ListOptions,
  listConnectivity,
  streamConnectivity,
} from "../analysis/stream-connectivity.ts";
export {
  type Diagnostic,
  type ObjectRef,
  type ProblemCode,
  type ProblemSeverity,
  problemCodes,
} from "../diagnostics/diagnostic.ts";
export { type Baseline, type BaselineEntry, baselineOf, parseBaseline } from "../findings/baseline.ts";
export type { IgnoreEntry } from "../findings/ignore-entry.ts";
export type {
  Cluster,
  ContainerPort,
  Namespace,
  NotEvaluatedObject,
  PodGroup,
  Service,
  ServiceEndpoints,
  ServicePort,
  Workload,
} from "../model/cluster.ts";
export type { InputSummary } from "../model/input-summary.ts";
export type {
  Gateway,
  GatewayListener,
  IngressRoute,
  ReferenceGrant,
  RouteBackend,
  RouteParent,
} from "../model/routes.ts";
export type {
  Direction,
  IpBlockPeer,
  Peer,
  PodPeer,
  Policy,
  PortSpec,
  Protocol,
  Rule,
  RuleAction,
  Subject,
} from "../model/policy.ts";
export type { Tier } from "../model/tier.ts";
export type { FileBuild } from "../model/file-build.ts";
export type { OverwrittenPolicy } from "../model/overwritten-policy.ts";
export type { RefusedPolicy } from "../model/refused-policy.ts";
export type { Labels, Requirement, Selector, SelectorOperator } from "../model/selector.ts";
export { type Stage, type Stopwatch } from "../lib/stopwatch.ts";
export { StageTimes } from "../analysis/stage-times.ts";
export type { Timing } from "../answers/timing.ts";
export { type Assumptions, assumptionValues, defaultAssumptions } from "../model/assumptions.ts";
export type { ParsedSource, SourceText } from "../parse/document.ts";
export type { KnownDocuments } from "../parse/parse-source.ts";
export type { Focus } from "../query/focus.ts";
export type { AllowedHeader, AllowedRequest, AskedRequest, RequestView } from "../model/requests.ts";
export { parseDnsName, parseHttpRequest } from "../query/asked-request.ts";
export type { Question } from "../query/can.ts";
export type { UncertainGroup } from "../query/group-uncertain.ts";
export { type GroupedConnectivity, type TargetGroup, groupConnections } from "../query/group-connections.ts";
export type { Reachability } from "../reachability/reachability.ts";
export {
  type DocumentOptions,
  type ReadOptions,
  type StoredObjects,
  readManifests,
  readDocuments,
} from "../read/read-manifests.ts";
export { type ClusterOfDirectory, readClusters } from "../read/read-clusters.ts";
export { type Rendering, readRendering } from "../read/rendering.ts";
export { type Environment, analyzeEnvironments } from "../analysis/environments.ts";
export * from "../report/index.ts";
export * from "../answers/api-version.ts";
export type * from "../answers/ports.ts";
export type * from "../answers/endpoint.ts";
export type * from "../answers/basis.ts";
export type * from "../answers/connectivity.ts";
export type * from "../answers/verdict.ts";
export * from "../answers/finding.ts";
export type * from "../answers/policy-metrics.ts";
export type * from "../answers/security-score.ts";
export type * from "../answers/overlap.ts";
export type * from "../answers/analysis-report.ts";
export { type CatalogRule, type RuleCatalog, ruleCatalog } from "../analysis/rule-catalog.ts";
export { type Location, type NodePath, formatPath } from "../source/position.ts";
export type { RuleConfig, RuleConfigs } from "../config/configured-rules.ts";
export type { ReportedFact } from "../answers/reported-fact.ts";
export type { AddressUse, ClusterFact, Platform } from "../model/facts.ts";
export type { ClusterCidrs, DnsServer, DnsSettings, PodTier, RuleOptionValue, RuleOptions } from "../rules/settings.ts";
export type { StopSignal } from "../lib/stoppable.ts";
export { UsageError } from "../lib/usage-error.ts";
