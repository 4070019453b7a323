import { type Direction, directions } from "../../model/policy.ts";
import { type AddressSet, ofFamily } from "../../sets/address-set.ts";
import type { CalicoRule } from "../../model/calico.ts";
import type { CalicoPolicyDraft } from "./calico-draft.ts";
import { type Scope, scopeOf, withinOf } from "../../semantics/calico/entity-scope.ts";

/** What rules ask of the pod that the policy selects. */
export interface Narrowing {
  readonly scope: Scope;
  readonly within?: AddressSet;
  /** What is asked of addresses is asked of those of one family, for the traffic of that. */
  readonly family?: 4 | 6;
}

/** Rules that follow each other and judge the pod itself alike. */
export interface Segment {
  readonly narrowing: Narrowing | undefined;
  holds(direction: Direction, rule: number): boolean;
}

/** All of a policy whose rules do not ask for the pod itself. */
export const wholePolicy: Segment = { narrowing: undefined, holds: () => true };

const families = [4, 6] as const;

/**
 * The rules of a policy in segments, in order: one where none narrows the subject. Rules that ask for addresses of the pod
 * stand in two, one for each family: of a pod that has both the address that counts is that of the traffic's family.
 * `asksForAddresses`: whether a scope means things that stand for addresses.
 */
export function segmentsOf(policy: CalicoPolicyDraft, asksForAddresses: (scope: Scope) => boolean): readonly Segment[] {
  const written = directions.flatMap((direction) =>
    policy.rules[direction].map((rule, i) => ({ direction, i, narrowing: narrowingOf(policy, rule, direction) })),
  );
  if (written.every(({ narrowing }) => narrowing === undefined)) return [wholePolicy];
  const groups: { narrowing: Narrowing | undefined; members: Set<string> }[] = [
    { narrowing: undefined, members: new Set() },
  ];
  for (const { direction, i, narrowing } of written) {
    let last = groups.at(-1);
    if (last === undefined || narrowingKey(last.narrowing) !== narrowingKey(narrowing))
      groups.push((last = { narrowing, members: new Set() }));
    last.members.add(`${direction} ${i}`);
  }
  return groups.flatMap(({ narrowing, members }) =>
    byFamily(narrowing, asksForAddresses).map((each) => ({
      narrowing: each,
      holds: (direction, i) => members.has(`${direction} ${i}`),
    })),
  );
}

function byFamily(
  narrowing: Narrowing | undefined,
  asksForAddresses: (scope: Scope) => boolean,
): readonly (Narrowing | undefined)[] {
  if (narrowing === undefined) return [undefined];
  const { scope, within } = narrowing;
  if (within === undefined && !asksForAddresses(scope)) return [narrowing];
  return families
    .map((family) => ({
      scope,
      family,
      ...(within === undefined ? {} : { within: ofFamily(within, family) }),
    }))
    .filter((each) => each.within?.length !== 0);
}

function narrowingKey(narrowing: Narrowing | undefined): string {
  return `${JSON.stringify(narrowing?.scope)} ${narrowing?.within?.join()}`;
}

function narrowingOf(policy: CalicoPolicyDraft, rule: CalicoRule, direction: Direction): Narrowing | undefined {
  const own = direction === "ingress" ? rule.destination : rule.source;
  const scope = scopeOf(policy, own);
  const within = withinOf(own);
  if (scope.type === "any" && within === undefined) return undefined;
  return { scope, ...(within === undefined ? {} : { within }) };
}
