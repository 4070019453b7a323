import { portsText } from "../answers/ports-text.ts";
import type { Cluster } from "../model/cluster.ts";
import { type Direction, type Peer, type Policy, peerPath, type Rule, rulePath } from "../model/policy.ts";
import { formatPorts } from "../reachability/format-ports.ts";
import type { PodClass } from "../reachability/pod-classes.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { isCalico } from "../semantics/calico/calico-group.ts";
import { type ConnectionId, noConnections } from "../sets/connection-set.ts";
import { parseAddress } from "../sets/address.ts";
import { type AddressSet, parseCidr } from "../sets/address-set.ts";
import { isSubset } from "../sets/interval-set.ts";
import { formatPath, valueAt } from "../source/position.ts";
import type { SubjectAndPeer } from "./direction-verdict.ts";
import type { QuestionPart } from "./resolve-endpoint.ts";
import { peerLacks } from "./lacking.ts";
import type { LeadingPort } from "./service-ports.ts";
import { hasEntries } from "../semantics/entries.ts";

/** What is asked, for those who look at single rules. */
export interface AskedOfRules {
  readonly reachability: Reachability;
  readonly direction: Direction;
  readonly pairs: readonly SubjectAndPeer[];
  /** The asked port, as it is printed. */
  readonly port: string | undefined;
  readonly leading: readonly LeadingPort[];
}

/** Why a rule does not match, and how much is missing. */
export interface RuleMiss {
  readonly lacks: readonly string[];
  /** 0: only the port. Infinity: nothing about the rule is near. */
  readonly distance: number;
}

/** Why a rule of a policy that selects the pods does not match what was asked. */
export function missOf(asked: AskedOfRules, policy: Policy, rule: Rule, pair: SubjectAndPeer): RuleMiss {
  const { reachability, direction } = asked;
  const reached = reachability.ruleConnections(policy, rule, direction, pair.from.classId, pair.to.classId, "possible");
  if (reached !== noConnections) return { lacks: [portLack(asked, reached, pair)], distance: 0 };
  const ofPorts = portsOnly(asked, rule, pair);
  const { peers } = rule;
  if (peers === "any") return { lacks: ofPorts.length === 0 ? ["it has no port in common"] : ofPorts, distance: 0 };
  if (peers.length === 0) return { lacks: [nobodyText(policy, rule, direction)], distance: Infinity };
  const misses = peers.map((peer, i) =>
    peerMiss(asked, policy, peer, pair, peers.length > 1 ? pathOf(policy, rule, i, direction) : ""),
  );
  const [nearest] = misses.toSorted((a, b) => a.distance - b.distance);
  const distance = (nearest?.distance ?? Infinity) + ofPorts.length;
  return { lacks: [...(nearest?.lacks ?? []), ...ofPorts], distance };
}

/** Why a rule is about nobody. Calico's have another end, which is the pods that their policy selects. */
function nobodyText(policy: Policy, rule: Rule, direction: Direction): string {
  if (rule.placeholder !== true || !isCalico(policy.ref.apiVersion)) return "it names nobody";
  const path = rulePath(policy, direction, policy.rules[direction].indexOf(rule));
  if (valueAt(policy.origin, [...path, "action"]) === "Log") return "it only logs";
  return `its ${direction === "ingress" ? "destination" : "source"} is none of these pods, and that is whom a rule for ${direction} is asked about`;
}

function pathOf(policy: Policy, rule: Rule, peer: number, direction: Direction): string {
  const path = formatPath(peerPath(policy, direction, policy.rules[direction].indexOf(rule), peer));
  return ` (${path.slice(path.lastIndexOf("].") + 2)} comes nearest)`;
}

/** What the ports of a rule lack, whoever its peers are. */
function portsOnly(asked: AskedOfRules, rule: Rule, pair: SubjectAndPeer): readonly string[] {
  const { reachability, direction } = asked;
  const destination = reachability.podClass(direction === "ingress" ? pair.from.classId : pair.to.classId);
  if (destination === undefined || rule.ports === "any") return [];
  const ports = reachability.rulePorts(rule, destination);
  if (reachability.table.meets(ports, pair.asked)) return [];
  const ofNames =
    ports === noConnections ? nameLack(asked, rule, direction === "ingress" ? pair.from : pair.to) : undefined;
  return [ofNames ?? portLack(asked, ports, pair)];
}

/** A rule means the names that containers give their ports, which are easily taken for those of a Service. */
function nameLack({ leading }: AskedOfRules, { ports }: Rule, { workload }: QuestionPart): string | undefined {
  const names = ports === "any" ? [] : ports.flatMap((port) => (port.type === "named" ? [port.name] : []));
  if (names.length === 0 || workload === undefined) return undefined;
  const declared = new Set(workload.groups.flatMap(({ ports: own }) => own.flatMap(({ name }) => name ?? [])));
  const has =
    declared.size === 0 ? "the pods give no port a name" : `the pods name ${[...declared].slice(0, 5).join(", ")}`;
  const front = leading.find(({ use }) => use.portName !== undefined && names.includes(use.portName));
  const mistaken =
    front === undefined
      ? ""
      : `; ${front.use.portName} is what Service ${front.service} calls its port, and policies see the names that containers give`;
  const which = names.length === 1 ? "the port" : "the ports";
  return `it is for ${which} named ${names.slice(0, 5).join(", ")}, and ${has}${mistaken}`;
}

