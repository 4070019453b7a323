import type { Namespace, Service } from "../../model/cluster.ts";
import {
  type Direction,
  type Peer,
  type PodBox,
  type Policy,
  type PortSpec,
  type Rule,
  type Tier,
  directions,
} from "../../model/policy.ts";
import { selects } from "../../semantics/calico/evaluate-selector.ts";
import type { SelectorTree } from "../../semantics/calico/parse-selector.ts";
import { type KnownValues, hasStringTest, podBoxes } from "../../semantics/calico/selector-boxes.ts";
import { adminTier, baselineTier, calicoDefaultTier } from "../../semantics/tiers.ts";
import { type AddressSet, allAddresses, singleAddresses } from "../../sets/address-set.ts";
import { difference, intersection, unionAll } from "../../sets/interval-set.ts";
import { newStringMap, noLabels } from "../string-map.ts";
import type { AddressGroup, CalicoDraft, CalicoPolicyDraft, CalicoRule, EntityRule } from "./calico-draft.ts";
import { exceptPortsOf, portsOf, range } from "./rule-ports.ts";
import { type Narrowing, type Segment, segmentsOf, withinOf } from "./segments.ts";
import { and, not, ofNamespace, ownNamespace, prefixed, serviceAccountTree } from "./selector-trees.ts";

/** What the selectors of policies are resolved against. */
export interface CalicoGround {
  readonly draft: CalicoDraft;
  readonly namespaces: ReadonlyMap<string, Namespace>;
  readonly services: readonly Service[];
  readonly known: KnownValues;
}

const all: SelectorTree = { type: "all" };
const namespaceKey = "projectcalico.org/namespace";

/** The policies of Calico in the terms of the model. What selectors say of network sets and host endpoints becomes addresses here. */
export function calicoPolicies(ground: CalicoGround): readonly Policy[] {
  const converter = new Converter(ground);
  return [...ground.draft.policies.values()].flatMap((policy) => converter.policy(policy));
}

/** A selector that asks for more boxes than anybody means: nothing is known of whom it selects. */
class TooManyBoxes extends Error {}

class Converter {
  readonly #ground: CalicoGround;

  constructor(ground: CalicoGround) {
    this.#ground = ground;
  }

  /** One policy, or its parts where rules narrow the subject: `destination` of an ingress rule judges the pod itself. */
  policy(draft: CalicoPolicyDraft): readonly Policy[] {
    const tier = this.#tier(draft);
    const segments = segmentsOf(draft);
    return segments.map((segment, part) => this.#part(draft, tier, segment, segments.length === 1 ? undefined : part));
  }

  /** The pods of a policy, or those of them that rules judge as the other end of the traffic: by labels, or by address. */
  #subjectBoxes(draft: CalicoPolicyDraft, narrowing: Narrowing | undefined): readonly PodBox[] {
    const subject = this.#subjectTree(draft);
    const found = (tree: SelectorTree, within?: AddressSet): readonly PodBox[] =>
      (this.#boxes(tree, draft.namespace) ?? []).map((box) => (within === undefined ? box : { ...box, within }));
    if (narrowing === undefined) return found(subject);
    const { tree, within } = narrowing;
    if (tree === undefined) return found(subject, within);
    const addresses = this.#addressesOf(tree);
    const ofSets = within === undefined ? addresses : intersection(addresses, within);
    return [...found(and(subject, tree), within), ...(ofSets.length === 0 ? [] : found(subject, ofSets))];
  }

  #part(
    draft: CalicoPolicyDraft,
    { tier, denies }: { readonly tier: Tier; readonly denies: boolean },
    segment: Segment,
    part: number | undefined,
  ): Policy {
    const boxes = this.#subjectBoxes(draft, segment.narrowing);
    const [first = nobody, ...more] = boxes;
    const rules = (direction: Direction): readonly Rule[] =>
      draft.rules[direction].map((rule, i) =>
        segment.holds(direction, i) ? this.#rule(draft, rule, direction) : matchesNothing(rule),
      );
    const { types } = draft;
    return {
      ref: draft.ref,
      name: draft.name,
      ...(draft.namespace === undefined ? {} : { namespace: draft.namespace }),
      tier,
      priority: draft.order,
      ...(part === undefined ? {} : { part }),
      subject: { ...first, ...(more.length === 0 ? {} : { or: more }) },
      applies: types,
      isolates: denies ? types : { ingress: false, egress: false },
      rules: { ingress: rules("ingress"), egress: rules("egress") },
      ...(draft.policyTypes === undefined ? {} : { policyTypes: draft.policyTypes }),
      ...(isOnInput(draft) ? { resolvedOnInput: true } : {}),
      annotations: draft.annotations,
      ...(draft.labels === noLabels ? {} : { labels: draft.labels }),
      ...(draft.creationTimestamp === undefined ? {} : { creationTimestamp: draft.creationTimestamp }),
      origin: draft.origin,
      index: draft.index,
    };
  }

