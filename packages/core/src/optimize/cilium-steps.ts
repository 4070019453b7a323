import { type Direction, type NetworksPeer, type Peer, type Rule, directions, rulePath } from "../model/policy.ts";
import { hasEntries } from "../semantics/entries.ts";
import { parseCidr } from "../sets/address-set.ts";
import { isSubset, unionAll } from "../sets/interval-set.ts";
import { type NodePath, type PathStep, formatPath } from "../source/position.ts";
import type { JsonValue } from "../answers/finding.ts";
import type { Candidate, PolicyObject } from "./candidate.ts";
import { joinHalves, outermost } from "./cidr-halves.ts";
import { blocksStep } from "./join-networks.ts";
import type { RepeatedRule, SaidAgain } from "./said-again.ts";
import { nameText } from "./step-words.ts";
import { pointer } from "./step.ts";

/**
 * What can go of the entries of a policy of Cilium: blocks that others of their list hold or make a whole with, then entries
 * that say what another of their list says. Places are those that are left when the candidates before are taken.
 */
export function entrySteps(object: PolicyObject, again: SaidAgain): readonly Candidate[] {
  if (!hasEntries(object.first)) return [];
  const said = new Map(again.rules(object.first).map((each) => [formatPath(pathOf(each)), each]));
  const lists = listsOf(object.value).map((list) => {
    const gone = goneEntries(list, said);
    return { list, gone, held: heldEntries(list.entries.map(withJoinedBlocks), new Set(gone.keys())) };
  });
  const blocks = lists.flatMap(({ list, gone, held }) =>
    list.entries.flatMap((entry, i) =>
      held.has(i) || gone.has(i)
        ? []
        : blockLists(entry).flatMap((name) => joined(object, list, i, name, entry[name]) ?? []),
    ),
  );
  // The last first: so the places of the others stay.
  const entries = lists.flatMap(({ list: { path, direction }, gone, held }) => {
    const told = [...gone, ...[...held].map(([i, by]) => [i, heldBy([...path, by])] as const)];
    return told.toSorted(([a], [b]) => b - a).map(([i, what]) => goneEntry(object, direction, [...path, i], what));
  });
  return [...blocks, ...entries];
}

function pathOf({ ref: { policy, direction, rule } }: RepeatedRule): NodePath {
  return rulePath(policy, direction, rule);
}

/** Entries that others of the union say again; the first stays where all could go, to isolate whom it isolates. */
function goneEntries({ path, entries }: EntryList, said: ReadonlyMap<string, RepeatedRule>): ReadonlyMap<number, Told> {
  const gone = new Map(
    entries.flatMap((_, i) => {
      const each = said.get(formatPath([...path, i]));
      return each === undefined ? [] : [[i, each] as const];
    }),
  );
  if (gone.size === entries.length) gone.delete(0);
  return gone;
}

type Entry = Readonly<Record<string, unknown>>;

/** A list of entries of one rule of Cilium: what it allows, or denies, in one direction. */
interface EntryList {
  readonly path: NodePath;
  readonly direction: Direction;
  readonly entries: readonly Entry[];
}

function listsOf(value: JsonValue): readonly EntryList[] {
  const several = valueIn(value, ["specs"]);
  const specs: readonly NodePath[] = [
    ["spec"],
    ...(Array.isArray(several) ? several.map((_, i): NodePath => ["specs", i]) : []),
  ];
  return specs.flatMap((spec) =>
    directions.flatMap((direction) =>
      [direction, `${direction}Deny`].flatMap((name) => {
        const path = [...spec, name];
        const entries = valueIn(value, path);
        return Array.isArray(entries) && entries.every(isMapping) ? [{ path, direction, entries }] : [];
      }),
    ),
  );
}

function valueIn(value: unknown, path: NodePath): unknown {
  let found = value;
  for (const step of path) {
    if (typeof found !== "object" || found === null) return undefined;
    found = (found as Readonly<Record<PathStep, unknown>>)[step]; // lists and mappings alike
  }
  return found;
}

