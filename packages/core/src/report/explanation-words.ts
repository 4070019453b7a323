import type { AnswerChange, ExplainedDirection, ExplainedStep, Explanation } from "../answers/explanation.ts";
import { printable } from "./escape.ts";
import { counted, portsText } from "./words.ts";

/** Steps that do not match and come nowhere near are only counted beyond this many. */
const mostFarSteps = 5;

/** What of one end is told: the steps that matter, and how many others there are. */
export interface ToldSteps {
  readonly shown: readonly ExplainedStep[];
  readonly others: number;
}

/** The steps that match or come near, and all of a few. */
export function toldSteps({ steps, nearMisses }: ExplainedDirection): ToldSteps {
  const near = new Set(nearMisses.map(({ location }) => `${location.file} ${location.line} ${location.path}`));
  const isNear = ({ location: { file, line, path } }: ExplainedStep): boolean => near.has(`${file} ${line} ${path}`);
  const matters = steps.filter((step) => step.matches !== "no" || step.decides || isNear(step));
  const far = steps.filter((step) => !matters.includes(step));
  const kept = new Set([...matters, ...(far.length <= mostFarSteps ? far : [])]);
  const shown = steps.filter((step) => kept.has(step));
  return { shown, others: steps.length - shown.length };
}

/** What a direction comes to, in words. */
export function directionSentence({ answer, isolated, byDefault, steps }: ExplainedDirection, name: string): string {
  if (steps.length === 0) return `allowed by default: no policy selects it for ${name}`;
  if (answer === "unknown") return "not known: it depends on facts that the input does not give";
  if (answer === "no") return blockedSentence(steps);
  if (byDefault && isolated) return "allowed without a rule: what the pod's own node sends it is let in";
  if (byDefault && steps.some(({ decides, rule, action }) => decides && rule === "spec" && action === "allow"))
    return "allowed by default: no rule that is asked denies it, and no policy isolates the pods";
  if (byDefault) return "allowed by default: no rule denies it, and no policy isolates the pods";
  return "allowed by a rule";
}

function blockedSentence(steps: readonly ExplainedStep[]): string {
  const decides = (wanted: ExplainedStep["action"]): boolean =>
    steps.some(({ action, decides: does }) => does && action === wanted);
  if (!decides("deny")) return "blocked: the pods are isolated and no rule allows it";
  return decides("isolate")
    ? "blocked: a rule denies part of it, and no rule allows the rest"
    : "blocked by a rule that denies it";
}

/** Near misses that are no rule of a policy that is asked. */
export function otherMisses({ steps, nearMisses }: ExplainedDirection): ExplainedDirection["nearMisses"] {
  const told = new Set(steps.map(({ location, rule }) => `${location.file} ${location.line} ${rule}`));
  return nearMisses.filter(({ location, rule }) => !told.has(`${location.file} ${location.line} ${rule}`));
}

/** `it opens nothing else`, `it also opens 3 connections and closes 1`. */
export function effectText({ openCount, closeCount, uncertainCount }: AnswerChange): string {
  const open =
    uncertainCount === 0
      ? ""
      : `${counted(uncertainCount, "other connection")} that ${uncertainCount === 1 ? "hangs" : "hang"} on facts which the input does not give`;
  if (openCount + closeCount === 0)
    return open === "" ? "it changes nothing else" : `it changes nothing else for certain, and maybe ${open}`;
  const parts = [
    ...(openCount === 0 ? [] : [`opens ${counted(openCount, "other connection")}`]),
    ...(closeCount === 0 ? [] : [`closes ${counted(closeCount, "other connection")}`]),
  ];
  return `it also ${parts.join(" and ")}${open === "" ? "" : `, and maybe changes ${open}`}`;
}

/** What Services make of ports. */
export function servicePortTexts({ servicePorts }: Explanation): readonly string[] {
  return servicePorts.map(({ service, port, portName, targetPort, podPorts }) => {
    const named = portName === undefined ? "" : ` (${printable(portName)})`;
    const where =
      podPorts.length === 0
        ? `leads to port ${printable(targetPort)}, which no pod behind it has`
        : `leads to port ${podPorts.join(", ")} of its pods${podPorts.some((each) => each.startsWith(`${targetPort}/`)) ? "" : ` (${printable(targetPort)})`}`;
    return `Service ${printable(service)}: port ${port}${named} ${where}`;
  });
}

/** `yes  a to b : TCP 80`, without its colours. */
export function questionText(explanation: Explanation): string {
  const { source, target, port, request, answer } = explanation;
  const ports = port === undefined ? (answer === "yes" ? ` : ${portsText(explanation)}` : "") : ` on ${port}`;
  const asked = request === undefined ? "" : ` with ${printable(request)}`;
  return `${printable(`${source} to ${target}`)}${ports}${asked}`;
}

/** The assumptions that an answer may rest on, with their values. */
export function restsOnText({
  restsOn,
  assumptions,
}: Pick<Explanation, "restsOn" | "assumptions">): string | undefined {
  if (restsOn.length === 0) return undefined;
  return `it rests on ${restsOn.map((key) => `${key}=${assumptions[key]}`).join(", ")} (--assume)`;
}
