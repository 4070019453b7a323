import { type Direction, type PortSpec, type Protocol, type Rule, protocols } from "../model/policy.ts";
import { formatPath } from "../source/position.ts";
import { isPlain } from "./merge-rules.ts";
import { portValue } from "./policy-value.ts";
import type { RulesStep } from "./simplify-policy.ts";
import { firstNames } from "./step-words.ts";
import { pointer } from "./step.ts";

type PortRange = PortSpec & { readonly type: "range" };

/** So many single ports in a row are one range: two are easier to read as they are. */
const leastSingle = 3;

/** Makes one range of the ports of a rule that overlap or follow each other. */
export function mergePorts(rules: readonly Rule[], direction: Direction): readonly RulesStep[] {
  const steps: RulesStep[] = [];
  let current = rules;
  for (const [place, rule] of rules.entries()) {
    const { ports } = rule;
    if (ports === "any" || ports.length < 2 || !isPlain(rule)) continue;
    const runs = protocols.flatMap((protocol) => runsOf(ports, protocol).filter(isWorthIt));
    if (runs.length === 0) continue;
    const step = merged(current, place, ports, runs, direction);
    steps.push(step);
    current = step.rules;
  }
  return steps;
}

/** Ports that are one range together. */
interface Run {
  readonly members: { readonly at: number; readonly port: PortRange }[];
  range: PortRange;
}

function runsOf(ports: readonly PortSpec[], protocol: Protocol): readonly Run[] {
  const ranges = ports
    .flatMap((port, at) => (port.type === "range" && port.protocol === protocol ? [{ at, port }] : []))
    .toSorted((a, b) => a.port.from - b.port.from || a.port.to - b.port.to || a.at - b.at);
  const runs: Run[] = [];
  for (const member of ranges) {
    const last = runs.at(-1);
    if (last === undefined || member.port.from > last.range.to + 1) {
      runs.push({ members: [member], range: member.port });
      continue;
    }
    last.members.push(member);
    last.range = { ...last.range, to: Math.max(last.range.to, member.port.to) };
  }
  return runs;
}

function isWorthIt({ members }: Run): boolean {
  return members.length >= leastSingle || (members.length > 1 && members.some(({ port }) => port.from < port.to));
}

function merged(
  rules: readonly Rule[],
  place: number,
  ports: readonly PortSpec[],
  runs: readonly Run[],
  direction: Direction,
): RulesStep {
  const replacing = new Map(runs.map(({ members, range }) => [Math.min(...members.map(({ at }) => at)), range]));
  const gone = new Set(runs.flatMap(({ members }) => members.map(({ at }) => at)).filter((at) => !replacing.has(at)));
  const left = ports.flatMap((port, at) => (gone.has(at) ? [] : [replacing.get(at) ?? port]));
  const isNew = runs.some(({ members }) => members.every(({ port }) => port.from === port.to));
  const note = isNew ? "; endPort needs Kubernetes 1.25 and a network plugin that knows it" : "";
  return {
    type: "merge-ports",
    description: `write ${firstNames(runs.map(({ range }) => rangeText(range)))} as ${runs.length === 1 ? "one range" : "ranges"} in ${formatPath(["spec", direction, place])}`,
    reason: `${gone.size + runs.length} ports are ${runs.length}${note}`,
    proof: "the same ports",
    rules: rules.map((rule, i) => (i === place ? { ...rule, ports: left } : rule)),
    patch: [
      ...[...replacing].flatMap(([at, range]) =>
        rangePatch(pointer("spec", direction, place, "ports", at), ports[at], range),
      ),
      ...[...gone]
        .toSorted((a, b) => b - a)
        .map((at) => ({ op: "remove" as const, path: pointer("spec", direction, place, "ports", at) })),
    ],
  };
}

/** From a port to a range that holds it: what is written of the port stays as it is. */
function rangePatch(path: string, port: PortSpec | undefined, range: PortRange): RulesStep["patch"] {
  if (port?.type !== "range" || (range.from === 1 && range.to === 65_535))
    return [{ op: "replace", path, value: portValue(range) }];
  return [
    ...(port.from === range.from ? [] : [{ op: "replace" as const, path: `${path}/port`, value: range.from }]),
    ...(port.to === range.to && port.from < port.to
      ? []
      : [{ op: "add" as const, path: `${path}/endPort`, value: range.to }]),
  ];
}

function rangeText({ protocol, from, to }: PortRange): string {
  return `${protocol} ${from === to ? from : `${from}-${to}`}`;
}
