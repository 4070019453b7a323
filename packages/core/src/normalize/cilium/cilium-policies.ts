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
import { networkPolicyTier } from "../../semantics/tiers.ts";
import { type AddressSet, singleAddresses } from "../../sets/address-set.ts";
import { difference, unionAll } from "../../sets/interval-set.ts";
import { noLabels } from "../string-map.ts";
import {
  type AskedEntry,
  certain,
  CiliumEntities,
  type CiliumSide,
  nothing,
  outside,
  type Possible,
  possibly,
  type Resolved,
} from "./cilium-entities.ts";
import { leftIdentities } from "./left-identities.ts";
import { hasLabels, podsOf } from "./labelled-objects.ts";
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

/** "Host policies only take effect where the host firewall is enabled." */
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
          : [{ is: { ciliumNonDefaultDeny: false }, instead: { applies: rule.applies, isolates: rule.applies } }]),
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
    const { action, path } = entry;
    const limited = requests === undefined ? {} : { requests };
    const rule = (peers: Rule["peers"], places: readonly NodePath[]): Rule => ({
      action,
      peers,
      ports,
      ...limited,
      written: { path, peers: places, ports: paths },
    });
    if (entry.peers === "any") return [rule("any", [])];
    const entities = new Set(entry.peers.flatMap(({ peer }) => (peer.type === "entity" ? [peer.entity] : [])));
    const resolved = entry.peers.flatMap(({ peer, path: at }) =>
      this.#peers(peer, { action, ports, entities }, side).map((is) => ({ path: at, is })),
    );
    if (resolved.some(({ is }) => is === "everyone")) {
      const service = entry.peers.find(({ peer }) => peer.type === "service")?.peer;
      return [service?.type === "service" ? unresolved(rule("any", []), service) : rule("any", [])];
    }
    const parts = resolved.flatMap(({ is, path: at }) => (is === "everyone" ? [] : [{ ...is, at }]));
    const certain = parts.flatMap(({ certain: peers, at }) => peers.map((peer) => ({ peer, at })));
    const known = rule(
      certain.map(({ peer }) => peer),
      certain.map(({ at }) => at),
    );
    const possible = parts.flatMap(({ possible: is, at }) => (is === undefined ? [] : [{ ...is, at }]));
    const [service] = entry.peers.flatMap(({ peer }) => (peer.type === "service" ? [peer] : []));
    // "The names of toFQDNs are learnt by the DNS proxy."
    const isOfNames = entry.peers.some(({ peer }) => peer.type === "names");
    return [
      isOfNames ? { ...known, noneIf: [{ ciliumL7Proxy: false }] } : known,
      ...possible.map(({ peers, why, at, ifAbsent, knownIf }): Rule => {
        const known = knownIf === undefined ? underAbsence(ifAbsent) : { knownIf };
        const open = { ...rule(peers, peers === "any" ? [at] : peers.map(() => at)), unknown: why, ...known };
        return ifAbsent === "everyone" && service !== undefined ? unresolved(open, service) : open;
      }),
    ];
  }

  #peers(peer: CiliumPeer, entry: AskedEntry, side: CiliumSide): readonly Resolved[] {
    const isLeaving = peer.type === "endpoints" && peer.selector.leavesOut === true;
    const left = isLeaving ? leftIdentities(peer.selector, this.#entities, side, entry) : [];
    return [this.#peer(peer, entry, side), ...left];
  }

  #peer(peer: CiliumPeer, entry: AskedEntry, side: CiliumSide): Resolved {
    switch (peer.type) {
      case "endpoints": {
        const { reserved, pods } = peer.selector;
        if (reserved !== undefined) return this.#entities.resolved(reserved, side, entry);
        return certain({ type: "pods", ...pods });
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
      case "service":
        return this.#service(peer, entry);
      case "nodes":
        return certain({ type: "nodes", nodeSelector: peer.selector, remote: remoteOf(entry, side) });
      case "names":
        return certain({ type: "domains", names: peer.names, stars: "within-label" });
      case "unknown":
        return possibly(peer.what, someBlock(outside));
    }
  }

  #group({ name, labels, except }: Extract<CiliumPeer, { type: "cidrGroup" }>): Resolved {
    const groups = [...this.#ground.draft.groups.values()].filter((group) =>
      labels === undefined ? group.name === name : hasLabels(group, labels.pods),
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
    const addresses = unionAll(groups.map((group) => group.addresses));
    return certain({
      type: "networks",
      cidrs: groups.map((group) => group.name),
      addresses: difference(addresses, except),
      outside: true,
      asCidr: true,
    });
  }

  /**
   * "toServices: with a selector its pods, else the addresses of its EndpointSlices", or of its Endpoints, of which these are made. What is not resolved matches nothing,
   * or with ports everybody on them; in a deny nothing is ever resolved.
   */
  #service(peer: Extract<CiliumPeer, { type: "service" }>, entry: AskedEntry): Resolved {
    const unresolved: Resolved = entry.ports === "any" ? nothing : "everyone";
    if (entry.action === "deny") return unresolved;
    const found = this.#servicesOf(peer);
    if (found.length === 0) {
      const why = `the Service ${peer.name ?? "with these labels"}`;
      const ifAbsent = entry.ports === "any" ? "nobody" : "everyone";
      return { certain: [], possible: { peers: "any", why, ifAbsent } };
    }
    const known = found.filter(({ selector, endpoints }) => selector !== undefined || endpoints !== undefined);
    const unknown = found.find((service) => !known.includes(service));
    // Of Services without pods and without addresses nothing is resolved.
    const isResolved = known.some(
      ({ selector, endpoints = [] }) =>
        selector !== undefined || endpoints.some(({ addresses }) => addresses.length > 0),
    );
    if (!isResolved && unknown === undefined) return unresolved;
    return {
      ...certain(...known.map((service) => this.#endpointsOf(service))),
      ...(unknown === undefined ? {} : { possible: this.#unknownEndpoints(unknown) }),
    };
  }

  /** Of a Service that selects no pods only EndpointSlices tell what is behind it. */
  #unknownEndpoints({ namespace, name }: Service): Possible {
    const why = `the EndpointSlices of Service ${namespace}/${name}`;
    return { peers: [this.#entities.outside(["world"], outside)], why, ifAbsent: "nobody" };
  }

  #servicesOf({ name, namespace, labels }: Extract<CiliumPeer, { type: "service" }>): readonly Service[] {
    return this.#ground.services.filter(
      (service) =>
        // "No namespace is any", not that of the policy.
        (namespace === undefined || service.namespace === namespace) &&
        (name === undefined || service.name === name) &&
        (labels === undefined || hasLabels(service, labels.pods)),
    );
  }

  #endpointsOf(service: Service): Peer {
    if (service.selector !== undefined) return podsOf(service);
    return this.#entities.outside(
      [`Service ${service.namespace}/${service.name}`],
      singleAddresses((service.endpoints ?? []).flatMap(({ addresses }) => addresses)),
    );
  }
}

/** What its own node sends a pod is let in, unless a deny says otherwise. */
function remoteOf({ action }: AskedEntry, side: CiliumSide): NonNullable<NodesPeer["remote"]> {
  if (side === "node") return "node";
  return side === "ingress" && action === "allow" ? "pod-let-in" : "pod";
}

/** A rule that means everybody for want of a Service. */
function unresolved(rule: Rule, { name, namespace }: Extract<CiliumPeer, { type: "service" }>): Rule {
  const text =
    name === undefined
      ? "the Services of a selector"
      : `Service ${namespace === undefined ? name : `${namespace}/${name}`}`;
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
