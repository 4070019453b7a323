import type { Namespace, Service } from "../../model/cluster.ts";
import type { Direction, NetworksPeer, Peer, PodBox, Policy, Rule, UnderAssumption } from "../../model/policy.ts";
import type { Tier } from "../../model/tier.ts";
import type { CalicoRule, EntityRule, SelectorTree } from "../../model/calico.ts";
import { calicoAdminTier, calicoBaselineTier, calicoDefaultTier } from "../../semantics/tiers.ts";
import { type AddressSet, allAddresses, familyAddresses } from "../../sets/address-set.ts";
import { difference, intersection, unionAll } from "../../sets/interval-set.ts";
import { noLabels } from "../string-map.ts";
import { addressGroups, AddressGroups } from "./address-groups.ts";
import { BoundedBoxes, tooManyBoxes } from "./bounded-boxes.ts";
import type { CalicoDraft, CalicoPolicyDraft } from "./calico-draft.ts";
import { type Scope, scopeOf, withinOf } from "../../semantics/calico/entity-scope.ts";
import { exceptPortsOf, portsOf } from "./rule-ports.ts";
import { type Narrowing, type Segment, segmentsOf, wholePolicy } from "./segments.ts";
import { and, not, ofNamespace, prefixed } from "../../semantics/calico/selector-trees.ts";
import { unknownOf } from "./rule-unknowns.ts";
import { type ServicePeers, servicePeers } from "./service-peers.ts";

/** What the selectors of policies are resolved against. */
export interface CalicoGround {
  readonly draft: CalicoDraft;
  readonly namespaces: ReadonlyMap<string, Namespace>;
  readonly services: readonly Service[];
}

const builtInTiers: ReadonlySet<string> = new Set(["default", "kube-admin", "kube-baseline"]);
const all: SelectorTree = { type: "all" };

/** The policies of Calico in the terms of the model. What selectors say of network sets and host endpoints becomes addresses here. */
export function calicoPolicies(ground: CalicoGround): readonly Policy[] {
  const converter = new Converter(ground);
  return [...ground.draft.policies.values()].flatMap((policy) => converter.policy(policy));
}

const unknownSets = "the labels of namespaces of network sets";

/** The pods that something selects, and what is missing to know it. */
interface Selection {
  readonly boxes: readonly PodBox[];
  readonly unknown?: string;
}

class Converter {
  readonly #ground: CalicoGround;
  readonly #groups: AddressGroups;
  readonly #bounded = new BoundedBoxes();

  constructor(ground: CalicoGround) {
    this.#ground = ground;
    this.#groups = new AddressGroups(addressGroups(ground.draft), ground.namespaces);
  }

