import { directions, type Peer, type PodBox, type PodPeer, type Policy, type Rule } from "../model/policy.ts";
import type { Selector } from "../model/selector.ts";
import { decidingRules } from "../semantics/rules-in-force.ts";
import { type Box, type Elements, everywhere, intersectBoxes, slab } from "./box.ts";
import { addressSets, maxRuleBoxes, type NamespaceFacts, PolicySpace, productOf } from "./policy-space.ts";
import { selectorBox } from "./selector-box.ts";
import { Universe } from "./universe.ts";

/** A pod of another namespace than the subject's; a pod of its own. */
const elsewhere: Elements = [0, 1];
const nearby: Elements = [2, 3];
const anySelector: Selector = { requirements: [] };

/** What a policy says that boxes cannot. */
export class NotUnderstood {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/**
 * Policies of any tier as boxes over (subject, its namespace, peer, packet). The namespace of the subject is a dimension,
 * and a peer in that very namespace is a case of its own: what selects by labels of namespaces then selects by those of the
 * subject's. A peer in another namespace has another name; `possibleIn` sees to that.
 */
export class TierSpace {
  readonly space: PolicySpace;
  readonly #subjects = new Map<Policy, readonly Box[]>();
  readonly #rules = new Map<Rule, readonly Box[] | NotUnderstood>();

  constructor(policies: readonly Policy[], facts?: NamespaceFacts) {
    this.space = new PolicySpace(policies, facts, new Universe(policies.flatMap(addressSets), "of any namespace"));
  }

  get universe(): Universe {
    return this.space.universe;
  }

  /** The pods that a policy applies to, with their namespaces. */
  subjects(policy: Policy): readonly Box[] {
    let boxes = this.#subjects.get(policy);
    if (boxes === undefined) {
      boxes = [policy.subject, ...(policy.subject.or ?? [])].flatMap((box) => this.#subjectsOf(policy, box));
      this.#subjects.set(policy, boxes);
    }
    return boxes;
  }

  #subjectsOf({ namespace }: Policy, { namespaceSelector, podSelector }: PodBox): readonly Box[] {
    const chosen = selectorBox(this.universe, "subject", podSelector);
    const own = namespace === undefined ? everywhere : this.space.namesBox("subjectNamespace", [namespace]);
    const spaces =
      namespaceSelector === undefined ? [everywhere] : this.space.namespaceBoxes("subjectNamespace", namespaceSelector);
    const pods = chosen && own && intersectBoxes(chosen, own);
    return pods === undefined ? [] : overlaps(pods, spaces);
  }

  /** All that a rule matches. */
  ruleBoxes(policy: Policy, rule: Rule): readonly Box[] | NotUnderstood {
    let boxes = this.#rules.get(rule);
    if (boxes === undefined) this.#rules.set(rule, (boxes = this.#expand(policy, rule)));
    return boxes;
  }

  #expand(policy: Policy, { peers, ports, unknown }: Rule): readonly Box[] | NotUnderstood {
    if (unknown !== undefined) return new NotUnderstood(`it has a rule with ${unknown}`);
    const strange = peers === "any" ? undefined : peers.find(({ type }) => !understood.has(type));
    if (strange !== undefined) return new NotUnderstood(`it has a peer of type ${strange.type}`);
    const who = peers === "any" ? [everywhere] : peers.flatMap((peer) => this.#peer(policy, peer));
    const where = this.space.portBoxes(ports);
    const subjects = this.subjects(policy);
    if (who.length * where.length * subjects.length > maxRuleBoxes)
      return new NotUnderstood("it has a rule that is too big");
    return subjects.flatMap((subject) => productOf(subject, who, where));
  }

  #peer(policy: Policy, peer: Peer): readonly Box[] {
    if (peer.type === "pods") return this.#pods(policy, peer);
    const box =
      peer.type === "ipBlock"
        ? this.space.addressBox(this.universe.addressElements(peer.addresses))
        : peer.type === "networks"
          ? // "Networks match addresses wherever they are": pods at them, too.
            slab(this.universe.address, this.universe.addressElements(peer.addresses))
          : undefined;
    return box === undefined ? [] : [box];
  }

  #pods({ namespace }: Policy, { namespaceSelector, podSelector = anySelector }: PodPeer): readonly Box[] {
    const chosen = selectorBox(this.universe, "peer", podSelector);
    if (chosen === undefined) return [];
    if (namespaceSelector === undefined && namespace !== undefined) {
      // "podSelector alone: the pods in the policy's own namespace", which is that of its subjects.
      return overlaps(chosen, [this.#ofKind(nearby)]);
    }
    const selector = namespaceSelector ?? anySelector;
    return (["peerNamespace", "subjectNamespace"] as const).flatMap((role) =>
      overlaps(chosen, [this.#ofKind(role === "peerNamespace" ? elsewhere : nearby)]).flatMap((pods) =>
        overlaps(pods, this.space.namespaceBoxes(role, selector)),
      ),
    );
  }

  #ofKind(kind: Elements): Box {
    return slab(this.universe.peerKind, kind) ?? everywhere;
  }
}

const understood: ReadonlySet<Peer["type"]> = new Set(["pods", "ipBlock", "networks"]);

function overlaps(box: Box, others: readonly Box[]): readonly Box[] {
  return others.map((other) => intersectBoxes(box, other)).filter((both) => both !== undefined);
}

/** Why a policy cannot be expressed by boxes; undefined when it can. */
export function whyNotExpressed(space: TierSpace, policy: Policy): string | undefined {
  for (const direction of directions)
    for (const rule of decidingRules(policy, direction)) {
      const boxes = space.ruleBoxes(policy, rule);
      if (boxes instanceof NotUnderstood) return boxes.reason;
    }
  return undefined;
}
