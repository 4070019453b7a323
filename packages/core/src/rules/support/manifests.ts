import type { Direction } from "../../model/policy.ts";
import { namespaceNameLabel } from "../../semantics/label-syntax.ts";
import type { NamespaceFacts, RuleContext } from "../context.ts";
import { type KnownDnsServer, dnsServers } from "./dns-servers.ts";
import { typeOf } from "./words.ts";

/** A policy that selects all pods of the namespace and allows nothing but, where egress is isolated, DNS. */
export function defaultDenyManifest(
  context: RuleContext,
  facts: NamespaceFacts,
  isolated: readonly Direction[],
): string {
  const name = isolated.length === 2 ? "default-deny" : `default-deny-${isolated[0]}`;
  return [
    ...head(facts, name),
    "  policyTypes:",
    ...isolated.map((direction) => `    - ${typeOf(direction)}`),
    ...(isolated.includes("egress") ? dnsRule(context) : []),
    "",
  ].join("\n");
}

function head(facts: NamespaceFacts, name: string): readonly string[] {
  return [
    "apiVersion: networking.k8s.io/v1",
    "kind: NetworkPolicy",
    "metadata:",
    `  name: ${freeName(facts, name)}`,
    `  namespace: ${scalar(facts.name)}`,
    "spec:",
    "  podSelector: {}",
  ];
}

function dnsRule(context: RuleContext): readonly string[] {
  const servers = dnsServers(context).suggested;
  const ports = [...new Set(servers.map(({ port }) => port))].toSorted((a, b) => a - b);
  return [
    "  egress:",
    "    - to:",
    ...servers.flatMap(dnsPeer),
    "      ports:",
    ...ports.flatMap((port) =>
      ["UDP", "TCP"].flatMap((protocol) => [`        - protocol: ${protocol}`, `          port: ${port}`]),
    ),
  ];
}

function dnsPeer({ namespace, labels }: KnownDnsServer): readonly string[] {
  const matchLabels = Object.entries(labels).map(([key, value]) => `              ${scalar(key)}: ${scalar(value)}`);
  return [
    "        - namespaceSelector:",
    "            matchLabels:",
    `              ${namespaceNameLabel}: ${scalar(namespace)}`,
    "          podSelector:",
    "            matchLabels:",
  ].concat(matchLabels);
}

/** A name that no policy of the namespace has: applying the suggestion must not replace one. */
function freeName(facts: NamespaceFacts, name: string): string {
  const taken = new Set(facts.policies.map((policy) => policy.name));
  let free = name;
  for (let i = 2; taken.has(free); i++) free = `${name}-${i}`;
  return free;
}

const reads = /^(?:true|false|yes|no|on|off|y|n|null)$/i;

/** Text as a YAML string: quoted where it would read as something else. */
function scalar(text: string): string {
  return /^[A-Za-z][\w./-]*$/.test(text) && !reads.test(text) ? text : JSON.stringify(text);
}
