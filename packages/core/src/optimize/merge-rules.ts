import { groupBy } from "../lib/group-by.ts";
import { type Direction, type Peer, type PortSpec, type Rule } from "../model/policy.ts";
import { peerKey, peersKey, portKey } from "../semantics/canonical-key.ts";
import { formatPath } from "../source/position.ts";
import { asWritten } from "./as-written.ts";
import { peerValue, portValue } from "./policy-value.ts";
import type { RulesStep } from "./simplify-policy.ts";
import { firstNames } from "./step-words.ts";
import { peersField, pointer } from "./step.ts";

interface Group {
  readonly by: "ports" | "peers";
  /** The places of at least two rules. */
  readonly members: readonly number[];
  /** Entries that are written once instead of several times. */
  readonly saved: number;
}

/** Makes one rule of those with equal ports, or of those with equal peers: whichever saves more. */
export function mergeRules(rules: readonly Rule[], direction: Direction): readonly RulesStep[] {
  const [byPorts, byPeers] = [groupsBy(rules, "ports"), groupsBy(rules, "peers")];
  const saved = (groups: readonly Group[]): number => groups.reduce((sum, group) => sum + group.saved, 0);
  const groups = saved(byPeers) > saved(byPorts) ? byPeers : byPorts;
  const steps: RulesStep[] = [];
  let current = rules;
  for (const { by, members } of groups) {
    const places = new Map(current.map((rule, i) => [rule, i]));
    const now = members.map((i) => places.get(rules[i] as Rule) ?? 0); // no group has rules of another one
    const step = merged(current, by, now, direction);
    steps.push(step);
    current = step.rules;
  }
  return steps;
}

function groupsBy(rules: readonly Rule[], by: Group["by"]): readonly Group[] {
  if (rules.length < 2) return [];
  const places = rules.flatMap((rule, i) =>
    isPlain(rule) && rule[by === "ports" ? "peers" : "ports"] !== "any" ? [i] : [],
  );
  const keyOf = by === "ports" ? portsKey : peersKey;
  return [...groupBy(places, (i) => keyOf(rules[i] as Rule))]
    .filter(([, members]) => members.length > 1)
    .map(([, members]) => {
      const [first = 0] = members;
      const repeated = rules[first]?.[by];
      const entries = repeated === undefined || repeated === "any" ? 0 : repeated.length;
      return { by, members, saved: (members.length - 1) * (1 + entries) };
    });
}

/** A rule that only says with whom and on which ports. */
export function isPlain({ action, unknown, exceptPorts, family }: Rule): boolean {
  return action === "allow" && unknown === undefined && exceptPorts === undefined && family === undefined;
}

function portsKey({ ports }: Rule): string {
  return ports === "any" ? "any" : [...new Set(ports.map(portKey))].toSorted().join(" ");
}

function merged(rules: readonly Rule[], by: Group["by"], members: readonly number[], direction: Direction): RulesStep {
  const [first = 0, ...others] = members;
  const into = rules[first] as Rule; // the places are of rules
  const list = by === "ports" ? "peers" : "ports";
  const field = list === "peers" ? peersField(direction) : "ports";
  const added =
    list === "peers"
      ? missing<Peer>(
          into.peers,
          others.map((i) => (rules[i] as Rule).peers),
          peerKey,
        )
      : missing<PortSpec>(
          into.ports,
          others.map((i) => (rules[i] as Rule).ports),
          portKey,
        );
  const values = added.map((each) => asWritten(each) ?? ("protocol" in each ? portValue(each) : peerValue(each)));
  const rule: Rule = { ...into, [list]: [...(into[list] as readonly (Peer | PortSpec)[]), ...added] };
  const path = (place: number): string => formatPath(["spec", direction, place]);
  return {
    type: "merge-rules",
    description: `move the ${list} of ${firstNames(others.map(path))} into ${path(first)}`,
    reason: `${members.length} rules have the same ${by}: one can say it all`,
    proof: `rules add up: with equal ${by}, one rule for the ${list} of all allows the same`,
    rules: rules.flatMap((each, i) => (i === first ? [rule] : others.includes(i) ? [] : [each])),
    patch: [
      ...values.map((value) => ({ op: "add" as const, path: pointer("spec", direction, first, field, "-"), value })),
      ...others.toReversed().map((i) => ({ op: "remove" as const, path: pointer("spec", direction, i) })),
    ],
  };
}

/** What lists have that the first one has not, each once. */
function missing<T>(
  known: readonly T[] | "any",
  lists: readonly (readonly T[] | "any")[],
  keyOf: (item: T) => string,
): readonly T[] {
  const seen = new Set(known === "any" ? [] : known.map(keyOf));
  return lists
    .flatMap((list) => (list === "any" ? [] : list))
    .filter((item) => !seen.has(keyOf(item)) && seen.add(keyOf(item)));
}
