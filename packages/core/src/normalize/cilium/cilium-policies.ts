import { afterCilium } from "../../model/assumptions.ts";
import type { HostPolicy, Service } from "../../model/cluster.ts";
import {
  directions,
  type NodesPeer,
  type Peer,
  type PodBox,
  type Policy,
  type Rule,
  type UnderAssumption,
} from "../../model/policy.ts";
import type { Selector } from "../../model/selector.ts";
import { matchesSelector } from "../../semantics/match-selector.ts";
import { networkPolicyTier } from "../../semantics/tiers.ts";
import type { AddressSet } from "../../sets/address-set.ts";
import { difference, unionAll } from "../../sets/interval-set.ts";
import { noLabels } from "../string-map.ts";
import {
  type AskedEntry,
  certain,
  CiliumEntities,
  type CiliumSide,
  outside,
  possibly,
  type Resolved,
} from "./cilium-entities.ts";
import { askedIdentity, leftIdentities } from "./left-identities.ts";
import { addressesOfGroups, isPositive } from "./labelled-objects.ts";
import { selectsDns } from "./service-selector.ts";
import { isService, type PlacedService, readingsOf, type ResolvedService } from "./service-peers.ts";
import type { NodePath } from "../../source/position.ts";
import type { CiliumDraft, CiliumEntry, CiliumGrant, CiliumPeer, CiliumPolicyDraft } from "./cilium-draft.ts";

/** What the peers of policies are resolved against. */
export interface CiliumGround {
  readonly draft: CiliumDraft;
  readonly services: readonly Service[];
  /** The addresses of the nodes of the input. */
  readonly nodes: AddressSet;
}

/** Of a policy that selects pods, and of one that selects nodes. */
export interface CiliumPolicies {
  readonly policies: readonly Policy[];
  readonly hostPolicies: readonly HostPolicy[];
}

const ofCiliumOnly: readonly UnderAssumption[] = (["kubernetes", "calico"] as const).map((dataplane) => ({
  is: { dataplane },
  instead: "not in force",
}));

const all: Selector = { requirements: [] };

type OtherPeer = Exclude<CiliumPeer, { type: "service" }>;

/** Makes a rule of an entry for some peers, with where they stand. */
type RuleMaker = (peers: Rule["peers"], places: readonly NodePath[]) => Rule;

/** "Host policies only take effect where the host firewall is enabled." */
/** "enable-non-default-deny-policies" is there since 1.17. */
const withoutNonDefaultDeny = afterCilium("1.16").map((is) => ({ ...is, ciliumNonDefaultDeny: false }));

const withFirewallOnly: UnderAssumption = { is: { ciliumHostFirewall: false }, instead: "not in force" };

/** The policies of Cilium in the terms of the model: each rule of an object is one, as each isolates on its own. */
export function ciliumPolicies(ground: CiliumGround): CiliumPolicies {
  const converter = new Converter(ground);
  const read = [...ground.draft.policies].map(([key, draft]) => ({ key, policies: converter.policy(draft) }));
  const isHost = ({ subject }: Policy): boolean => subject.nodes !== undefined;
  return {
    policies: read.flatMap(({ policies }) => policies.filter((policy) => !isHost(policy))),
    hostPolicies: read.flatMap(({ key, policies }) => {
      const host = ground.draft.hostPolicies.get(key);
      return host === undefined ? [] : [{ ...host, policies: policies.filter(isHost) }];
    }),
  };
}

class Converter {
  readonly #ground: CiliumGround;
  readonly #entities: CiliumEntities;

  constructor(ground: CiliumGround) {
    this.#ground = ground;
    this.#entities = new CiliumEntities(ground.nodes);
  }

  policy(draft: CiliumPolicyDraft): readonly Policy[] {
    return draft.rules.map((rule, part): Policy => ({
      ref: draft.ref,
      name: draft.name,
      ...(draft.namespace === undefined ? {} : { namespace: draft.namespace }),
      tier: networkPolicyTier,
      priority: 0,
      ...(draft.rules.length === 1 ? {} : { part }),
      ifAssumed: [
        ...ofCiliumOnly,
        ...draft.refusedIf,
        ...(directions.every((direction) => rule.isolates[direction] === rule.applies[direction])
          ? []
          : withoutNonDefaultDeny.map((is) => ({ is, instead: { applies: rule.applies, isolates: rule.applies } }))),
        ...afterCilium(draft.until).map((is): UnderAssumption => ({ is, instead: "not in force" })),
        ...(rule.isHost ? [withFirewallOnly] : []),
      ],
      subject: rule.isHost
        ? { podSelector: all, nodes: rule.subject.pods.podSelector }
        : subjectOf(rule.subject.pods, draft.namespace),
      applies: rule.applies,
      isolates: rule.isolates,
      rules: {
        ingress: this.#rules(rule.entries.ingress, rule.isHost ? "node" : "ingress"),
        egress: this.#rules(rule.entries.egress, rule.isHost ? "node" : "egress"),
      },
      ...(directions.some((direction) => rule.requires[direction].length > 0) ? { requires: rule.requires } : {}),
      annotations: draft.annotations,
      ...(draft.labels === noLabels ? {} : { labels: draft.labels }),
      origin: draft.origin,
      index: draft.index,
    }));
  }

