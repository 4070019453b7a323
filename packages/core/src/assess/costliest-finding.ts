import { type Direction, type Policy, type Rule } from "../model/policy.ts";
import type { Cluster } from "../model/cluster.ts";
import type { CostliestFinding, SecurityTermName } from "../answers/security-score.ts";
import type { Finding } from "../answers/finding.ts";
import { refKey } from "../semantics/canonical-key.ts";
import { allowingRules } from "../semantics/rules-in-force.ts";
import { faultCost, isPolicyFault } from "./policy-faults.ts";

/** What the policy that a finding is about opens. Looked up once for each policy: a finding may be about each of its rules. */
interface Opened {
  /** A rule admits everybody, to some ports or all. */
  readonly toEverybody: boolean;
  /** A rule allows everything. */
  readonly everything: Readonly<Record<Direction, boolean>>;
}

const nothingOpened: Opened = { toEverybody: false, everything: { ingress: false, egress: false } };

/** Whether a finding tells why a term is low. Few rules depend on what the policy opens, so it is looked up when asked. */
type Explains = (finding: Finding, opened: () => Opened) => boolean;

const openNamespace = "namespace-without-policies";
const openPods: Readonly<Record<Direction, readonly string[]>> = {
  ingress: ["missing-default-deny-ingress", "pod-not-isolated-ingress"],
  egress: ["missing-default-deny-egress", "pod-not-isolated-egress"],
};
/** Rules that find, among others, rules without peers and ports. */
const openRules: Readonly<Record<Direction, readonly string[]>> = {
  ingress: ["allow-all-overrides-default-deny", "all-namespaces-peer"],
  egress: ["allow-all-overrides-default-deny", "internet-egress-open"],
};

const explains: Readonly<Record<SecurityTermName, Explains>> = {
  "isolation-ingress": (finding, opened) => leavesOpen("ingress", finding, opened),
  "isolation-egress": (finding, opened) => leavesOpen("egress", finding, opened),
  tightness: (finding, opened) =>
    finding.ruleId === "all-namespaces-peer" ||
    leavesOpen("ingress", finding, opened) ||
    leavesOpen("egress", finding, opened),
  exposure: (finding, opened) =>
    ["internet-ingress-open", "internet-egress-open", "metadata-endpoint-reachable"].includes(finding.ruleId) ||
    (finding.ruleId === "all-namespaces-peer" && opened().toEverybody) ||
    leavesOpen("ingress", finding, opened) ||
    leavesOpen("egress", finding, opened),
  correctness: isPolicyFault,
};

function leavesOpen(direction: Direction, { ruleId }: Finding, opened: () => Opened): boolean {
  if (ruleId === openNamespace || openPods[direction].includes(ruleId)) return true;
  return openRules[direction].includes(ruleId) && opened().everything[direction];
}

function openedBy(policy: Policy): Opened {
  const [ingress, egress] = [allowingRules(policy, "ingress"), allowingRules(policy, "egress")];
  return {
    toEverybody: ingress.some(({ peers }) => peers === "any"),
    everything: { ingress: ingress.some(allowsEverything), egress: egress.some(allowsEverything) },
  };
}

function allowsEverything({ peers, ports }: Rule): boolean {
  return peers === "any" && ports === "any";
}

/** The findings of a cluster, asked for those that cost most. */
export class CostliestFindings {
  readonly #findings: ReadonlyMap<string, readonly Finding[]>;
  readonly #policies: ReadonlyMap<string, Policy>;
  readonly #opened = new Map<Policy, Opened>();

  constructor({ policies }: Cluster, findings: readonly Finding[]) {
    const byNamespace = new Map<string, Finding[]>();
    for (const finding of findings) {
      const namespace = namespaceOf(finding);
      const known = byNamespace.get(namespace);
      if (known === undefined) byNamespace.set(namespace, [finding]);
      else known.push(finding);
    }
    this.#findings = byNamespace;
    this.#policies = new Map(policies.map((policy) => [refKey(policy.ref), policy]));
  }

  /** The finding in a namespace that costs a term most: by the workloads it affects, for correctness by its severity. */
  in(namespace: string, term: SecurityTermName): Finding | undefined {
    let costliest: Finding | undefined;
    for (const finding of this.#findings.get(namespace) ?? []) {
      if (costOf(finding, term) === 0 || !explains[term](finding, () => this.#openedBy(finding))) continue;
      if (costliest === undefined || costOf(finding, term) > costOf(costliest, term)) costliest = finding;
    }
    return costliest;
  }

  #openedBy({ object }: Finding): Opened {
    const policy = this.#policies.get(refKey(object));
    if (policy === undefined) return nothingOpened;
    let opened = this.#opened.get(policy);
    if (opened === undefined) this.#opened.set(policy, (opened = openedBy(policy)));
    return opened;
  }
}

/** Findings are comparable within a term only. */
export function costOf({ ruleId, affectedCount, severity }: Finding, term: SecurityTermName): number {
  if (term === "correctness") return faultCost[severity];
  return term === "exposure" ? affectedCount * (exposedWays.get(ruleId) ?? 1) : affectedCount;
}

/** In how many of the three ways of exposure a rule's finding leaves pods open, where that is not one: egress is two. */
const exposedWays: ReadonlyMap<string, number> = new Map([
  ["namespace-without-policies", 3],
  ["missing-default-deny-egress", 2],
  ["pod-not-isolated-egress", 2],
  ["internet-egress-open", 2],
]);

/** What a report says of a finding beside a term. */
export function toCostliest({ ruleId, message, location }: Finding): CostliestFinding {
  return { ruleId, message, ...(location === undefined ? {} : { location }) };
}

function namespaceOf({ object }: Finding): string {
  return object.namespace ?? (object.kind === "Namespace" ? object.name : "");
}
