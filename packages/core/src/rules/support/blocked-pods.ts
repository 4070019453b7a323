import type { Service, Workload } from "../../model/cluster.ts";
import type { RouteBackend } from "../../model/routes.ts";
import type { Policy, Rule } from "../../model/policy.ts";
import { type ClassId, ClassSet } from "../../reachability/class-set.ts";
import { backendTargets } from "../../semantics/backend-targets.ts";
import { allowingRules } from "../../semantics/rules-in-force.ts";
import { type ConnectionId, noConnections } from "../../sets/connection-set.ts";
import type { Budget } from "../../symbolic/budget.ts";
import type { RuleContext } from "../context.ts";
import type { Found } from "../define-rule.ts";
import { classesByWorkload } from "./classes-by-workload.ts";
import { podsOf } from "./listening-ports.ts";
import { relatedTo, subjectPlace } from "./places.ts";
import { connectionsText, rulePortsOn } from "./rule-connections.ts";
import { unknownPolicies } from "./unevaluated.ts";
import { listText, nameOf } from "./words.ts";

const relatedPolicies = 5;

/** Pods that nobody who may be meant can reach. */
export interface Blocked {
  /** What policies do not tell from these pods is in their classes as well. */
  readonly classes: ClassSet;
  /** The ids of the workloads that are meant, sorted. */
  readonly workloads: readonly string[];
  readonly ports: ConnectionId;
  /** Somebody who may be meant gets in, if labels that are not known are so. */
  readonly isOpen: boolean;
}

/** Whether a rule lets somebody in who may be meant: for certain, if what is not known is so, or not. */
export type Admits = (policy: Policy, rule: Rule, target: ClassId) => "yes" | "maybe" | "no";

/** Whether a rule lets in anybody at all. */
const admitsAnybody: Admits = () => "yes";

/** Where pods are looked for, and what it may cost. */
export interface Search {
  readonly context: RuleContext;
  readonly budget: Budget;
}

/** The pods behind a backend that refuse it; undefined when one does not, or when it cannot be said. */
export function blockedBehind(
  { context, budget }: Search,
  service: Service,
  backend: RouteBackend,
  admits: Admits,
): Blocked | undefined {
  const workloads = podsOf(context, service).map(({ workload }) => workload);
  const policies = context.namespace(service.namespace)?.policies.length ?? 0;
  if (!budget.spend(1 + workloads.length * (1 + policies))) return undefined;
  const portsOf = (workload: Workload): ConnectionId =>
    context.reachability.table.ofPorts(
      workload.groups.flatMap((group) =>
        backendTargets(service, backend, group).map(({ protocol, port }) => ({ protocol, from: port, to: port })),
      ),
    );
  return blockedPods(context, [...new Set(workloads)], portsOf, admits);
}

/** A workload, if its pods refuse some ports to everybody. */
export function blockedWorkload(
  { context, budget }: Search,
  workload: Workload,
  ports: ConnectionId,
): Blocked | undefined {
  if (!budget.spend(1 + (context.namespace(workload.namespace)?.policies.length ?? 0))) return undefined;
  return blockedPods(context, [workload], () => ports, admitsAnybody);
}

/** The pods that no rule which counts opens any of their ports of. All of them must refuse: a Service may have others to turn to. */
function blockedPods(
  context: RuleContext,
  workloads: readonly Workload[],
  portsOf: (workload: Workload) => ConnectionId,
  admits: Admits,
): Blocked | undefined {
  const { table } = context.reachability;
  const ids = new Set<ClassId>();
  let [wanted, isOpen] = [noConnections, false];
  for (const workload of workloads) {
    const facts = context.namespace(workload.namespace);
    const ports = portsOf(workload);
    const cannotSay = facts === undefined || unknownPolicies(context, facts.name, "allows", "ingress") !== undefined;
    if (cannotSay || ports === noConnections) return undefined;
    for (const id of classesByWorkload(context).get(workload) ?? []) {
      const answer = admittedTo(context, id, ports, admits);
      if (answer === "yes") return undefined;
      isOpen ||= answer === "maybe";
      ids.add(id);
    }
    wanted = table.union(wanted, ports);
  }
  if (ids.size === 0) return undefined;
  return {
    classes: ClassSet.fromSorted([...ids].toSorted((a, b) => a - b)),
    workloads: workloads.map(({ id }) => id).toSorted(),
    ports: wanted,
    isOpen,
  };
}

/** Whether the policies of a class let in somebody who is meant, on some of the ports. */
function admittedTo(context: RuleContext, id: ClassId, ports: ConnectionId, admits: Admits): ReturnType<Admits> {
  const { reachability } = context;
  const podClass = reachability.podClass(id);
  if (podClass === undefined || podClass.onNode || !reachability.isIsolated(id, "ingress")) return "yes";
  let best: ReturnType<Admits> = "no";
  for (const policy of reachability.policiesOf(id, "ingress")) {
    for (const rule of allowingRules(policy, "ingress")) {
      const opened = reachability.table.intersection(rulePortsOn(context, rule, podClass), ports);
      const answer = opened === noConnections ? "no" : admits(policy, rule, id);
      if (answer === "yes") return answer;
      if (answer === "maybe") best = answer;
    }
  }
  return best;
}

/** `shop/web[Deployment] on TCP 8080`. */
export function blockedText(context: RuleContext, { workloads, ports }: Blocked): string {
  return `${listText(workloads, 3, workloads.length)} on ${connectionsText(context, ports)}`;
}

/** What a finding says of blocked pods beside its message. */
export function blockedAdvice(
  context: RuleContext,
  { classes, workloads, ports }: Blocked,
): Pick<Found, "affected" | "related" | "fix"> {
  const [first = 0] = classes.boundaries;
  return {
    affected: workloads,
    related: context.reachability
      .policiesOf(first, "ingress")
      .filter(({ isolates }) => isolates.ingress)
      .slice(0, relatedPolicies)
      .map((policy) => relatedTo(subjectPlace(policy), `${nameOf(policy)} isolates the pods`)),
    fix: {
      kind: "manual",
      description: `Allow ingress to these pods on ${connectionsText(context, ports)} from where the traffic comes.`,
    },
  };
}