/** Entries that another one holds, the last first, and which that is; of equal ones the first stays. */
function heldEntries(entries: readonly Entry[], gone: ReadonlySet<number>): ReadonlyMap<number, number> {
  const held = new Map<number, number>();
  for (const [i, entry] of [...entries.entries()].toReversed()) {
    if (gone.has(i)) continue;
    const by = entries.findIndex((other, j) => j !== i && !held.has(j) && !gone.has(j) && holds(other, entry));
    if (by >= 0) held.set(i, by);
  }
  return held;
}

/** An entry with its blocks as few as they can be: what is written in halves says no less. */
function withJoinedBlocks(entry: Entry): Entry {
  const lists = blockLists(entry).flatMap((name) => {
    const fewer = fewerBlocks(name, entry[name]);
    return fewer === undefined ? [] : [[name, fewer.value] as const];
  });
  return lists.length === 0 ? entry : { ...entry, ...Object.fromEntries(lists) };
}

type Told = Pick<Candidate, "proof" | "covers" | "saysLess">;

function heldBy(by: NodePath): Told {
  return { proof: `${formatPath(by)} says the same of the same`, covers: [] };
}

function goneEntry(
  object: PolicyObject,
  direction: Direction,
  path: NodePath,
  { proof, covers, saysLess = false }: Told,
): Candidate {
  const { first } = object;
  return {
    type: "redundant-rule",
    object,
    path,
    description: `delete ${formatPath(path)} of ${nameText(first)}`,
    reason: "a rule less",
    proof,
    saysLess,
    patch: () => [{ policy: first, op: "remove", path: pointer(...path) }],
    covers,
    change: (policy) => ({
      ...policy,
      rules: { ...policy.rules, [direction]: withoutEntry(policy.rules[direction], path) },
    }),
  };
}

/** Rules without an entry; those behind it in its list move up. */
function withoutEntry(rules: readonly Rule[], path: NodePath): readonly Rule[] {
  const last = path.length - 1;
  const at = Number(path[last]);
  const moved = (where: NodePath): NodePath => {
    const isIn = path.every((step, i) => i === last || step === where[i]);
    const place = where[last];
    return isIn && typeof place === "number" && place > at ? where.with(last, place - 1) : where;
  };
  return rules.flatMap((rule) => {
    if (isOf(rule, path)) return [];
    const { written } = rule;
    if (written === undefined) return [rule];
    const { path: own, peers, ports } = written;
    return [{ ...rule, written: { ...written, path: moved(own), peers: peers.map(moved), ports: ports.map(moved) } }];
  });
}

/** Lists of an entry whose items are a union. Whatever else it has must be equal: what an entity means, others beside it decide. */
const unions = /^(?:(?:from|to)(?:Endpoints|CIDR|CIDRSet)|toPorts)$/;

/** Whether an entry says all that another one says, of the same or of more. */
function holds(entry: Entry, other: Entry): boolean {
  const keys = Object.keys(other);
  if (keys.length !== Object.keys(entry).length) return false;
  return keys.every((key) => {
    const [own, its] = [entry[key], other[key]];
    if (!unions.test(key) || !Array.isArray(own) || !Array.isArray(its) || its.length === 0)
      return key in entry && textOf(own) === textOf(its);
    const texts = new Set(own.map(textOf));
    return its.every((item) => texts.has(textOf(item)));
  });
}

/** Equal for equal values, in whatever order their fields stand. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    isMapping(part) ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}

function isMapping(value: unknown): value is Entry {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function blockLists(entry: Entry): readonly string[] {
  return Object.keys(entry).filter((key) => /^(?:from|to)CIDR(?:Set)?$/.test(key));
}

/** The block that an item of a list of blocks is; undefined for one with exceptions, or that names a group. */
function blockOf(item: unknown): string | undefined {
  const text = isMapping(item) && Object.keys(item).length === 1 ? item["cidr"] : item;
  if (typeof text !== "string") return undefined;
  const parsed = parseCidr(text);
  return parsed === undefined || parsed.mapped ? undefined : text;
}

