import { type Direction, type Policy, type Rule, directions } from "../model/policy.ts";
import { allowingRules } from "../semantics/rules-in-force.ts";
import { onceOfSpec } from "../semantics/shared-specs.ts";
import { type AddressSet, allAddresses, parseCidr } from "../sets/address-set.ts";
import { difference, intersection, isSubset, meets, unionAll } from "../sets/interval-set.ts";
import type { ClassId, ClassSet } from "../reachability/class-set.ts";
import { Budget } from "../symbolic/budget.ts";
import type { NamespaceFacts, RuleContext } from "./context.ts";
import { type Found, type Place, type RuleDefinition, defineRule } from "./define-rule.ts";
import { intersectSets } from "./support/class-sets.ts";
import { isDnsOnly } from "./support/dns-access.ts";
import { type WrittenBlock, addressesOfCidr, ipBlocks } from "./support/ip-blocks.ts";
import { isAnyDenied, isOpenTo } from "./support/opened.ts";
import { peerPlace, relatedTo, rulePlace } from "./support/places.ts";
import { rulePortsOn } from "./support/rule-connections.ts";
import { commonPorts, costOf } from "./support/ports.ts";
import { sharedSubjects } from "./support/shared-subjects.ts";
import { listText, nameOf, portsText } from "./support/words.ts";

const relatedOpenings = 10;

/** Steps that all of the comparing may cost. */
const steps = 2_000_000;

/** Flags exceptions that something else lets in again: an except takes away from its own block, it denies nothing. */
export const exceptReallowed: RuleDefinition = defineRule({
  id: "except-reallowed",
  severity: "high",
  category: "security",
  concern: "defect",
  title: "Exception allowed again elsewhere",
  needs: ["policies"],
  fix: "none",
  dependsOn: "namespace",
  check(context, report, skip) {
    const budget = new Budget(steps);
    for (const facts of context.namespaces) {
      for (const direction of directions) {
        const careful = carefulBlocks(facts, direction);
        if (careful.length === 0) continue;
        const openings = new OpeningsByPod(context, openingsIn(context, facts, direction));
        for (const block of careful) {
          if (budget.exhausted) break;
          const excepted = exceptedBy(block);
          const again = openings.near(block.policy).filter((opening) => {
            const ports = costOf(block.rule.ports) + costOf(opening.rule.ports);
            return (
              budget.spend(ports + excepted.length + opening.addresses.length) &&
              isAllowedAgain(block, excepted, opening) &&
              isStillOpen(
                context,
                block,
                excepted,
                opening,
                sharedSubjects(context, block.policy, opening.policy, budget),
              )
            );
          });
          if (again.length > 0) report(found(context, block, excepted, again));
        }
      }
    }
    if (budget.exhausted) skip("the ipBlocks are too many to compare them all");
  },
});

/** Something that lets addresses in or out. */
interface Opening {
  readonly policy: Policy;
  readonly rule: Rule;
  readonly at: Place;
  readonly path: string;
  readonly text: string;
  readonly addresses: AddressSet;
}

/** A policy for more classes of pods than this is compared with all others. */
const fewClasses = 32;

/** The openings of a namespace by the pods that they are for, so that a policy meets few that share no pod with it. */
class OpeningsByPod {
  readonly #context: RuleContext;
  readonly #all: readonly Opening[];
  readonly #wide: readonly Opening[];
  readonly #byClass = new Map<ClassId, Opening[]>();

  constructor(context: RuleContext, openings: readonly Opening[]) {
    this.#context = context;
    this.#all = openings;
    const isWide = ({ policy }: Opening): boolean => context.subjectsOf(policy).size > fewClasses;
    this.#wide = openings.filter(isWide);
    for (const opening of openings) {
      if (isWide(opening)) continue;
      context.subjectsOf(opening.policy).forEach((id) => {
        const known = this.#byClass.get(id);
        if (known === undefined) this.#byClass.set(id, [opening]);
        else known.push(opening);
      });
    }
  }