  /** "Tiers are ordered by order, then by name; a tier without order is last." One that is not in the input is in force all the same. */
  #tier({ tier: name }: CalicoPolicyDraft): { readonly tier: Tier; readonly denies: boolean } {
    if (name === "default") return { tier: calicoDefaultTier, denies: true };
    if (name === "kube-admin") return { tier: adminTier, denies: false };
    if (name === "kube-baseline") return { tier: baselineTier, denies: false };
    const tier = this.#ground.draft.tiers.get(name) ?? { name, order: Number.POSITIVE_INFINITY, passes: false };
    return {
      tier: { name, order: tier.order, decides: "first-match", denies: "at-end" },
      denies: !tier.passes,
    };
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
    const boxes = podBoxes(tree, this.#ground.known);
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

  #rule(policy: CalicoPolicyDraft, rule: CalicoRule, direction: Direction): Rule {
    const peer = direction === "ingress" ? rule.source : rule.destination;
    if (rule.action === "log") return matchesNothing(rule);
    const service = peer.services === undefined ? undefined : this.#service(policy, peer.services);
    const unknown = unknownOf(rule);
    const peers = service === undefined ? this.#peersOrUnknown(policy, peer) : service.peers;
    const exceptPorts = exceptPortsOf(rule);
    return {
      action: rule.action,
      peers: peers ?? "any",
      ports: service !== undefined && direction === "egress" ? service.ports : portsOf(rule),
      ...(exceptPorts.length === 0 ? {} : { exceptPorts }),
      ...(rule.ipVersion === undefined ? {} : { family: rule.ipVersion }),
      ...(unknown === undefined && peers !== undefined ? {} : { unknown: unknown ?? "a selector of too many parts" }),
    };
  }