  /** A rule for each entry and what it grants, in their order; what is only possible of one stands behind it. */
  #rules(entries: readonly CiliumEntry[], side: CiliumSide): readonly Rule[] {
    return entries.flatMap((entry) => entry.grants.flatMap((grant) => this.#grant(entry, grant, side)));
  }

  #grant(entry: CiliumEntry, { ports, paths, requests }: CiliumGrant, side: CiliumSide): readonly Rule[] {
    const { action, path, authentication } = entry;
    const limited = {
      ...(requests === undefined ? {} : { requests }),
      ...(authentication === undefined ? {} : { authentication }),
    };
    const rule: RuleMaker = (peers, places) => ({
      action,
      peers,
      ports,
      ...limited,
      written: { path, peers: places, ports: paths },
    });
    if (entry.peers === "any") return [rule("any", [])];
    const entities = new Set(entry.peers.flatMap(({ peer }) => (peer.type === "entity" ? [peer.entity] : [])));
    const asked: AskedEntry = { action, ports, entities };
    const services = entry.peers.filter(isService);
    // Of what a deny names nothing is resolved, but of who must be authenticated it is.
    const found = authentication === undefined ? asked : { ...asked, action: "allow" as const };
    if (services.length > 0) return this.#ofServices(services, found, rule);
    const resolved = entry.peers.flatMap(({ peer, path: at }) =>
      peer.type === "service"
        ? []
        : this.#peers(peer, asked, side).map((is) => (is === "everyone" ? is : { ...is, at })),
    );
    const parts = resolved.filter((is) => is !== "everyone");
    if (parts.length < resolved.length) return [rule("any", [])];
    // "The names of toFQDNs are learnt by the DNS proxy."
    const isOfNames = entry.peers.some(({ peer }) => peer.type === "names");
    return rulesOf(parts, (peers, places) =>
      isOfNames ? { ...rule(peers, places), noneIf: [{ ciliumL7Proxy: false }] } : rule(peers, places),
    );
  }

  /** What Services are meant hangs on all that the entry names, and on the version. */
  #ofServices(services: readonly PlacedService[], entry: AskedEntry, rule: RuleMaker): readonly Rule[] {
    const ground = { services: this.#ground.services, entities: this.#entities };
    const [first] = services;
    const everyone = (one: Rule): Rule => (first === undefined ? one : unresolved(one, first.peer));
    return readingsOf(services, entry, ground).flatMap(({ versions, peers }) => {
      const rules =
        peers === "everyone"
          ? [everyone(rule("any", []))]
          : rulesOf(peers, rule).map((one) => (one.knownIf === undefined ? one : everyone(one)));
      return versions === undefined ? rules : rules.map((one) => ({ ...one, versions }));
    });
  }