/** What ports of a rule lack: of a Service's port that somebody took for that of the pods, where that leads. */
export function portLack(
  { reachability: { table }, port, leading }: AskedOfRules,
  ports: ConnectionId,
  { asked }: Pick<SubjectAndPeer, "asked">,
): string {
  const has = portsText(formatPorts(ports, table));
  const mistaken = leading.find(
    ({ own, ofNodes, target }) =>
      own !== target && (table.meets(ports, own) || table.meets(ports, ofNodes)) && table.meets(asked, target),
  );
  if (mistaken === undefined)
    return `it is for ${has === "none" ? "a port that the target does not have" : has}${port === undefined ? "" : `, not for ${port}`}`;
  const { service, use } = mistaken;
  const what = table.meets(ports, mistaken.own) ? "the port" : "the node port";
  return `it is for ${has}: that is ${what} of Service ${service}, which leads to ${use.podPorts.join(", ")} of its pods, and policies see the port of the pods`;
}

function peerMiss(
  { reachability, direction }: AskedOfRules,
  policy: Policy,
  peer: Peer,
  { to }: SubjectAndPeer,
  which: string,
): RuleMiss {
  const { cluster, options } = reachability;
  const podClass = (id: number): PodClass | undefined => reachability.podClass(id);
  const who = direction === "ingress" ? "the source" : "the target";
  if (to.workload === undefined) {
    if (peer.type === "networks" && peer.outside === true && peer.asCidr !== true)
      return { lacks: [`${who} is not what it names: ${peer.cidrs.join(", ")}${which}`], distance: 2 };
    return peer.type === "pods"
      ? { lacks: [`${who} is no pod, and only pods are named`], distance: 6 }
      : isExcepted(peer, to.addresses ?? reachability.addressesOf(to.classId))
        ? { lacks: [`${who} is in what its block leaves out (except)${which}`], distance: 1 }
        : { lacks: [`${who} is at no address that it names${clusterAddress(cluster, peer)}${which}`], distance: 2 };
  }
  if (peer.type === "ipBlock" && !options.assumptions.ipBlockMatchesPods)
    return {
      lacks: [
        `${who} is a pod, and an ipBlock is taken for addresses outside the cluster (--assume ipBlockMatchesPods=true has it match pods)${clusterAddress(cluster, peer)}${which}`,
      ],
      distance: 3,
    };
  if (peer.type === "pods" && podClass(to.classId)?.onNode === true)
    return {
      lacks: [`${who} is on its node's network: no selector matches it, and to its peers it is the node's address`],
      distance: 2,
    };
  const lacks = peerLacks(cluster, policy, peer, to);
  if (lacks === undefined) return { lacks: [`${who} is not among what it names${which}`], distance: 5 };
  const { pod, namespace } = lacks;
  const missing = [...pod, ...namespace];
  if (missing.length === 0) {
    const isCertain =
      peer.type === "pods" && reachability.peers.podPeer(peer, policy.namespace ?? "").certain.has(to.classId);
    return isCertain
      ? { lacks: [], distance: 0 }
      : { lacks: [`${who} is not certain to be one of its pods`], distance: 1 };
  }
  return {
    lacks: [
      `${who} ${missing.join(" and ")}${hasPodSelectors(policy) ? bothNeeded(peer, pod, namespace) : ""}${which}`,
    ],
    distance: missing.length,
  };
}

/** Whether addresses lie in a block, all of them in parts that it leaves out. */
function isExcepted(peer: Peer, addresses: AddressSet): boolean {
  if (peer.type !== "ipBlock" || peer.except.length === 0) return false;
  const block = parseCidr(peer.cidr)?.addresses;
  return block !== undefined && isSubset(addresses, block);
}

/** An ipBlock that names the address of a Service: traffic to it is sent on before policies see it. */
function clusterAddress({ services }: Cluster, peer: Peer): string {
  if (peer.type !== "ipBlock") return "";
  const named = services.find(({ clusterIPs = [] }) =>
    clusterIPs.some((text) => {
      const address = parseAddress(text)?.address;
      return address !== undefined && isSubset([address, address + 1n], peer.addresses);
    }),
  );
  return named === undefined
    ? ""
    : `; ${peer.cidr} holds the address of Service ${named.namespace}/${named.name}, but mostly traffic is sent on to an endpoint before policies see it: name the addresses and the port of its endpoints`;
}

/** Whether peers of the policy are written as `namespaceSelector` and `podSelector`: in the kinds of Kubernetes. */
function hasPodSelectors({ ref }: Policy): boolean {
  return !isCalico(ref.apiVersion) && !hasEntries({ ref });
}

/** One item with both selectors asks for both: the commonest mistake is to take them for alternatives. */
function bothNeeded(peer: Peer, pod: readonly string[], namespace: readonly string[]): string {
  if (peer.type !== "pods" || peer.namespaceSelector === undefined || peer.podSelector === undefined) return "";
  if (pod.length > 0 === namespace.length > 0) return "";
  const matching = pod.length === 0 ? "its own labels match" : "its namespace matches";
  return `; ${matching}, but namespaceSelector and podSelector in one item must both match`;
}
