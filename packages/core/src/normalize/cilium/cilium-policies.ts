import type { Service } from "../../model/cluster.ts";
import {
  type Direction,
  type Peer,
  type PodBox,
  type Policy,
  type Rule,
  type UnderAssumption,
} from "../../model/policy.ts";
import type { Selector } from "../../model/selector.ts";
import { networkPolicyTier } from "../../semantics/tiers.ts";
import { type AddressSet, allAddresses, singleAddresses } from "../../sets/address-set.ts";
import { difference, unionAll } from "../../sets/interval-set.ts";
import type { SliceDraft } from "../calico/calico-draft.ts";
import { noLabels } from "../string-map.ts";
import { hasLabels, podsOf } from "./labelled-objects.ts";
import type { NodePath } from "../../source/position.ts";
import type { CiliumDraft, CiliumEntry, CiliumGrant, CiliumPeer, CiliumPolicyDraft } from "./cilium-draft.ts";

/** What the peers of policies are resolved against. */
export interface CiliumGround {
  readonly draft: CiliumDraft;
  readonly services: readonly Service[];
  readonly slices: readonly SliceDraft[];
  /** The addresses of the nodes of the input. */
  readonly nodes: AddressSet;
}

/** What one peer is: whom it certainly means, or whom it may mean and why that is not known. */
type Resolved =
  | { readonly type: "everyone" }
  | { readonly type: "certain"; readonly peers: readonly Peer[] }
  | {
      readonly type: "possible";
      readonly peers: readonly Peer[] | "any";
      readonly why: string;
      /** What it is where objects that the input does not have do not exist. */
      readonly ifAbsent?: "everyone" | "nobody";
    };

/** Nobody else enforces them. */
const ofCiliumOnly: readonly UnderAssumption[] = (["kubernetes", "calico"] as const).map((dataplane) => ({
  is: { dataplane },
  instead: "not in force",
}));

/** What of an entry decides what its peers mean. */
interface AskedEntry extends Pick<Rule, "action" | "ports"> {
  readonly entities: ReadonlySet<string>;
}

const all: Selector = { requirements: [] };
const nothing: Resolved = { type: "certain", peers: [] };

/** The policies of Cilium in the terms of the model: each rule of an object is one, as each isolates on its own. */
export function ciliumPolicies(ground: CiliumGround): readonly Policy[] {
  const converter = new Converter(ground);
  return [...ground.draft.policies.values()].flatMap((policy) => converter.policy(policy));
}

class Converter {
  readonly #ground: CiliumGround;

  constructor(ground: CiliumGround) {
    this.#ground = ground;
  }

  /** Rules for identities that are no pods (health, init, ...) decide nothing about pods. */
  policy(draft: CiliumPolicyDraft): readonly Policy[] {
    const ofPods = draft.rules.filter(({ subject }) => subject.reserved === undefined);
    return ofPods.map((rule, part): Policy => ({
      ref: draft.ref,
      name: draft.name,
      ...(draft.namespace === undefined ? {} : { namespace: draft.namespace }),
      tier: networkPolicyTier,
      priority: 0,
      ...(draft.rules.length === 1 ? {} : { part }),
      ifAssumed: ofCiliumOnly,
      subject: subjectOf(rule.subject.pods, draft.namespace),
      applies: rule.applies,
      isolates: rule.isolates,
      rules: {
        ingress: this.#rules(rule.entries.ingress, draft, "ingress"),
        egress: this.#rules(rule.entries.egress, draft, "egress"),
      },
      annotations: draft.annotations,
      ...(draft.labels === noLabels ? {} : { labels: draft.labels }),
      origin: draft.origin,
      index: draft.index,
    }));
  }

  /** A rule for each entry and what it grants, in their order; what is only possible of one stands behind it. */
  #rules(entries: readonly CiliumEntry[], policy: CiliumPolicyDraft, direction: Direction): readonly Rule[] {
    return entries.flatMap((entry) => entry.grants.flatMap((grant) => this.#grant(entry, grant, policy, direction)));
  }

  #grant(
    entry: CiliumEntry,
    { ports, paths, requests }: CiliumGrant,
    policy: CiliumPolicyDraft,
    direction: Direction,
  ): readonly Rule[] {
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
    const resolved = entry.peers.map((placed) => ({
      path: placed.path,
      is: this.#peer(placed.peer, { action, ports, entities }, policy, direction),
    }));
    const everyone = resolved.find(({ is }) => is.type === "everyone");
    if (everyone !== undefined) {
      const service = entry.peers.find(({ peer }) => peer.type === "service")?.peer;
      return [service?.type === "service" ? unresolved(rule("any", []), service) : rule("any", [])];
    }
    const certain = resolved.flatMap(({ is, path: at }) =>
      is.type === "certain" ? is.peers.map((peer) => ({ peer, at })) : [],
    );
    const known = rule(
      certain.map(({ peer }) => peer),
      certain.map(({ at }) => at),
    );
    const possible = resolved.flatMap(({ is, path: at }) => (is.type === "possible" ? [{ ...is, at }] : []));
    const [service] = entry.peers.flatMap(({ peer }) => (peer.type === "service" ? [peer] : []));
    return [
      known,
      ...possible.map(({ peers, why, at, ifAbsent }): Rule => {
        const open = { ...rule(peers, [at]), unknown: why, ...underAbsence(ifAbsent) };
        return ifAbsent === "everyone" && service !== undefined ? unresolved(open, service) : open;
      }),
    ];
  }