interface FewerBlocks {
  readonly was: readonly string[];
  readonly cidrs: readonly string[];
  /** The list with these in their place. */
  readonly value: readonly JsonValue[];
}

/** Blocks of a list as few as they can be, where some are halves of one, or lie in another. */
function fewerBlocks(name: string, items: unknown): FewerBlocks | undefined {
  if (!Array.isArray(items)) return undefined;
  const was = items.flatMap((item) => blockOf(item) ?? []);
  // All addresses are the world, which is more than blocks to Cilium: nobody who writes halves of it need mean that.
  const cidrs = joinHalves(outermost(was)).map(({ cidr }) => cidr);
  if (cidrs.length >= was.length || (cidrs.some(isEverything) && !was.some(isEverything))) return undefined;
  const left = items.filter((item) => blockOf(item) === undefined) as readonly JsonValue[]; // of a document
  return {
    was,
    cidrs,
    value: [...cidrs.map((cidr): JsonValue => (name.endsWith("Set") ? { cidr } : cidr)), ...left],
  };
}

function joined(
  object: PolicyObject,
  { path: list, direction }: EntryList,
  place: number,
  name: string,
  items: unknown,
): Candidate | undefined {
  const fewer = fewerBlocks(name, items);
  if (fewer === undefined || !Array.isArray(items)) return undefined;
  const entry = [...list, place];
  const path = [...entry, name];
  return blocksStep(object, path, fewer, (policy) => ({
    ...policy,
    rules: {
      ...policy.rules,
      [direction]: policy.rules[direction].map((rule) =>
        isOf(rule, entry) ? withBlocks(rule, path, items, fewer.cidrs) : rule,
      ),
    },
  }));
}

function isEverything(cidr: string): boolean {
  return cidr.endsWith("/0");
}

/** The rule with these blocks in the place of the items of a list that are plain blocks. */
function withBlocks(rule: Rule, list: NodePath, items: readonly unknown[], cidrs: readonly string[]): Rule {
  if (rule.peers === "any") return rule;
  const plain = new Set(items.flatMap((item, i) => (blockOf(item) === undefined ? [] : [formatPath([...list, i])])));
  const isBlock = (peer: Peer, at: number): peer is NetworksPeer =>
    peer.type === "networks" && plain.has(formatPath(rule.written?.peers[at] ?? []));
  const blocks = rule.peers.filter(isBlock);
  const [like] = blocks;
  if (like === undefined) return rule;
  // Nodes among the addresses may have been taken out: what a block means is what its parts do.
  const made = cidrs.map((cidr) => ({
    ...like,
    cidrs: [cidr],
    addresses: unionAll(blocks.filter((block) => lies(block, cidr)).map(({ addresses }) => addresses)),
  }));
  const others = rule.peers.flatMap((peer, at) => (isBlock(peer, at) ? [] : [{ peer, at }]));
  const peers = [...made, ...others.map(({ peer }) => peer)];
  if (rule.written === undefined) return { ...rule, peers };
  let place = 0;
  const placeOf = (path: NodePath): NodePath =>
    path.length > list.length && list.every((step, i) => step === path[i])
      ? [...list, place++, ...path.slice(list.length + 1)]
      : path;
  const written = [...made.map((): NodePath => [...list]), ...others.map(({ at }) => rule.written?.peers[at] ?? [])];
  return {
    ...rule,
    peers,
    written: {
      ...rule.written,
      peers: written.map((path, i) => (i < made.length ? [...list, place++] : placeOf(path))),
    },
  };
}

function lies({ addresses }: NetworksPeer, within: string): boolean {
  return isSubset(addresses, parseCidr(within)?.addresses ?? []);
}

function isOf({ written }: Rule, path: readonly PathStep[]): boolean {
  return (
    written !== undefined && written.path.length === path.length && written.path.every((step, i) => step === path[i])
  );
}
