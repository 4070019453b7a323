import { finalPoliciesOf } from "../reachability/final-policies.ts";
import { portsText } from "../answers/ports-text.ts";
import type { ExplainedDirection, ExplainedStep, NearMiss } from "../answers/explanation.ts";
import type { Answer } from "../answers/verdict.ts";
import { decidingRules } from "../semantics/rules-in-force.ts";
import { refKey } from "../semantics/canonical-key.ts";
import { byTier } from "../semantics/tiers.ts";
import { type Policy, type Rule, rulePath } from "../model/policy.ts";
import { formatPorts } from "../reachability/format-ports.ts";
import { assumedController } from "../reachability/ingress-controller.ts";
import type { Bound } from "../reachability/part-expander.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { mayAdmit } from "../reachability/unknown-pod.ts";
import { type ConnectionId, noConnections } from "../sets/connection-set.ts";
import { formatPath, type NodePath } from "../source/position.ts";
import type { CanAnswer } from "./can.ts";
import { beforeText, decidedBy as deciding, finalStep, isolationStep, stepOf } from "./explain-direction.ts";
import type { RoutedQuestion } from "./from-ingress-controller.ts";
import { portLack } from "./near-miss.ts";
import type { LeadingPort } from "./service-ports.ts";

const verbs = { allow: "allows", deny: "denies", pass: "leaves to the next tier" } as const;

/** Every rule that is asked about what the ingress controller sends: who it is may not be known, the ports are. */
export function explainFromController(
  reachability: Reachability,
  question: RoutedQuestion,
  leading: readonly LeadingPort[],
  { ingress: verdict }: CanAnswer,
): ExplainedDirection {
  const { pairs } = question;
  const asked = { reachability, question, leading };
  const decidedBy = deciding(verdict);
  const decided = new Set(decidedBy.map(({ policy, path }) => `${refKey(policy)} ${path}`));
  const selecting = new Set(pairs.flatMap(({ from }) => reachability.policiesOf(from.classId, "ingress", "possible")));
  const final = new Set(pairs.flatMap(({ from }) => finalPoliciesOf(reachability, from.classId, "ingress")));
  const told = byTier([...selecting, ...final]).flatMap(({ policies }): readonly Told[] => [
    ...policies.flatMap((policy) =>
      decidingRules(policy, "ingress").flatMap((rule, i) =>
        rule.placeholder === true
          ? []
          : [ruleStep(asked, policy, rule, rulePath(policy, "ingress", i), decided, verdict.answer)],
      ),
    ),
    ...policies
      .filter(({ isolates }) => isolates.ingress)
      .map((policy) => ({ step: isolationStep(policy, "ingress", verdict) })),
    ...policies.filter((policy) => final.has(policy)).map((policy) => ({ step: finalStep(policy, verdict) })),
  ]);
  return {
    answer: verdict.answer,
    isolated: verdict.isolated,
    byDefault: !verdict.isolated && verdict.answer === "yes",
    steps: told.map(({ step }) => step),
    decidedBy,
    nearMisses: verdict.answer === "no" ? told.flatMap(({ miss }) => miss ?? []) : [],
  };
}

interface Asked {
  readonly reachability: Reachability;
  readonly question: RoutedQuestion;
  readonly leading: readonly LeadingPort[];
}

interface Told {
  readonly step: ExplainedStep;
  readonly miss?: NearMiss;
}

function ruleStep(
  asked: Asked,
  policy: Policy,
  rule: Rule,
  path: NodePath,
  decided: ReadonlySet<string>,
  answer: Answer,
): Told {
  const { reachability } = asked;
  const { table } = reachability;
  const own = portsOf(asked, rule);
  const [isCertain, isPossible] = [isMeant(asked, policy, rule, "certain"), isMeant(asked, policy, rule, "possible")];
  const decides = decided.has(`${refKey(policy.ref)} ${formatPath(path)}`);
  const ports = portsText(formatPorts(own.meant, table));
  const lacks = [
    ...(isPossible ? [] : ["the ingress controller is not among what it names"]),
    ...(own.lack === undefined ? [] : [own.lack]),
  ];
  const matches = lacks.length > 0 ? "no" : isCertain ? "yes" : "unknown";
  const because =
    matches === "no"
      ? lacks.join(", and ")
      : decides
        ? `${verbs[rule.action]} ${ports}${isCertain ? "" : ", if the source has the labels that it asks for"}`
        : `matches ${ports}, but ${beforeText(answer)}`;
  const step = stepOf(policy, path, { action: rule.action, matches, decides, because }, path);
  const isNear = isPossible && own.lack !== undefined && rule.action === "allow";
  if (!isNear) return { step };
  const { object, location } = step;
  return { step, miss: { object, rule: formatPath(path), location, lacks } };
}

/** What a rule has of what is routed; or what its ports lack. */
function portsOf(
  { reachability, question: { pairs, port }, leading }: Asked,
  rule: Rule,
): { readonly meant: ConnectionId; readonly lack?: string } {
  const { table } = reachability;
  let meant = noConnections;
  let lack: string | undefined;
  for (const pair of pairs) {
    const target = reachability.podClass(pair.from.classId);
    if (target === undefined) continue;
    const ports = reachability.rulePorts(rule, target);
    const common = table.intersection(ports, pair.asked);
    meant = table.union(meant, common);
    if (common === noConnections && pair.asked !== noConnections)
      lack ??= portLack({ reachability, direction: "ingress", pairs, port: port.label, leading }, ports, pair);
  }
  return meant === noConnections && lack !== undefined ? { meant, lack } : { meant };
}

/** Whether a rule speaks of the controllers of the input; without any, of a pod of which little is known. */
function isMeant({ reachability, question }: Asked, policy: Policy, rule: Rule, bound: Bound): boolean {
  const { controllers } = question.routed;
  if (controllers.length === 0) return mayAdmit(rule, policy, bound, assumedController(reachability));
  const peersOnly: Rule = { ...rule, ports: "any" };
  return question.pairs.some(({ from }) =>
    controllers.some(
      ({ classId }) =>
        reachability.ruleConnections(policy, peersOnly, "ingress", from.classId, classId, bound) !== noConnections,
    ),
  );
}
