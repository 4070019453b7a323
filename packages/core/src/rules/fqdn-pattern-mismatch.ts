import type { Policy, Rule } from "../model/policy.ts";
import type { AllowedRequest } from "../model/requests.ts";
import { deepPart, isEveryName, matchesNamePattern, normalName } from "../semantics/dns-names.ts";
import { limitAllows } from "../semantics/requests.ts";
import { allowingEntries } from "../semantics/rules-in-force.ts";
import type { RuleContext } from "./context.ts";
import { type Found, type RuleDefinition, defineRule } from "./define-rule.ts";
import { peerPlace, rulePlace } from "./support/places.ts";
import { policiesBeside } from "./support/policies-beside.ts";
import { clusterDomain, refusedSearch } from "./support/search-domains.ts";
import { UnknownNamespaces, unknownPolicies } from "./support/unevaluated.ts";
import { nameOf } from "./support/words.ts";

/** Flags names and patterns of Cilium that do not match what they are written for: a `*` is part of one label, and pods have no names. */
export const fqdnPatternMismatch: RuleDefinition = defineRule({
  id: "fqdn-pattern-mismatch",
  severity: "medium",
  worst: "high",
  category: "correctness",
  title: "Pattern of names misses what it is for",
  needs: ["policies"],
  fix: "none",
  check(context, report, skip) {
    const unknown = new UnknownNamespaces();
    for (const policy of context.othersOfUnion) {
      const affected = context.subjectsOf(policy);
      for (const [index, rule] of allowingEntries(policy, "egress"))
        for (const found of [...ofPeers(policy, rule, index), ...ofRequests(context, policy, rule, index)])
          report({ affected, ...found });
      const refused = ofSearch(context, policy);
      if (refused === undefined) continue;
      const namespace = policy.namespace ?? "all namespaces";
      const reason = unknownPolicies(context, namespace, "allows", "egress");
      if (reason === undefined) report({ affected, ...refused });
      else unknown.add(reason, namespace);
    }
    unknown.tell(skip);
  },
});

function ofPeers(policy: Policy, { peers }: Rule, rule: number): readonly Found[] {
  if (peers === "any") return [];
  return peers.flatMap((peer, place) => {
    if (peer.type !== "domains" || peer.stars === undefined) return [];
    const at = peerPlace(policy, "egress", rule, place);
    return peer.names.flatMap((name): readonly Found[] => {
      if (isOfCluster(name))
        return [
          {
            at,
            severity: "high",
            message: `${nameOf(policy)} allows ${name} by toFQDNs, which are about addresses outside: what a Service leads to are pods, and names never match them`,
            fix: { kind: "manual", description: "Name the pods by toEndpoints, or the Service by toServices." },
          },
        ];
      const domain = gluedDomain(name);
      if (domain === undefined) return [];
      return [
        {
          at,
          message: `${nameOf(policy)} allows ${name}, which is every name that ends so: my${domain} as well, which anybody may register, and no name below ${domain}`,
          fix: {
            kind: "manual",
            description: `Write matchPattern: "*.${domain}", and matchName: ${domain} beside it.`,
          },
        },
      ];
    });
  });
}

/** Names of Services: `api.shop.svc`, `api.shop.svc.cluster.local`. */
function isOfCluster(name: string): boolean {
  return /(?:[.]svc|[.]svc[.]cluster[.]local|^[*]+[.]cluster[.]local)$/.test(normalName(name));
}

/** `example.com` of `*example.com`: a star that is glued to a domain of two labels. */
function gluedDomain(pattern: string): string | undefined {
  return /^[*]([a-z0-9][a-z0-9-]*[.][a-z][a-z0-9-]*)$/.exec(normalName(pattern))?.[1];
}

function ofRequests(context: RuleContext, policy: Policy, { requests = [] }: Rule, rule: number): readonly Found[] {
  return [...ofPatterns(context, policy, requests, rule), ...ofNames(policy, requests, rule)];
}

