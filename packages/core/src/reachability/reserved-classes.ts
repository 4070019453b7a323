import type { Assumptions } from "../model/assumptions.ts";
import { directions, type Policy } from "../model/policy.ts";
import type { Selector } from "../model/selector.ts";
import { placesUnder } from "../semantics/api-server-place.ts";
import { matchesRequirement } from "../semantics/match-selector.ts";
import { decidingRules } from "../semantics/rules-in-force.ts";
import { type AddressSet, ofFamily } from "../sets/address-set.ts";
import { type Family, families } from "../sets/connection-set.ts";
import { placesIn, placesOf, type ReservedPlace, selectablePlaces } from "../sets/reserved-places.ts";
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
    ...(policy.subject.nodes === undefined ? [] : ["host", "remote-node"]),
    ...(policy.subject.reserved === true ? askedFor(policy.subject.podSelector) : []),
    ...peers.flatMap((peer) => {
      if (peer.type === "networks") return peer.names ?? [];
      return peer.type === "nodes" && peer.remote !== undefined ? ["remote-node"] : [];
    }),
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

/** The classes of places that policies may select, and those of nodes where some do. */
export function reservedClasses(
  addresses: AddressClasses,
  offset: number,
  nodes: readonly ClassId[],
): ReadonlyMap<ClassId, PodClass> {
  const places = selectablePlaces.flatMap((place) => addresses.classOfPlace(place) ?? []);
  return new Map(
    [...places.map((own) => offset + own), ...nodes].map((id) => [
      id,
      classWithoutLabels(id, familiesIn(addresses.classes[id - offset] ?? [])),
    ]),
  );
}

/** The families of some addresses; places are of any. */
function familiesIn(set: AddressSet): readonly Family[] {
  return placesIn(set).length > 0 ? [] : families.filter((family) => ofFamily(set, family).length > 0);
}

/** They have no labels and no ports with names. */
function classWithoutLabels(id: ClassId, known: readonly Family[]): PodClass {
  return {
    id,
    namespace: "",
    labels: {},
    openLabels: new Map(),
    namedPorts: new Map(),
    portProfile: -1,
    onNode: false,
    address: { type: "none", families: known },
    members: [],
    pods: 0,
  };
}