  /** One policy, or its parts where rules narrow the subject: `destination` of an ingress rule judges the pod itself. */
  policy(draft: CalicoPolicyDraft): readonly Policy[] {
    const tier = this.#tier(draft);
    if (draft.onlyHosts !== undefined) return [ofHosts(this.#part(draft, tier, wholePolicy, undefined))];
    const segments = segmentsOf(draft, (scope) => this.#asksForAddresses(scope));
    return segments.map((segment, part) => this.#part(draft, tier, segment, segments.length === 1 ? undefined : part));
  }

  #asksForAddresses(scope: Scope): boolean {
    return scope.type !== "any" && Object.values(this.#groups.find(scope.tree)).some(({ length }) => length > 0);
  }

  /** The pods of a policy, or those of them that rules judge as the other end of the traffic: by labels, or by address. */
  #subject(draft: CalicoPolicyDraft, narrowing: Narrowing | undefined): Selection {
    const subject = this.#subjectTree(draft);
    if (narrowing === undefined) return this.#found(draft, subject);
    const { scope, within, family } = narrowing;
    if (scope.type === "any") return this.#found(draft, subject, within, family);
    const { certain, ifAbsent, ifPresent } = this.#groups.find(scope.tree);
    const unsure = unionAll([ifAbsent, ifPresent]);
    const missing = unsure.length === 0 ? {} : { unknown: unknownSets };
    const here = within ?? (family === undefined ? allAddresses : familyAddresses(family));
    if (scope.type === "no-member") {
      const left = family === undefined ? within : difference(here, certain);
      return { ...missing, ...this.#found(draft, and(subject, not(scope.tree)), left, family) };
    }
    const byLabels = this.#found(draft, and(subject, scope.tree), within, family);
    const addresses = intersection(unionAll([certain, unsure]), here);
    if (addresses.length === 0) return byLabels;
    const byAddress = this.#found(draft, subject, addresses, family);
    return { ...missing, ...byAddress, ...byLabels, boxes: [...byLabels.boxes, ...byAddress.boxes] };
  }

  #found(draft: CalicoPolicyDraft, tree: SelectorTree, within?: AddressSet, family?: 4 | 6): Selection {
    const boxes = this.#boxes(tree, draft.namespace);
    if (boxes === undefined) return { boxes: this.#boxes(all, draft.namespace) ?? [], unknown: tooManyBoxes };
    const place = { ...(within === undefined ? {} : { within }), ...(family === undefined ? {} : { family }) };
    return { boxes: boxes.map((box) => ({ ...box, ...place })) };
  }

  #part(
    draft: CalicoPolicyDraft,
    { tier, denies }: { readonly tier: Tier; readonly denies: boolean },
    segment: Segment,
    part: number | undefined,
  ): Policy {
    const { boxes, unknown } = this.#subject(draft, segment.narrowing);
    const [first = nobody, ...more] = boxes;
    const family = segment.narrowing?.family;
    const rules = (direction: Direction): readonly Rule[] =>
      draft.rules[direction].map((rule, i) =>
        segment.holds(direction, i) ? this.#rule(draft, rule, direction, family) : matchesNothing(rule),
      );
    const { types } = draft;
    const ifAssumed = this.#ifAssumed(draft, denies);
    return {
      ref: draft.ref,
      name: draft.name,
      ...(draft.namespace === undefined ? {} : { namespace: draft.namespace }),
      tier,
      priority: draft.order,
      ...(part === undefined ? {} : { part }),
      subject: { ...first, ...(more.length === 0 ? {} : { or: more }) },
      ...(unknown === undefined ? {} : { unknownSubject: unknown }),
      ...(ifAssumed.length === 0 ? {} : { ifAssumed }),
      ...inDirections(types, denies),
      rules: { ingress: rules("ingress"), egress: rules("egress") },
      ...(draft.policyTypes === undefined ? {} : { policyTypes: draft.policyTypes }),
      annotations: draft.annotations,
      ...(draft.labels === noLabels ? {} : { labels: draft.labels }),
      ...(draft.creationTimestamp === undefined ? {} : { creationTimestamp: draft.creationTimestamp }),
      calico: draft,
      origin: draft.origin,
      index: draft.index,
    };
  }

  /** "Tiers are ordered by order, then by name; a tier without order is last." One that is not in the input is in force all the same. */
  #tier({ tier: name }: CalicoPolicyDraft): { readonly tier: Tier; readonly denies: boolean } {
    if (name === "default") return { tier: calicoDefaultTier, denies: true };
    if (name === "kube-admin") return { tier: calicoAdminTier, denies: false };
    if (name === "kube-baseline") return { tier: calicoBaselineTier, denies: false };
    const tier = this.#ground.draft.tiers.get(name);
    return {
      tier: {
        name,
        order: tier?.order ?? Number.POSITIVE_INFINITY,
        decides: "first-match",
        denies: "at-end",
        ties: "calicoTies",
        ...(tier === undefined ? { isMissing: true } : {}),
      },
      denies: tier?.passes !== true,
    };
  }

  #ifAssumed({ tier, defaultedTypes }: CalicoPolicyDraft, denies: boolean): readonly UnderAssumption[] {
    const isMissing = !builtInTiers.has(tier) && !this.#ground.draft.tiers.has(tier);
    return [
      ...(isMissing ? [{ is: { calicoMissingTier: "ignore" }, instead: "not in force" } as const] : []),
      ...(defaultedTypes === undefined
        ? []
        : [{ is: { calicoCrdV1Types: "defaulted" }, instead: inDirections(defaultedTypes, denies) } as const]),
    ];
  }

  #subjectTree({ selector, namespaceSelector, serviceAccountSelector, namespace }: CalicoPolicyDraft): SelectorTree {
    return and(
      selector?.tree ?? all,
      ...(namespaceSelector === undefined || namespace !== undefined ? [] : [ofNamespace(namespaceSelector.tree)]),
      ...(serviceAccountSelector === undefined ? [] : [prefixed(serviceAccountSelector.tree, "pcsa.")]),
    );
  }

