import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { type Assumptions, assumptionValues } from "../model/assumptions.ts";
import type { AllowedOpening } from "../model/allowed-opening.ts";
import { platforms } from "../model/facts.ts";
import { parseSource } from "../parse/parse-source.ts";
import { readsOpenAssumption } from "../semantics/open-assumptions.ts";
import { severities } from "../answers/finding.ts";
import type { ClusterCidrs, DnsSelector, DnsSettings, PodTier } from "../rules/settings.ts";
import { UsageError } from "../lib/usage-error.ts";
import type { Config } from "./config.ts";
import { ConfigNode, type Readers, recordOf } from "./config-node.ts";
import { ignoreEntryOf } from "./ignore-config.ts";
import { ruleConfigsOf } from "./rule-config.ts";
import {
  addressOf,
  booleanOf,
  cidrOf,
  integerFrom,
  listOf,
  mapOf,
  namespaceOf,
  numberFrom,
  oneOf,
  portTextOf,
  textOf,
} from "./values.ts";

/** What a file may hold: `$schema` is for editors. */
interface ConfigFile extends Config {
  readonly $schema?: string;
}

const assumptionReaders: Readers<Assumptions> = {
  ipBlockMatchesPods: oneOf(assumptionValues.ipBlockMatchesPods),
  hostNetworkPodsSelected: oneOf(assumptionValues.hostNetworkPodsSelected),
  terminatedPods: oneOf(assumptionValues.terminatedPods),
  hairpinThroughService: oneOf(assumptionValues.hairpinThroughService),
  sidecarNamedPorts: oneOf(assumptionValues.sidecarNamedPorts),
  unknownNamespaceLabels: oneOf(assumptionValues.unknownNamespaceLabels),
  nodeLocalTraffic: oneOf(assumptionValues.nodeLocalTraffic),
  namespaceLabels: oneOf(assumptionValues.namespaceLabels),
  npTierFinal: oneOf(assumptionValues.npTierFinal),
  equalPriority: oneOf(assumptionValues.equalPriority),
  anpOldForm: oneOf(assumptionValues.anpOldForm),
  ingressController: openText("ingressController"),
  dataplane: oneOf(assumptionValues.dataplane),
  ciliumEnforcement: oneOf(assumptionValues.ciliumEnforcement),
  ciliumCidrMatchMode: oneOf(assumptionValues.ciliumCidrMatchMode),
  ciliumHostFirewall: oneOf(assumptionValues.ciliumHostFirewall),
  ciliumAllowLocalhost: oneOf(assumptionValues.ciliumAllowLocalhost),
  ciliumIcmpTypeZero: oneOf(assumptionValues.ciliumIcmpTypeZero),
  ciliumMissingObjects: oneOf(assumptionValues.ciliumMissingObjects),
  ciliumL7Proxy: oneOf(assumptionValues.ciliumL7Proxy),
  ciliumIcmpRules: oneOf(assumptionValues.ciliumIcmpRules),
  ciliumExtendedProtocols: oneOf(assumptionValues.ciliumExtendedProtocols),
  ciliumAuthentication: oneOf(assumptionValues.ciliumAuthentication),
  ciliumNonDefaultDeny: oneOf(assumptionValues.ciliumNonDefaultDeny),
  ciliumNetworkPolicies: oneOf(assumptionValues.ciliumNetworkPolicies),
  ciliumClusterNetworkPolicies: oneOf(assumptionValues.ciliumClusterNetworkPolicies),
  ciliumIdentityLabels: openText("ciliumIdentityLabels"),
  ciliumNodeLabels: openText("ciliumNodeLabels"),
  ciliumClusterName: openText("ciliumClusterName"),
  ciliumDefaultCluster: oneOf(assumptionValues.ciliumDefaultCluster),
  ciliumVersion: oneOf(assumptionValues.ciliumVersion),
  kubeApiserver: openText("kubeApiserver"),
  calicoVersion: oneOf(assumptionValues.calicoVersion),
  calicoTies: oneOf(assumptionValues.calicoTies),
  calicoMissingTier: oneOf(assumptionValues.calicoMissingTier),
  calicoCrdV1Types: oneOf(assumptionValues.calicoCrdV1Types),
  calicoSourcePorts: oneOf(assumptionValues.calicoSourcePorts),
  appLayerPolicy: oneOf(assumptionValues.appLayerPolicy),
};

const cidrReaders: Readers<ClusterCidrs> = { pods: listOf(cidrOf), services: listOf(cidrOf), nodes: listOf(cidrOf) };

