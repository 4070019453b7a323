import type { Assumptions } from "../model/assumptions.ts";
import { directions, type Policy } from "../model/policy.ts";
import type { Selector } from "../model/selector.ts";
import { placesUnder } from "../semantics/api-server-place.ts";
import { matchesRequirement } from "../semantics/match-selector.ts";
import { decidingRules } from "../semantics/rules-in-force.ts";
import { placesOf, type ReservedPlace, selectablePlaces } from "../sets/reserved-places.ts";
import type { AddressClasses } from "./address-classes.ts";
import type { ClassId } from "./class-set.ts";
import type { PodClass } from "./pod-classes.ts";

/** The places of the reserved identities that policies or a question name; of one that none names no answer speaks. */
export function placesNamed(
  policies: readonly Policy[],
  assumptions: Pick<Assumptions, "dataplane" | "kubeApiserver">,
  asked: readonly string[] = [],
): readonly ReservedPlace[] {
  if (assumptions.dataplane !== "cilium") return [];
  const names = new Set([...asked, ...policies.flatMap(namesIn)]);
  if (names.size === 0) return [];
  const named = new Set([...names].flatMap((name) => placesOf(name) ?? []));
  return placesUnder(assumptions).filter((place) => named.has(place));
}

function namesIn(policy: Policy): readonly string[] {
  const rules = directions.flatMap((direction) => decidingRules(policy, direction));
  const peers = rules.flatMap((rule) => (rule.peers === "any" ? [] : rule.peers));
  return [
    ...(policy.subject.reserved === true ? askedFor(policy.subject.podSelector) : []),
    ...peers.flatMap((peer) => (peer.type === "networks" ? (peer.names ?? []) : [])),
  ];
}

/** The reserved identities whose label a selector asks for: no pod has it. */
export function askedFor({ requirements }: Selector): readonly string[] {
  return requirements.flatMap((requirement) =>
    requirement.key.startsWith("reserved:") && !matchesRequirement(requirement, undefined)
      ? [requirement.key.slice("reserved:".length)]
      : [],
  );
}

/** The classes of places that policies may select. They have no labels, no ports with names, and no address. */
export function reservedClasses(addresses: AddressClasses, offset: number): ReadonlyMap<ClassId, PodClass> {
  return new Map(
    selectablePlaces.flatMap((place) => {
      const own = addresses.classOfPlace(place);
      return own === undefined ? [] : [[offset + own, placeClass(offset + own)] as const];
    }),
  );
}

function placeClass(id: ClassId): PodClass {
  return {
    id,
    namespace: "",
    labels: {},
    openLabels: new Map(),
    namedPorts: new Map(),
    portProfile: -1,
    onNode: false,
    address: { type: "none", families: [] },
    members: [],
    pods: 0,
  };
}