  #peer(peer: CiliumPeer, entry: AskedEntry, policy: CiliumPolicyDraft, direction: Direction): Resolved {
    switch (peer.type) {
      case "endpoints": {
        const { reserved, pods } = peer.selector;
        return reserved === undefined ? certain({ type: "pods", ...pods }) : this.#entity(reserved, direction, entry);
      }
      case "entity":
        return this.#entity(peer.entity, direction, entry);
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
        return this.#service(peer, entry, policy);
      case "names":
        return certain({ type: "domains", names: peer.names, stars: "within-label" });
      case "unknown":
        return { type: "possible", peers: [this.#outside(["world"], allAddresses)], why: peer.what };
    }
  }

  /** Addresses outside the cluster: "CIDR rules do not apply to traffic where both sides are managed by Cilium", and no nodes. */
  #outside(texts: readonly string[], addresses: AddressSet): Peer {
    return { type: "networks", cidrs: texts, addresses: difference(addresses, this.#ground.nodes), outside: true };
  }

  /** The nodes: their addresses where the input shows them, and pods on their network. */
  #nodes(): readonly Peer[] {
    return [{ type: "networks", cidrs: ["nodes"], addresses: this.#ground.nodes, outside: true, onNodes: true }];
  }

  #entity(entity: string, direction: Direction, entry: AskedEntry): Resolved {
    switch (entity) {
      case "all":
        return { type: "everyone" };
      case "world":
        return certain(this.#outside(["world"], allAddresses));
      case "cluster":
        return certain({ type: "pods", namespaceSelector: all, podSelector: all }, ...this.#nodes());
      case "remote-node":
      case "host": {
        // What a pod's own node sends it is let in, unless a deny says otherwise; which node is its own is not known.
        const isLetIn = direction === "ingress" && entry.action === "allow";
        if (entry.entities.has("host") && entry.entities.has("remote-node")) return certain(...this.#nodes());
        if (isLetIn) return entity === "host" ? nothing : certain(...this.#nodes());
        return { type: "possible", peers: this.#nodes(), why: "which node is the pod's own" };
      }
      case "kube-apiserver":
        return this.#apiServer();
      default:
        return nothing;
    }
  }

  /** "kube-apiserver: the API server, deployed inside or outside of the cluster": where, its endpoints tell. */
  #apiServer(): Resolved {
    const slices = this.#ground.slices.filter(
      ({ namespace, service }) => namespace === "default" && service === "kubernetes",
    );
    const addresses = singleAddresses(slices.flatMap((slice) => slice.addresses));
    if (addresses.length > 0) return certain({ type: "networks", cidrs: ["kube-apiserver"], addresses, outside: true });
    const peers: readonly Peer[] = [{ type: "networks", cidrs: ["anywhere"], addresses: allAddresses, outside: true }];
    return { type: "possible", peers, why: "where the API server is" };
  }

  #group({ name, labels, except }: Extract<CiliumPeer, { type: "cidrGroup" }>): Resolved {
    const groups = [...this.#ground.draft.groups.values()].filter((group) =>
      labels === undefined ? group.name === name : hasLabels(group, labels.pods),
    );
    if (groups.length === 0 && labels === undefined)
      return {
        type: "possible",
        peers: [this.#outside(["world"], difference(allAddresses, except))],
        why: `the addresses of the CiliumCIDRGroup ${name ?? ""}`,
        ifAbsent: "nobody",
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
   * "toServices: with a selector its pods, else the addresses of its EndpointSlices." What is not resolved matches nothing,
   * or with ports everybody on them; in a deny nothing is ever resolved.
   */
  #service(peer: Extract<CiliumPeer, { type: "service" }>, entry: AskedEntry, policy: CiliumPolicyDraft): Resolved {
    const unresolved: Resolved = entry.ports === "any" ? nothing : { type: "everyone" };
    if (entry.action === "deny") return unresolved;
    const found = this.#servicesOf(peer, policy);
    if (found.length === 0) {
      const why = `the Service ${peer.name ?? "with these labels"}`;
      return { type: "possible", peers: "any", why, ifAbsent: entry.ports === "any" ? "nobody" : "everyone" };
    }
    return certain(...found.map((service) => this.#endpointsOf(service)));
  }

  #servicesOf(
    { name, namespace, labels }: Extract<CiliumPeer, { type: "service" }>,
    policy: CiliumPolicyDraft,
  ): readonly Service[] {
    const within = name === undefined ? namespace : (namespace ?? policy.namespace);
    return this.#ground.services.filter(
      (service) =>
        (within === undefined || service.namespace === within) &&
        (name === undefined || service.name === name) &&
        (labels === undefined || hasLabels(service, labels.pods)),
    );
  }

  #endpointsOf(service: Service): Peer {
    if (service.selector !== undefined) return podsOf(service);
    const slices = this.#ground.slices.filter(
      (slice) => slice.service === service.name && slice.namespace === service.namespace,
    );
    return this.#outside(
      [`Service ${service.namespace}/${service.name}`],
      singleAddresses(slices.flatMap((slice) => slice.addresses)),
    );
  }
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
  return { [ifAbsent === "everyone" ? "knownIf" : "noneIf"]: { ciliumMissingObjects: "absent" } };
}

function certain(...peers: readonly Peer[]): Resolved {
  return { type: "certain", peers };
}

/** Without a namespaceSelector the model takes the policy's own namespace: the first that a local selector asks for. */
function subjectOf({ namespaceSelector = all, podSelector }: PodBox, namespace: string | undefined): Policy["subject"] {
  const isPlain = namespace !== undefined && namespaceSelector.requirements.length === 1;
  return isPlain ? { podSelector } : { namespaceSelector, podSelector };
}
