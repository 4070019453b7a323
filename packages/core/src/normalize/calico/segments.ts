import { type Direction, directions } from "../../model/policy.ts";
import type { SelectorTree } from "../../semantics/calico/parse-selector.ts";
import { type AddressSet, allAddresses } from "../../sets/address-set.ts";
import { difference } from "../../sets/interval-set.ts";
import type { CalicoPolicyDraft, CalicoRule, EntityRule } from "./calico-draft.ts";
import { and, not, ofNamespace, serviceAccountTree } from "./selector-trees.ts";

/** What rules ask of the pod that the policy selects. */
export interface Narrowing {
  readonly tree?: SelectorTree;
  readonly within?: AddressSet;
}

/** Rules that follow each other and judge the pod itself alike. */
export interface Segment {
  readonly narrowing: Narrowing | undefined;
  holds(direction: Direction, rule: number): boolean;
}

/** The rules of a policy in segments, in order: one where none narrows the subject. */
export function segmentsOf({ rules }: CalicoPolicyDraft): readonly Segment[] {
  const written = directions.flatMap((direction) =>
    rules[direction].map((rule, i) => ({ direction, i, narrowing: narrowingOf(rule, direction) })),
  );
  if (written.every(({ narrowing }) => narrowing === undefined)) return [{ narrowing: undefined, holds: () => true }];
  const segments: { narrowing: Narrowing | undefined; members: Set<string> }[] = [
    { narrowing: undefined, members: new Set() },
  ];
  for (const { direction, i, narrowing } of written) {
    let last = segments.at(-1);
    if (last === undefined || narrowingKey(last.narrowing) !== narrowingKey(narrowing))
      segments.push((last = { narrowing, members: new Set() }));
    last.members.add(`${direction} ${i}`);
  }
  return segments.map(({ narrowing, members }) => ({
    narrowing,
    holds: (direction, i) => members.has(`${direction} ${i}`),
  }));
}

function narrowingKey(narrowing: Narrowing | undefined): string {
  return `${JSON.stringify(narrowing?.tree)} ${narrowing?.within?.join()}`;
}

function narrowingOf(rule: CalicoRule, direction: Direction): Narrowing | undefined {
  const own = direction === "ingress" ? rule.destination : rule.source;
  const { selector, notSelector, namespaceSelector, serviceAccounts } = own;
  const parts = [
    ...(selector === undefined ? [] : [selector.tree]),
    ...(notSelector === undefined ? [] : [not(notSelector.tree)]),
    ...(namespaceSelector === undefined ? [] : [ofNamespace(namespaceSelector.tree)]),
    ...(serviceAccounts === undefined ? [] : [serviceAccountTree(serviceAccounts)]),
  ];
  const within = withinOf(own);
  if (parts.length === 0 && within === undefined) return undefined;
  return { ...(parts.length === 0 ? {} : { tree: and(...parts) }), ...(within === undefined ? {} : { within }) };
}

/** The addresses that an end may have; undefined: any. */
export function withinOf({ nets, notNets }: EntityRule): AddressSet | undefined {
  if (nets === undefined && notNets === undefined) return undefined;
  return difference(nets ?? allAddresses, notNets ?? []);
}