/** Names that no Service has, as the namespace is left out. Resolvers ask for them too, but only after the right one. */
function ofNames(policy: Policy, requests: readonly AllowedRequest[], rule: number): readonly Found[] {
  return requests.flatMap((each): readonly Found[] => {
    const service =
      each.type === "dns" ? /^([^.]+)[.]svc[.]cluster[.]local$/.exec(normalName(each.name ?? ""))?.[1] : "";
    if (service === undefined || service === "") return [];
    const meant = `${service}.${policy.namespace ?? "NAMESPACE"}.svc.${clusterDomain}`;
    if (limitAllows(requests, { type: "dns", name: meant }) !== "no") return [];
    return [
      {
        at: rulePlace(policy, "egress", rule),
        message: `${nameOf(policy)} lets its pods look up ${service}.svc.${clusterDomain}, and no Service has such a name: names of Services are SERVICE.NAMESPACE.svc.${clusterDomain}`,
        fix: { kind: "manual", description: `Write the namespace of the Service in it, as in matchName: ${meant}.` },
      },
    ];
  });
}

function ofPatterns(
  context: RuleContext,
  policy: Policy,
  requests: readonly AllowedRequest[],
  rule: number,
): readonly Found[] {
  const shallow = requests.find((each) => each.type === "dns" && isShallow(each));
  if (shallow?.type !== "dns" || asksForServices(context, policy)) return [];
  const { pattern = "", stars } = shallow;
  const deep =
    stars === undefined
      ? `, or since Cilium 1.19 "**.${clusterDomain}", which has what resolvers search for as well`
      : "";
  return [
    {
      at: rulePlace(policy, "egress", rule),
      message: `${nameOf(policy)} lets its pods look up ${pattern}, and no Service has such a name: a * is part of one label, and names of Services are SERVICE.NAMESPACE.svc.${clusterDomain}`,
      fix: { kind: "manual", description: `Write matchPattern: "*.*.svc.${clusterDomain}"${deep}.` },
    },
  ];
}

function ofSearch(context: RuleContext, policy: Policy): Found | undefined {
  const refused = refusedSearch(context, policy);
  if (refused === undefined) return undefined;
  const { rule, name, searched } = refused;
  return {
    at: rulePlace(policy, "egress", rule),
    severity: "low",
    message: `${nameOf(policy)} lets its pods look up ${name}, and not what resolvers ask for before it, ${searched}: those that stop at a refusal, as musl of Alpine does, resolve nothing`,
    fix: {
      kind: "manual",
      description: `Set dnsConfig of the pods to \`options: [{name: ndots, value: "1"}]\`, write names with a dot at the end, or have Cilium answer that there is no such name (tofqdns-dns-reject-response-code: nameError).`,
    },
  };
}

/** Of the cluster's domain, with stars, and too short for a Service. */
function isShallow({ pattern, stars }: Extract<AllowedRequest, { type: "dns" }>): boolean {
  if (pattern === undefined || !pattern.includes("*") || isEveryName(pattern, stars)) return false;
  const name = normalName(pattern);
  if (deepPart(name, stars) !== "" || !name.endsWith(`.${clusterDomain}`)) return false;
  const labels = name.slice(0, -clusterDomain.length - 1).split(".");
  return labels.length < 3 || !matchesNamePattern(labels.at(-1) ?? "", "svc");
}

/** Whether some rule for the same pods lets them look up what a Service may be called. */
function asksForServices(context: RuleContext, policy: Policy): boolean {
  return policiesBeside(context, policy).some((other) =>
    other.rules.egress.some(
      ({ action, requests }) => action === "allow" && requests !== undefined && allowsSomeService(requests),
    ),
  );
}

function allowsSomeService(requests: readonly AllowedRequest[]): boolean {
  // A pattern that names a namespace is of Services as well.
  const named = requests.flatMap((each) => (each.type === "dns" ? (each.pattern ?? each.name ?? []) : []));
  return (
    named.some((text) => /[^.]+[.][^.]+[.]svc[.]cluster[.]local[.]?$/.test(text)) ||
    limitAllows(requests, { type: "dns", name: `name.namespace.svc.${clusterDomain}` }) !== "no"
  );
}
