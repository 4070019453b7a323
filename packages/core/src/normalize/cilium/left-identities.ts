import type { Peer, Rule } from "../../model/policy.ts";
import type { Requirement, Selector } from "../../model/selector.ts";
import { noNodeLabels } from "../../semantics/identity-filter.ts";
import { matchesRequirement, matchesSelector } from "../../semantics/match-selector.ts";
import { allAddresses } from "../../sets/address-set.ts";
import { difference } from "../../sets/interval-set.ts";
import { placeAddresses } from "../../sets/reserved-places.ts";
import {
  type AskedEntry,
  type CiliumEntities,
  type CiliumSide,
  certain,
  nothing,
  outside,
  type Resolved,
} from "./cilium-entities.ts";
import type { EndpointSelector } from "./endpoint-selector.ts";

const all: Selector = { requirements: [] };
const prefix = "reserved:";
/** Identities of Cilium's own endpoints and of pods that it does not manage. */
const others = ["health", "ingress", "init", "unmanaged"] as const;
const server = "kube-apiserver";
const whichWorld = "which world a cluster of its families knows";
/** "The world label of an address depends on whether the cluster has one family or both." */
const worlds = ["world", "world-ipv4", "world-ipv6"] as const;

/**
 * Whom a selector of endpoints means that asks for a reserved identity: whoever has it, if all else that it asks for holds of an
 * identity, whose only label has no value.
 */
export function askedIdentity(
  { pods: { podSelector, namespaceSelector = all } }: EndpointSelector,
  identity: string,
  entities: CiliumEntities,
  side: CiliumSide,
  entry: AskedEntry,
): Resolved {
  const asked = [...podSelector.requirements, ...namespaceSelector.requirements];
  const isMet = (...labels: readonly string[]): boolean =>
    matchesSelector({ requirements: asked }, Object.fromEntries(labels.map((name) => [`${prefix}${name}`, ""])));
  // The API server is a node or an address outside that has its label as well.
  const places = ["host", "remote-node", ...worlds].filter((name) => isMet(name, server));
  const isServer = identity === server || isMet(identity) !== isMet(identity, server);
  if (isServer && isMet(server) && places.length === worlds.length + 2) return entities.resolved(server, side, entry);
  if (isServer) {
    const possible = [...places, ...(isMet(identity) ? [identity] : [])].flatMap((name) =>
      peersOf(entities.resolved(name, side, entry)),
    );
    const ofServer = places.length === 0 ? [] : peersOf(entities.resolved(server, side, entry));
    if (possible.length === 0) return nothing;
    return {
      certain: [],
      possible: { peers: [...possible, ...ofServer].map(unnamed), why: "where the API server is" },
    };
  }
  if (!isMet(identity)) return nothing;
  const is = entities.resolved(identity, side, entry);
  if (is === "everyone" || !worlds.some((world) => world === identity)) return is;
  return { certain: [], possible: { peers: is.certain, why: whichWorld } };
}

/**
 * Whom a selector of endpoints means beside pods that only says which reserved identities it does not mean: "no namespace and no
 * cluster is added to it", so all others that its further requirements leave, which have no labels of pods.
 */
export function leftIdentities(
  { pods: { podSelector, namespaceSelector = all } }: EndpointSelector,
  entities: CiliumEntities,
  side: CiliumSide,
  entry: AskedEntry,
): readonly Resolved[] {
  const asked = [...podSelector.requirements, ...namespaceSelector.requirements];
  const reserved = asked.filter(({ key }) => key.startsWith(prefix));
  const further = asked.filter((requirement) => !reserved.includes(requirement));
  if (!matchesSelector({ requirements: further }, {})) return [];
  const means = (identity: string): boolean =>
    reserved.every((requirement) => matchesRequirement(requirement, ofIdentity(requirement, identity)));
  const nodes = (["host", "remote-node"] as const).filter(means);
  // Which node, or which address, is the API server's, is not known.
  const isOfServer = !means("kube-apiserver");
  const ofNodes = nodes
    .map((entity) => entities.resolved(entity, side, { ...entry, entities: new Set<string>(nodes) }))
    .map((is) => (nodes.length > 1 ? withoutNames(is) : is));
  const left = [
    ...others.filter(means).map((identity) => withoutNames(entities.resolved(identity, side, entry))),
    ...ofNodes.flatMap((is) =>
      isOfServer ? onlyPossible(is, "which node the API server is on") : withNodeLabels(is, further),
    ),
    ...outsideOf(worlds.filter(means).length, isOfServer, entities),
  ];
  return left.map(asOfSelector);
}

function asOfSelector(is: Resolved): Resolved {
  if (is === "everyone") return is;
  const { certain: known, possible } = is;
  const marked = (peers: readonly Peer[]): readonly Peer[] =>
    peers.map((peer) => (peer.type === "networks" ? { ...peer, ofSelector: true } : peer));
  if (possible === undefined) return { certain: marked(known) };
  const peers = possible.peers === "any" ? possible.peers : marked(possible.peers);
  return { certain: marked(known), possible: { ...possible, peers } };
}

function ofIdentity({ key }: Requirement, identity: string): string | undefined {
  return key === `${prefix}${identity}` ? "" : undefined;
}

/** What addresses outside are called depends on the families of the cluster. */
function outsideOf(meant: number, isOfServer: boolean, entities: CiliumEntities): readonly Resolved[] {
  if (meant === 0) return [];
  const peer = entities.outside(["world"], isOfServer ? allAddresses : outside);
  if (meant === worlds.length && !isOfServer) return [certain(peer)];
  const why = isOfServer ? "where the API server is" : whichWorld;
  return [{ certain: [], possible: { peers: [peer], why } }];
}

function onlyPossible(is: Resolved, why: string): readonly Resolved[] {
  if (is === "everyone") return [is];
  const peers = peersOf(is).map(unnamed).map(withoutServer);
  return [{ certain: [], possible: { peers, why } }];
}

function peersOf(is: Resolved): readonly Peer[] {
  if (is === "everyone") return [];
  return [...is.certain, ...(is.possible === undefined || is.possible.peers === "any" ? [] : is.possible.peers)];
}

function withoutNames(is: Resolved): Resolved {
  return is === "everyone" ? is : { ...is, certain: is.certain.map(unnamed) };
}

function withoutServer(peer: Peer): Peer {
  if (peer.type !== "networks") return peer;
  return { ...peer, addresses: difference(peer.addresses, placeAddresses("kube-apiserver[node]")) };
}

/** All that is no pod is not named by it, as it is not by `cluster`. */
function unnamed(peer: Peer): Peer {
  if (peer.type !== "networks") return peer;
  const { names: _, ...rest } = peer;
  return rest;
}

/** With `enable-node-selector-labels` nodes have labels, of which further requirements may ask. */
function withNodeLabels(is: Resolved, further: readonly Requirement[]): readonly Resolved[] {
  if (is === "everyone" || further.length === 0) return [is];
  const known: Pick<Rule, "knownIf"> = { knownIf: { ciliumNodeLabels: noNodeLabels } };
  return [
    { certain: [], possible: { peers: is.certain, why: "which labels nodes have", ...known } },
    ...(is.possible === undefined ? [] : [{ certain: [], possible: is.possible }]),
  ];
}