  #peers(peer: OtherPeer, entry: AskedEntry, side: CiliumSide): readonly Resolved[] {
    const isLeaving = peer.type === "endpoints" && peer.selector.leavesOut === true;
    const left = isLeaving ? leftIdentities(peer.selector, this.#entities, side, entry) : [];
    return [this.#peer(peer, entry, side), ...left];
  }

  #peer(peer: OtherPeer, entry: AskedEntry, side: CiliumSide): Resolved {
    switch (peer.type) {
      case "endpoints": {
        const { reserved, pods, byLabel } = peer.selector;
        if (reserved !== undefined) return askedIdentity(peer.selector, reserved, this.#entities, side, entry);
        return certain({ type: "pods", ...pods, ...(byLabel === undefined ? {} : { byLabel }) });
      }
      case "entity":
        return this.#entities.resolved(peer.entity, side, entry);
      case "cidr":
        return certain({
          type: "networks",
          cidrs: [peer.text],
          addresses: peer.addresses,
          outside: true,
          asCidr: true,
        });
      case "cidrGroup":
        return this.#group(peer);
      case "nodes":
        return certain({ type: "nodes", nodeSelector: peer.selector, remote: remoteOf(entry, side) });
      case "names":
        return certain({ type: "domains", names: peer.names, stars: "within-label" });
      case "unknown":
        return possibly(peer.what, someBlock(outside));
    }
  }

  #group({ name, labels, except }: Extract<CiliumPeer, { type: "cidrGroup" }>): Resolved {
    const all = [...this.#ground.draft.groups.values()];
    const groups = all.filter((group) =>
      labels === undefined ? group.name === name : matchesSelector(labels, group.labels),
    );
    if (groups.length === 0 && labels === undefined)
      return {
        certain: [],
        possible: {
          peers: [someBlock(difference(outside, except))],
          why: `the addresses of the CiliumCIDRGroup ${name ?? ""}`,
          ifAbsent: "nobody",
        },
      };
    const ofGroups = unionAll(groups.map((group) => group.addresses));
    const addresses = labels === undefined ? ofGroups : addressesOfGroups(all, labels);
    const known = certain({
      type: "networks",
      cidrs: groups.map((group) => group.name),
      addresses: difference(addresses, except),
      outside: true,
      asCidr: true,
    });
    if (labels === undefined || labels.requirements.some(isPositive)) return known;
    // Up to 1.19 nobody asks whether it is an address, and what asks for nothing at all shares the answer of all such selectors.
    const why = "whom a cidrGroupSelector that asks for no label matches beside addresses outside";
    // With `policy-cidr-match-mode: pods` endpoints are asked since 1.20, too, whatever addresses they have.
    const noneIf = afterCilium("1.19").map((is) => ({ ...is, ipBlockMatchesPods: false }));
    const onlyBefore = labels.requirements.length === 0 ? {} : { noneIf };
    return { ...known, possible: { peers: "any", why, ...onlyBefore } };
  }
}

/** A rule for whom the parts of an entry certainly mean, and one for each that may mean more. */
function rulesOf(parts: readonly ResolvedService[], rule: RuleMaker): readonly Rule[] {
  const certain = parts.flatMap(({ certain: peers, at }) => peers.map((peer) => ({ peer, at })));
  const known = rule(
    certain.map(({ peer }) => peer),
    certain.map(({ at }) => at),
  );
  const possible = parts.flatMap(({ possible: is, at }) => (is === undefined ? [] : [{ ...is, at }]));
  return [
    known,
    ...possible.map(({ peers, why, at, ifAbsent, knownIf, noneIf }): Rule => {
      const known = noneIf === undefined ? underAbsence(ifAbsent) : { noneIf };
      const assumed = knownIf === undefined ? known : { knownIf };
      const { noneIf: _, ...open } = rule(peers, peers === "any" ? [at] : peers.map(() => at));
      return { ...open, unknown: why, ...assumed };
    }),
  ];
}

/** What its own node sends a pod is let in, unless a deny says otherwise. */
function remoteOf({ action }: AskedEntry, side: CiliumSide): NonNullable<NodesPeer["remote"]> {
  if (side === "node") return "node";
  return side === "ingress" && action === "allow" ? "pod-let-in" : "pod";
}

/** A rule that means everybody for want of a Service. */
function unresolved(rule: Rule, { name, namespace, labels }: Extract<CiliumPeer, { type: "service" }>): Rule {
  const text =
    name !== undefined
      ? `Service ${namespace === undefined ? name : `${namespace}/${name}`}`
      : labels !== undefined && selectsDns(labels, namespace)
        ? "Service kube-system/kube-dns"
        : "the Services of a selector";
  const { written = { path: [], peers: [], ports: [] } } = rule;
  return { ...rule, written: { ...written, unresolved: text } };
}

function underAbsence(ifAbsent: "everyone" | "nobody" | undefined): Pick<Rule, "knownIf" | "noneIf"> {
  if (ifAbsent === undefined) return {};
  const absent = { ciliumMissingObjects: "absent" } as const;
  return ifAbsent === "everyone" ? { knownIf: absent } : { noneIf: [absent] };
}

/** Blocks that the input does not tell. */
function someBlock(addresses: AddressSet): Peer {
  return { type: "networks", cidrs: ["world"], addresses, outside: true, asCidr: true };
}

/** Without a namespaceSelector the model takes the policy's own namespace: the first that a local selector asks for. */
function subjectOf({ namespaceSelector = all, podSelector }: PodBox, namespace: string | undefined): Policy["subject"] {
  if (namespace === undefined) return { namespaceSelector, podSelector, reserved: true };
  return namespaceSelector.requirements.length === 1 ? { podSelector } : { namespaceSelector, podSelector };
}
