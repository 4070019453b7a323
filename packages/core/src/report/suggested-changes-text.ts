import type { ConnectionChange } from "../answers/diff.ts";
import { groupBy } from "../lib/group-by.ts";
import { changeSigns, changedPorts } from "./diff-words.ts";
import { printable } from "./escape.ts";
import { counted, grouped } from "./words.ts";

/** Beyond this nobody reads on, and `npa diff` tells. */
const listed = 2_000;

/** Changes that are alike: each source with each target, with each other source, or with itself. */
interface AlikeChanges {
  readonly sources: readonly string[];
  readonly targets: readonly string[] | "each other" | "themselves";
}

type Pair = Pick<ConnectionChange, "source" | "target">;

/**
 * What suggestions change, line by line: how many connections, and which, those that are cut first. Alike ones are one
 * line with their count; none is left out.
 */
export function suggestedChangesText(changes: readonly ConnectionChange[] | undefined): readonly string[] {
  if (changes === undefined)
    return ["the suggestions change too many connections to list: compare npa list before and after"];
  const certain = changes.filter(({ uncertain }) => uncertain !== true);
  const head = `the suggestions change ${counted(certain.length, "connection")}`;
  if (changes.length === 0) return [head];
  const count = (type: ConnectionChange["type"]): string =>
    `${grouped(certain.filter((change) => change.type === type).length)} ${type}`;
  const more = changes.length - certain.length;
  const open =
    more === 0 ? "" : `; ${grouped(more)} more may change, which hangs on facts that the input does not give`;
  const lines = harmfulFirst(changes).flatMap(alikeLines);
  const rest = lines.length - listed;
  return [
    `${head}: ${count("added")}, ${count("removed")}, ${count("changed")}${open}`,
    ...lines.slice(0, listed),
    ...(rest > 0 ? [`  and ${grouped(rest)} lines more: compare npa list before and after`] : []),
  ];
}

/**
 * The changes, those together of which the same is said: what is removed before what is changed and added, what may be so
 * last, and what pods say to each other before what goes in and out.
 */
function harmfulFirst(changes: readonly ConnectionChange[]): readonly (readonly ConnectionChange[])[] {
  const order = ["removed", "changed", "added"];
  const isOpen = ({ uncertain }: ConnectionChange): number => (uncertain === true ? order.length : 0);
  const isOutside = ({ source, target }: ConnectionChange): boolean =>
    [source, target].some((end) => !end.includes("/"));
  const rank = (change: ConnectionChange): number =>
    2 * (order.indexOf(change.type) + isOpen(change)) + Number(isOutside(change));
  const sorted = changes.toSorted((a, b) => rank(a) - rank(b));
  return [...groupBy(sorted, (change) => `${rank(change)} ${portsOf(change)}`).values()];
}

function alikeLines(changes: readonly ConnectionChange[]): readonly string[] {
  const [first] = changes;
  if (first === undefined) return [];
  return alike(changes).map((each) => {
    const number = numberOf(each);
    const count = number === 1 ? "" : ` (${counted(number, "connection")})`;
    const { sources, targets } = each;
    const ends = typeof targets === "string" ? targets : endsOf(targets);
    const maybe = first.uncertain === true ? "maybe " : "";
    return `  ${maybe}${changeSigns[first.type]} ${endsOf(sources)} -> ${ends}: ${portsOf(first)}${count}`;
  });
}

function numberOf({ sources, targets }: AlikeChanges): number {
  if (targets === "themselves") return sources.length;
  return sources.length * (targets === "each other" ? sources.length - 1 : targets.length);
}

/** First those of pods that are cut off from all of each other, then the rest. */
function alike(changes: readonly Pair[]): readonly AlikeChanges[] {
  const circles = circlesIn(changes);
  if (circles.length === 0) return products(changes);
  const circleOf = new Map(circles.flatMap((circle) => circle.map((end) => [end, circle] as const)));
  const isInCircle = ({ source, target }: Pair): boolean => circleOf.get(source)?.includes(target) === true;
  const [inside, rest] = [changes.filter(isInCircle), changes.filter((each) => !isInCircle(each))];
  const toThemselves = new Set(inside.filter(({ source, target }) => source === target).map(({ source }) => source));
  return [
    ...circles.flatMap((circle): readonly AlikeChanges[] => {
      const selves = circle.filter((end) => toThemselves.has(end));
      return [
        { sources: circle, targets: "each other" },
        ...(selves.length === 0 ? [] : [{ sources: selves, targets: "themselves" } as const]),
      ];
    }),
    ...products(rest),
  ];
}

/** Fewer are told of as well one by one. */
const smallestCircle = 3;

/** Ends of which each is a source to each other one, and that have the same targets beside. */
function circlesIn(pairs: readonly Pair[]): readonly (readonly string[])[] {
  const targetsOf = [...groupBy(pairs, ({ source }) => source)].map(([source, ofSource]) => {
    const targets = ofSource.map(({ target }) => target);
    return { source, around: JSON.stringify([...new Set([source, ...targets])].toSorted()) };
  });
  return [...groupBy(targetsOf, ({ around }) => around).values()]
    .filter(({ length }) => length >= smallestCircle)
    .map((group) => group.map(({ source }) => source));
}

/** By their sources or by their targets, whichever is shorter. */
function products(changes: readonly Pair[]): readonly AlikeChanges[] {
  const bySource = together(changes.map(({ source, target }) => [source, target] as const));
  const byTarget = together(changes.map(({ source, target }) => [target, source] as const));
  return bySource.length <= byTarget.length
    ? bySource.map(([sources, targets]) => ({ sources, targets }))
    : byTarget.map(([targets, sources]) => ({ sources, targets }));
}

/** The first ends that have the same other ends, and these. */
function together(
  pairs: readonly (readonly [string, string])[],
): readonly (readonly [readonly string[], readonly string[]])[] {
  const othersOf = [...groupBy(pairs, ([end]) => end)].map(
    ([end, ofEnd]) => [end, ofEnd.map(([, other]) => other)] as const,
  );
  return [...groupBy(othersOf, ([, others]) => JSON.stringify(others.toSorted())).values()].map((group) => [
    group.map(([end]) => end),
    group[0]?.[1] ?? [],
  ]);
}

function endsOf(ids: readonly string[]): string {
  return ids.map(printable).join(", ");
}

/** An arrow stands between ends already. */
function portsOf(change: ConnectionChange): string {
  return changedPorts(change).replace(" -> ", " becomes ");
}