const portOf = integerFrom(1, 65_535);
const selectorReaders: Readers<DnsSelector> = { namespace: textOf, labels: mapOf(textOf), port: portOf };
const dnsReaders: Readers<DnsSettings> = {
  selectors: listOf(dnsSelectorOf),
  ports: listOf(portOf),
  nodeLocalAddress: addressOf,
};

const tierReaders: Readers<PodTier> = {
  name: textOf,
  namespace: textOf,
  namespaceLabels: mapOf(textOf),
  labels: mapOf(textOf),
};

const openingReaders: Readers<AllowedOpening> = {
  source: textOf,
  target: textOf,
  ports: listOf(portTextOf),
  reason: textOf,
};

const readers: Readers<ConfigFile> = {
  $schema: textOf,
  allowOpened: listOf(allowedOpeningOf),
  assumptions: (node) => recordOf(node, assumptionReaders, "assumption"),
  clusterCidrs: (node) => recordOf(node, cidrReaders, "key"),
  complexityThreshold: integerFrom(0),
  defaultNamespace: namespaceOf,
  dns: (node) => recordOf(node, dnsReaders, "key"),
  domains: mapOf(listOf(addressOf)),
  failOn: oneOf([...severities, "never"]),
  ignore: listOf(ignoreEntryOf),
  maxFindings: integerFrom(0),
  overlapDetection: booleanOf,
  performanceWeight: numberFrom(0, 1),
  platform: oneOf(platforms),
  redundancyThreshold: integerFrom(0),
  rules: ruleConfigsOf,
  securityWeight: numberFrom(0, 1),
  tiers: listOf(podTierOf),
};

/** The settings that a configuration file can have. */
export const configKeys: readonly string[] = Object.keys(readers);

/**
 * Reads a configuration, YAML or JSON. Throws a UsageError with every mistake, each with its place and the nearest name;
 * an unknown key is a mistake, so that no setting is without effect because it was misspelled.
 */
export function parseConfig(text: string, fileName: string): Config {
  const problems: Diagnostic[] = [];
  const { documents, template } = parseSource(
    { name: fileName, text },
    { wants: () => true, isOurs: true },
    (problem) => {
      problems.push(problem);
    },
  );
  const [problem] = problems;
  if (problem !== undefined) throw new UsageError(problemText(problem, fileName));
  if (template !== undefined) throw new UsageError(`${fileName}:1:1: this looks like a template: render it first`);
  const [document, second] = documents;
  if (document === undefined || document.value === null) return {};
  if (second !== undefined) throw new ConfigNode(second).mistake("a configuration is one document: remove the ---");
  const { $schema: _schema, ...config } = recordOf(new ConfigNode(document), readers, "setting");
  return config;
}

function problemText({ location, message }: Diagnostic, fileName: string): string {
  const place = location === undefined ? fileName : `${location.file}:${location.line}:${location.column}`;
  return `${place}: ${message}`;
}

function dnsSelectorOf(node: ConfigNode): DnsSelector {
  const { labels, ...selector } = recordOf<DnsSelector>(node, selectorReaders, "key");
  if (labels === undefined || Object.keys(labels).length === 0) throw node.mistake("say which labels the pods have");
  return { ...selector, labels };
}

function allowedOpeningOf(node: ConfigNode): AllowedOpening {
  const { reason, ...opening } = recordOf<AllowedOpening>(node, openingReaders, "key");
  if (Object.keys(opening).length === 0) throw node.mistake("name what may open: source, target or ports");
  if (reason === undefined) throw node.mistake("say why: reason is missing");
  return { ...opening, reason };
}

function openText(
  key: "ciliumClusterName" | "ciliumIdentityLabels" | "ciliumNodeLabels" | "ingressController" | "kubeApiserver",
): (node: ConfigNode) => string {
  return (node) => {
    const text = textOf(node);
    try {
      readsOpenAssumption(key, text);
    } catch (error) {
      throw error instanceof UsageError ? node.mistake(error.message) : error;
    }
    return text;
  };
}

function podTierOf(node: ConfigNode): PodTier {
  const { name, ...pods } = recordOf<PodTier>(node, tierReaders, "key");
  if (name === undefined) throw node.mistake("give the tier a name");
  if (Object.keys(pods).length === 0)
    throw node.mistake("say which pods are in the tier: labels, namespace or namespaceLabels");
  return { name, ...pods };
}
