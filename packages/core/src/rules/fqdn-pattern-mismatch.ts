import type { Policy, Rule } from "../model/policy.ts";
import type { AllowedRequest } from "../model/requests.ts";
import { deepPart, exampleOf, isEveryName, matchesNamePattern, normalName } from "../semantics/dns-names.ts";
import { limitAllows } from "../semantics/requests.ts";
import { allowingEntries } from "../semantics/rules-in-force.ts";
import { relateSelectors } from "../symbolic/selector-questions.ts";
import type { RuleContext } from "./context.ts";
import { type Found, type RuleDefinition, defineRule } from "./define-rule.ts";
import { dnsAccesses } from "./support/dns-access.ts";
import { peerPlace, rulePlace } from "./support/places.ts";
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
      const refused = refusedSearch(context, policy);
      if (refused === undefined) continue;
      const namespace = policy.namespace ?? "all namespaces";
      const reason = unknownPolicies(context, namespace, "allows", "egress");
      if (reason === undefined) report({ affected, ...refused });
      else unknown.add(reason, namespace);
    }
    unknown.tell(skip);
  },
});

const stepsPerPair = 20;

/** The domain of clusters, where nothing says otherwise. */
const clusterDomain = "cluster.local";

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
  const shallow = requests.find((each) => each.type === "dns" && isShallow(each));
  if (shallow?.type !== "dns" || asksForServices(context, policy)) return [];
  const { pattern = "" } = shallow;
  return [
    {
      at: rulePlace(policy, "egress", rule),
      message: `${nameOf(policy)} lets its pods look up ${pattern}, and no Service has such a name: a * is part of one label, and names of Services are SERVICE.NAMESPACE.svc.${clusterDomain}`,
      fix: { kind: "manual", description: `Write matchPattern: "*.*.svc.${clusterDomain}".` },
    },
  ];
}

/** "options ndots:5": names with fewer dots are asked for in the search domains first. */
const dotsOfWholeNames = 5;

/** The first name that pods may look up, where they may not look up what resolvers ask before it. */
function refusedSearch(context: RuleContext, policy: Policy): Found | undefined {
  for (const [index, { requests = [] }] of allowingEntries(policy, "egress")) {
    const name = requests.map(outsideName).find((each) => each !== undefined);
    if (name === undefined) continue;
    const searched = `${name}.${policy.namespace ?? "namespace"}.svc.${clusterDomain}`;
    if (mayLookUp(context, policy, searched)) return undefined;
    return {
      at: rulePlace(policy, "egress", index),
      severity: "low",
      message: `${nameOf(policy)} lets its pods look up ${name}, and not what resolvers ask for before it, ${searched}: those that stop at a refusal, as musl of Alpine does, resolve nothing`,
      fix: {
        kind: "manual",
        description: `Set dnsConfig of the pods to \`options: [{name: ndots, value: "1"}]\`, write names with a dot at the end, or have Cilium answer that there is no such name (tofqdns-dns-reject-response-code: nameError).`,
      },
    };
  }
  return undefined;
}

/** A name outside of the cluster that a limit lets pass, as it is written or for example. */
function outsideName(allowed: AllowedRequest): string | undefined {
  if (allowed.type !== "dns") return undefined;
  const { pattern = "", stars } = allowed;
  if (isEveryName(pattern, stars)) return undefined;
  const name = allowed.name === undefined ? exampleOf(pattern, "name", stars) : normalName(allowed.name);
  const isSearched = name.split(".").length <= dotsOfWholeNames;
  return name === "" || !isSearched || name.endsWith(clusterDomain) || !name.includes(".") ? undefined : name;
}

/** Whether a rule for the same pods lets them look up a name, or all names: one on the port without a limit. */
function mayLookUp(context: RuleContext, policy: Policy, name: string): boolean {
  return policiesBeside(context, policy).some((other) =>
    other.rules.egress.some(
      (rule) =>
        rule.action === "allow" &&
        (rule.requests === undefined
          ? rule.ports !== "any" && dnsAccesses(context).opens(other, rule, "UDP")
          : limitAllows(rule.requests, { type: "dns", name }) !== "no"),
    ),
  );
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

/** The policies of the first pod that a policy selects; without pods all that may select the same. */
function policiesBeside(context: RuleContext, policy: Policy): readonly Policy[] {
  const [subject] = context.subjectsOf(policy).toArray();
  if (subject !== undefined) return context.reachability.policiesOf(subject, "egress", "possible");
  const { namespace } = policy;
  return context.unionPolicies.filter(
    (other) =>
      other.applies.egress &&
      (namespace === undefined || other.namespace === undefined || other.namespace === namespace) &&
      context.hints.spend(stepsPerPair) &&
      relateSelectors(policy.subject.podSelector, other.subject.podSelector).relation !== "disjoint",
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
