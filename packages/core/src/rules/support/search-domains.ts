import type { Policy } from "../../model/policy.ts";
import type { AllowedRequest } from "../../model/requests.ts";
import { exampleOf, isEveryName, normalName } from "../../semantics/dns-names.ts";
import { limitAllows } from "../../semantics/requests.ts";
import { allowingEntries } from "../../semantics/rules-in-force.ts";
import type { RuleContext } from "../context.ts";
import { dnsAccesses } from "./dns-access.ts";
import { policiesBeside } from "./policies-beside.ts";

/** The domain of clusters, where nothing says otherwise. */
export const clusterDomain = "cluster.local";

/** "options ndots:5": names with fewer dots are asked for in the search domains first. */
const dotsOfWholeNames = 5;

/** A name that pods may look up, and what resolvers ask for before it, which they may not. */
export interface RefusedSearch {
  /** The entry of egress that lets them look up the name. */
  readonly rule: number;
  /** As it is written. */
  readonly name: string;
  readonly searched: string;
}

/** The first name that pods may look up, where they may not look up what resolvers ask before it. */
export function refusedSearch(context: RuleContext, policy: Policy): RefusedSearch | undefined {
  if (context.cluster.facts?.some(({ type }) => type === "refused-look-up") === true) return undefined;
  const dots = dotsOfSubjects(context, policy);
  for (const [rule, { requests = [] }] of allowingEntries(policy, "egress")) {
    const found = requests.map((each) => outsideName(each, dots)).find((each) => each !== undefined);
    if (found === undefined) continue;
    const domain = `${policy.namespace ?? "namespace"}.svc.${clusterDomain}`;
    if (mayLookUp(context, policy, `${found.example}.${domain}`)) return undefined;
    return { rule, name: found.written, searched: `${found.written}.${domain}` };
  }
  return undefined;
}

/** How many dots a name must have for every pod of a policy to ask for it as it is first. */
function dotsOfSubjects(context: RuleContext, policy: Policy): number {
  const members = context
    .subjectsOf(policy)
    .toArray()
    .flatMap((id) => context.reachability.podClass(id)?.members ?? []);
  const dots = members.flatMap(({ workload }) =>
    workload.groups.map(({ dnsPolicy, ndots = dotsOfWholeNames }) => (searchesCluster(dnsPolicy) ? ndots : 0)),
  );
  return dots.length === 0 ? dotsOfWholeNames : Math.max(...dots);
}

/** "Default" is what the node has, and "None" what dnsConfig says: neither has the domains of the cluster. */
function searchesCluster(dnsPolicy: string | undefined): boolean {
  return dnsPolicy !== "None" && dnsPolicy !== "Default";
}

/** A name outside of the cluster that a limit lets pass and that is searched for, as it is written and for example. */
function outsideName(
  allowed: AllowedRequest,
  dots: number,
): { readonly written: string; readonly example: string } | undefined {
  if (allowed.type !== "dns") return undefined;
  const { pattern = "", stars } = allowed;
  if (isEveryName(pattern, stars)) return undefined;
  const written = normalName(allowed.name ?? pattern);
  const example = allowed.name === undefined ? exampleOf(pattern, "name", stars) : written;
  const isSearched = example.split(".").length <= dots;
  if (example === "" || !isSearched || example.endsWith(clusterDomain) || !example.includes(".")) return undefined;
  return { written, example };
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