  /** The pods that a selector finds: in one namespace, or everywhere. Undefined when there are too many boxes. */
  #boxes(tree: SelectorTree, namespace: string | undefined): readonly PodBox[] | undefined {
    const boxes = this.#bounded.of(tree);
    if (namespace === undefined) return boxes;
    return boxes?.map((box) => {
      const requirements = box.namespaceSelector?.requirements ?? [];
      if (requirements.length === 0) return { podSelector: box.podSelector };
      const own = {
        key: "kubernetes.io/metadata.name",
        operator: "In",
        values: [namespace],
        from: "matchLabels",
      } as const;
      return { namespaceSelector: { requirements: [own, ...requirements] }, podSelector: box.podSelector };
    });
  }

  /** `family`: of the traffic that the rule is asked about, where its own end names addresses. */
  #rule(policy: CalicoPolicyDraft, rule: CalicoRule, direction: Direction, family: 4 | 6 | undefined): Rule {
    if (rule.action === "log" || (family !== undefined && rule.ipVersion !== undefined && family !== rule.ipVersion))
      return matchesNothing(rule);
    const peer = direction === "ingress" ? rule.source : rule.destination;
    const service = peer.services === undefined ? undefined : this.#service(policy, peer.services);
    const who = service ?? this.#withDomains(policy, peer, direction);
    const asked = unknownOf(rule);
    const open = "unknown" in who ? who.unknown : undefined;
    const exceptPorts = exceptPortsOf(rule);
    const ofFamily = family ?? rule.ipVersion;
    return {
      action: rule.action,
      peers: who.peers,
      ports: service !== undefined && direction === "egress" ? service.ports : portsOf(rule),
      ...(exceptPorts.length === 0 ? {} : { exceptPorts }),
      ...(ofFamily === undefined ? {} : { family: ofFamily }),
      ...(open === undefined ? asked : { unknown: open }),
    };
  }

  #service(policy: CalicoPolicyDraft, { name, namespace }: NonNullable<EntityRule["services"]>): ServicePeers {
    const { draft, services } = this.#ground;
    return servicePeers(namespace ?? policy.namespace ?? "default", name, draft.slices, services);
  }

  /** Names of DNS, of the rule or of the sets that it finds, are destinations of egress. */
  #withDomains(policy: CalicoPolicyDraft, entity: EntityRule, direction: Direction): Pick<Rule, "peers" | "unknown"> {
    const scope = scopeOf(policy, entity);
    const ofSets = scope.type === "member" ? this.#groups.domainsOf(scope.tree) : [];
    const names = direction === "egress" ? [...(entity.domains ?? []), ...ofSets] : [];
    const found = this.#peers(policy, entity);
    if (names.length === 0) return found;
    const peers = found.peers === "any" ? [] : found.peers;
    return { ...found, peers: [...peers, { type: "domains", names }] };
  }

  #peers(policy: CalicoPolicyDraft, entity: EntityRule): Pick<Rule, "peers" | "unknown"> {
    const within = withinOf(entity);
    const scope = scopeOf(policy, entity);
    switch (scope.type) {
      case "any":
        return { peers: within === undefined ? "any" : [networks(entity.netTexts, within)] };
      case "member":
        return this.#members(scope.tree, within, entity.netTexts);
      case "no-member":
        return this.#allBut(scope.tree, within, entity.netTexts);
    }
  }

  /** Pods, network sets and host endpoints that a selector finds; sets and hosts are their addresses, wherever a pod has one. */
  #members(
    tree: SelectorTree,
    within: AddressSet | undefined,
    texts: readonly string[],
  ): Pick<Rule, "peers" | "unknown"> {
    const boxes = this.#boxes(tree, undefined);
    if (boxes === undefined) return { peers: "any", unknown: tooManyBoxes };
    const { certain, ifAbsent, ifPresent } = this.#groups.find(tree);
    const sets = (addresses: AddressSet, unknown: Partial<NetworksPeer>): readonly Peer[] => {
      const found = within === undefined ? addresses : intersection(addresses, within);
      return found.length === 0 ? [] : [{ ...networks(["network sets", ...texts], found), ...unknown }];
    };
    return {
      peers: [
        ...boxes.map((box): Peer => ({ type: "pods", ...box, ...(within === undefined ? {} : { within }) })),
        ...sets(certain, {}),
        ...sets(ifAbsent, { unknownNamespace: { ifAbsent: true } }),
        ...sets(ifPresent, { unknownNamespace: { ifAbsent: false } }),
      ],
    };
  }

  /** `notSelector` alone in a global policy: everything but what it finds, the outside too. */
  #allBut(
    tree: SelectorTree,
    within: AddressSet | undefined,
    texts: readonly string[],
  ): Pick<Rule, "peers" | "unknown"> {
    const boxes = this.#boxes(not(tree), undefined);
    if (boxes === undefined) return { peers: "any", unknown: tooManyBoxes };
    const { certain, ifAbsent, ifPresent } = this.#groups.find(tree);
    const outside = difference(within ?? allAddresses, certain);
    const isOpen = ifAbsent.length + ifPresent.length > 0;
    return {
      peers: [
        ...boxes.map((box): Peer => ({ type: "pods", ...box, within: outside })),
        { ...networks(["all but network sets", ...texts], outside), outside: true },
      ],
      ...(isOpen ? { unknown: unknownSets } : {}),
    };
  }
}

const nobody: PodBox = {
  podSelector: { requirements: [{ key: "x", operator: "In", values: [], from: "matchExpressions" }] },
};

/** Untracked and pre-DNAT policies select host endpoints: no pod, and no direction of any. */
function ofHosts(policy: Policy): Policy {
  const neither = { ingress: false, egress: false };
  return { ...policy, subject: nobody, applies: neither, isolates: neither };
}

function networks(cidrs: readonly string[], addresses: AddressSet): NetworksPeer {
  return { type: "networks", cidrs, addresses };
}

/** A rule that is written and decides nothing here: it keeps its place in the list. */
function matchesNothing({ action }: CalicoRule): Rule {
  return { action: action === "log" ? "allow" : action, peers: [], ports: [], placeholder: true };
}

function inDirections(types: Policy["applies"], denies: boolean): Pick<Policy, "applies" | "isolates"> {
  return { applies: types, isolates: denies ? types : { ingress: false, egress: false } };
}