  /** The openings for some of the pods of a policy; all where it has no pods in the input. */
  near(policy: Policy): readonly Opening[] {
    const subjects = this.#context.subjectsOf(policy);
    if (subjects.size === 0 || subjects.size > fewClasses) return this.#all;
    const found = new Set<Opening>();
    subjects.forEach((id) => {
      for (const opening of this.#byClass.get(id) ?? []) found.add(opening);
    });
    return [...found, ...this.#wide];
  }
}

function carefulBlocks({ policies }: NamespaceFacts, direction: Direction): readonly WrittenBlock[] {
  return policies
    .filter(leavesAddressesOut)
    .flatMap((policy) =>
      ipBlocks(policy).filter((block) => block.direction === direction && block.peer.except.length > 0),
    );
}

/** Few policies do. */
const leavesAddressesOut = onceOfSpec(({ rules }) =>
  directions.some((direction) =>
    rules[direction].some(
      ({ peers }) => peers !== "any" && peers.some((peer) => peer.type === "ipBlock" && peer.except.length > 0),
    ),
  ),
);

function exceptedBy({ peer }: WrittenBlock): AddressSet {
  return difference(addressesOfCidr(peer), peer.addresses);
}

function openingsIn(context: RuleContext, { policies }: NamespaceFacts, direction: Direction): readonly Opening[] {
  return policies.flatMap((policy) =>
    allowingRules(policy, direction).flatMap((rule, i): Opening[] => {
      if (rule.peers !== "any" && !rule.peers.some(({ type }) => type === "ipBlock")) return [];
      // Asking DNS wherever it is does not mean to open the addresses.
      if (isDnsOnly(rule, context)) return [];
      if (rule.peers === "any") {
        const at = rulePlace(policy, direction, i);
        return [{ policy, rule, at, path: `${i}`, text: "a rule without peers", addresses: allAddresses }];
      }
      return rule.peers.flatMap((peer, j) => {
        if (peer.type !== "ipBlock") return [];
        const at = peerPlace(policy, direction, i, j, ["ipBlock"]);
        return [{ policy, rule, at, path: `${i}.${j}`, text: peer.cidr, addresses: peer.addresses }];
      });
    }),
  );
}

function isAllowedAgain(block: WrittenBlock, excepted: AddressSet, opening: Opening): boolean {
  const isItself = opening.policy === block.policy && opening.path === `${block.ruleIndex}.${block.peerIndex}`;
  return (
    !isItself &&
    intersection(excepted, opening.addresses).length > 0 &&
    commonPorts(block.rule.ports, opening.rule.ports) !== undefined
  );
}

/** Whether there are pods that both select, and no other policy denies it to all of them. */
function isStillOpen(
  context: RuleContext,
  { direction }: WrittenBlock,
  excepted: AddressSet,
  { rule, addresses }: Opening,
  shared: ClassSet | undefined,
): boolean {
  if (shared === undefined || !isAnyDenied(context, direction)) return shared !== undefined;
  const again = intersection(excepted, addresses);
  const { reachability } = context;
  const peers = reachability.addresses.classes.flatMap((each, i) =>
    meets(each, again) ? [reachability.pods.classes.length + i] : [],
  );
  const [some] = shared.toArray();
  const subject = some === undefined ? undefined : reachability.podClass(some);
  return subject === undefined || isOpenTo(context, shared, direction, peers, rulePortsOn(context, rule, subject));
}

function found(context: RuleContext, block: WrittenBlock, excepted: AddressSet, again: readonly Opening[]): Found {
  const { policy, direction, ruleIndex, peerIndex, peer, rule } = block;
  const [first] = again as readonly [Opening, ...Opening[]]; // the caller has found one
  const all = unionAll(again.map(({ addresses }) => addresses));
  const isRange = (text: string): boolean => intersection(parseCidr(text)?.addresses ?? [], all).length > 0;
  const ranges = peer.except.filter(isRange);
  const at = peer.except.findIndex(isRange);
  const isMeant = !isSubset(excepted, all) && again.every(({ addresses }) => isSubset(addresses, excepted));
  const ports = commonPorts(rule.ports, first.rule.ports) ?? "any";
  const where = first.policy === policy ? "the policy itself" : nameOf(first.policy);
  const by = [...new Set(again.map(({ text }) => text))];
  return {
    at: peerPlace(policy, direction, ruleIndex, peerIndex, ["ipBlock", "except", at]),
    message: `${nameOf(policy)} (${direction}) leaves ${listText(ranges)} out of ${peer.cidr}, but for the same pods ${where} allows ${isMeant ? "a part of it" : "it"} on ${portsText(ports)} (${listText(by)}): an except denies nothing`,
    ...(isMeant ? { severity: "info" } : {}),
    affected: intersectSets(context.subjectsOf(policy), context.subjectsOf(first.policy)),
    related: again.slice(0, relatedOpenings).map((opening) => relatedTo(opening.at, `${opening.text} allows it`)),
  };
}