  #peersOrUnknown(policy: CalicoPolicyDraft, entity: EntityRule): readonly Peer[] | "any" | undefined {
    try {
      return this.#peers(policy, entity);
    } catch (error) {
      if (error instanceof TooManyBoxes) return undefined;
      throw error;
    }
  }

  #peers(policy: CalicoPolicyDraft, entity: EntityRule): readonly Peer[] | "any" {
    const { netTexts } = entity;
    const within = withinOf(entity);
    const positive = this.#positive(policy, entity);
    if (positive === undefined && entity.notSelector === undefined)
      return within === undefined ? "any" : [networks(netTexts, within)];
    if (positive === undefined && policy.namespace === undefined) return this.#allBut(entity, within);
    const tree = and(
      positive ?? ownNamespace(policy),
      ...(entity.notSelector === undefined ? [] : [not(entity.notSelector.tree)]),
    );
    return this.#members(tree, within, netTexts);
  }

  /** What a peer must be, without `notSelector`; undefined where only addresses are asked for. */
  #positive(policy: CalicoPolicyDraft, entity: EntityRule): SelectorTree | undefined {
    const { selector, namespaceSelector, serviceAccounts } = entity;
    if (selector === undefined && namespaceSelector === undefined && serviceAccounts === undefined) return undefined;
    return and(
      ...(selector === undefined ? [] : [selector.tree]),
      ...(serviceAccounts === undefined ? [] : [serviceAccountTree(serviceAccounts)]),
      ...(namespaceSelector === undefined ? [ownNamespace(policy)] : [ofNamespace(namespaceSelector.tree)]),
    );
  }

  /** Pods, network sets and host endpoints that a selector finds; sets and hosts are their addresses, wherever a pod has one. */
  #members(tree: SelectorTree, within: AddressSet | undefined, texts: readonly string[]): readonly Peer[] {
    const boxes = this.#boxes(tree, undefined);
    if (boxes === undefined) throw new TooManyBoxes();
    const addresses = this.#addressesOf(tree);
    const found = within === undefined ? addresses : intersection(addresses, within);
    return [
      ...boxes.map((box): Peer => ({ type: "pods", ...box, ...(within === undefined ? {} : { within }) })),
      ...(found.length === 0 ? [] : [networks(["network sets", ...texts], found)]),
    ];
  }

  /** `notSelector` alone in a global policy: everything but what it finds, the outside too. */
  #allBut({ notSelector, netTexts }: EntityRule, within: AddressSet | undefined): readonly Peer[] {
    const tree = notSelector?.tree ?? all;
    const boxes = this.#boxes(not(tree), undefined);
    if (boxes === undefined) throw new TooManyBoxes();
    const outside = difference(within ?? allAddresses, this.#addressesOf(tree));
    return [
      ...boxes.map((box): Peer => ({ type: "pods", ...box, within: outside })),
      { ...networks(["all but network sets", ...netTexts], outside), outside: true },
    ];
  }

  #addressesOf(tree: SelectorTree): AddressSet {
    const groups = [...this.#ground.draft.groups.values()];
    return unionAll(groups.filter((group) => this.#finds(tree, group)).map(({ addresses }) => addresses));
  }

  #finds(tree: SelectorTree, { namespace, labels }: AddressGroup): boolean {
    if (namespace === undefined) return selects(tree, labels, true);
    const every = newStringMap();
    const ofNamespace = this.#ground.namespaces.get(namespace)?.labels ?? {};
    for (const [key, value] of Object.entries(ofNamespace)) every[`pcns.${key}`] = value;
    Object.assign(every, { "pcns.projectcalico.org/name": namespace, [namespaceKey]: namespace }, labels);
    return selects(tree, every, false);
  }

  /** "The addresses of the endpoints of the Service, and their ports": of its EndpointSlices, or of the pods that it selects. */
  #service(
    policy: CalicoPolicyDraft,
    { name, namespace = policy.namespace ?? "default" }: NonNullable<EntityRule["services"]>,
  ): { readonly peers: readonly Peer[]; readonly ports: readonly PortSpec[] | "any" } {
    const slices = this.#ground.draft.slices.filter((slice) => slice.namespace === namespace && slice.service === name);
    if (slices.length > 0) {
      const addresses = singleAddresses(slices.flatMap((slice) => slice.addresses));
      const ports = slices.flatMap((slice) => slice.ports).map(({ protocol, port }) => range(protocol, port, port));
      return { peers: [networks([`Service ${namespace}/${name}`], addresses)], ports };
    }
    const service = this.#ground.services.find((each) => each.namespace === namespace && each.name === name);
    if (service?.selector === undefined) return { peers: [], ports: [] };
    const requirements = Object.entries(service.selector).map(
      ([key, value]) => ({ key, operator: "In", values: [value], from: "matchLabels" }) as const,
    );
    const own = {
      key: "kubernetes.io/metadata.name",
      operator: "In",
      values: [namespace],
      from: "matchLabels",
    } as const;
    return {
      peers: [{ type: "pods", namespaceSelector: { requirements: [own] }, podSelector: { requirements } }],
      ports: service.ports.map(({ protocol, targetPort }): PortSpec =>
        typeof targetPort === "number"
          ? range(protocol, targetPort, targetPort)
          : { type: "named", protocol, name: targetPort },
      ),
    };
  }
}

const nobody: PodBox = {
  podSelector: { requirements: [{ key: "x", operator: "In", values: [], from: "matchExpressions" }] },
};

function networks(cidrs: readonly string[], addresses: AddressSet): Extract<Peer, { type: "networks" }> {
  return { type: "networks", cidrs, addresses };
}

/** A rule that is written and decides nothing here: it keeps its place in the list. */
function matchesNothing({ action }: CalicoRule): Rule {
  return { action: action === "log" ? "pass" : action, peers: [], ports: [] };
}

/** What no input tells of a packet that a rule asks for. */
function unknownOf(rule: CalicoRule): string | undefined {
  if (rule.source.ports.length + rule.source.notPorts.length > 0) return "the port of the client";
  return rule.http ? "the request of HTTP" : undefined;
}

/** Whether a selector asks for parts of values: boxes say that only of the values that are in the input. */
function isOnInput(draft: CalicoPolicyDraft): boolean {
  const entities = directions.flatMap((direction) =>
    draft.rules[direction].flatMap(({ source, destination }) => [source, destination]),
  );
  const selectors = [
    draft.selector,
    draft.namespaceSelector,
    draft.serviceAccountSelector,
    ...entities.flatMap((entity) => [
      entity.selector,
      entity.notSelector,
      entity.namespaceSelector,
      entity.serviceAccounts?.selector,
    ]),
  ];
  return selectors.some((selector) => selector !== undefined && hasStringTest(selector.tree));
}
