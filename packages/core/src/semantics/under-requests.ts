import type { Cluster } from "../model/cluster.ts";
import { type Direction, directions, type Peer, type Policy, type PortSpec, type Rule } from "../model/policy.ts";
import { type AllowedRequest, authentication, type RequestView } from "../model/requests.ts";
import { intersection } from "../sets/interval-set.ts";
import { policiesForNodes } from "./implied-policies.ts";
import { peerKey, portKey } from "./canonical-key.ts";
import { areSubjectsAlike, mayMeet, maySelectTheSame } from "./subjects.ts";
import { withLookUps } from "./look-ups.ts";
import { limitAllows, requestText } from "./requests.ts";
import { compareTiers } from "./tiers.ts";

/** Policies for pods and for nodes. */
type Policies = Pick<Cluster, "policies" | "hostPolicies">;

/** Whether some rule of a cluster limits requests. */
export function limitsRequests(cluster: Policies): boolean {
  return [...withLookUps(cluster.policies), ...policiesForNodes(cluster)].some(({ rules }) =>
    directions.some((direction) => rules[direction].some(isLimited)),
  );
}

/**
 * The policies of a cluster as they are for some request, for every request, or for one. With `some` nothing changes: a
 * limited port is open. Else a rule allows, does not, or may allow what it is limited to.
 */
export function underRequests<C extends Policies>(cluster: C, view: RequestView): C {
  if (view === "some" || !limitsRequests(cluster)) return cluster;
  const policies = policiesFor(withLookUps(cluster.policies), view);
  if (cluster.hostPolicies === undefined) return { ...cluster, policies };
  const hostPolicies = cluster.hostPolicies.map((host) => ({ ...host, policies: policiesFor(host.policies, view) }));
  return { ...cluster, policies, hostPolicies };
}

function policiesFor(all: readonly Policy[], view: Exclude<RequestView, "some">): readonly Policy[] {
  const limits = limitsOf(all);
  const rulesFor = (policy: Policy, direction: Direction): readonly Rule[] =>
    policy.rules[direction].flatMap((rule) => [
      ...ruleFor(rule, policy, limits[direction], view),
      ...othersDenied(rule, { policy, direction, policies: all }, view),
    ]);
  return all.map(({ unauthenticated, ...policy }): Policy => {
    const denied = (direction: Direction): readonly Rule[] => unauthenticated?.[direction].map(possibly) ?? [];
    const isNamed = view !== "every" && view.type === "named" && view.texts.has(authentication);
    const [ingress, egress] = directions.map((direction) => [
      ...rulesFor(policy, direction),
      ...(isNamed ? [] : denied(direction)),
    ]);
    return { ...policy, rules: { ingress: ingress ?? [], egress: egress ?? [] } };
  });
}

/** What must be authenticated must be so whatever else allows it: whether it is, nobody knows. */
function possibly(rule: Rule): Rule {
  return { ...rule, unknown: rule.unknown ?? authentication };
}

/** A rule that limits requests, and the policy it is of. */
interface Limit {
  readonly policy: Policy;
  readonly rule: Rule;
  readonly requests: readonly AllowedRequest[];
}

type Limits = Readonly<Record<Direction, readonly Limit[]>>;

/** Whether a rule lets pass some requests only, and nothing says yet for which of them that is asked. */
export function isLimited({ requests, action, placeholder, unknown }: Rule): boolean {
  return requests !== undefined && action === "allow" && placeholder !== true && unknown === undefined;
}

function limitsOf(policies: readonly Policy[]): Limits {
  const of = (direction: Direction): readonly Limit[] =>
    policies.flatMap((policy) =>
      policy.rules[direction].flatMap((rule) =>
        rule.requests === undefined || !policy.applies[direction] ? [] : [{ policy, rule, requests: rule.requests }],
      ),
    );
  return { ingress: of("ingress"), egress: of("egress") };
}

function ruleFor(
  rule: Rule,
  policy: Policy,
  limits: readonly Limit[],
  view: Exclude<RequestView, "some">,
): readonly Rule[] {
  if (rule.action !== "allow") return [rule];
  if (rule.requests !== undefined) return [limitedRule(rule, rule.requests, view)];
  return cutByAll(rule, policy, limits);
}

/** Also a rule without a limit may be cut by the limits of others. */
function cutByAll(rule: Rule, policy: Policy, limits: readonly Limit[]): readonly Rule[] {
  return limits.reduce<readonly Rule[]>(
    (pieces, limit) => pieces.flatMap((piece) => cut(piece, policy, limit)),
    [rule],
  );
}

/** The requests that the policies of a cluster name, as they write them. */
export function namedRequests({ policies }: Pick<Cluster, "policies">): ReadonlySet<string> {
  const limits = withLookUps(policies)
    .flatMap(({ rules }) => [...rules.ingress, ...rules.egress])
    .filter(isLimited);
  return new Set(limits.flatMap(({ requests = [] }) => requests.map(requestText)));
}

/** Where a rule stands: its policy and direction, among all policies. */
interface Standing {
  readonly policy: Policy;
  readonly direction: Direction;
  readonly policies: readonly Policy[];
}

/** Requests that a strict rule does not let pass are denied, but for what another rule lets pass. */
function othersDenied(rule: Rule, standing: Standing, view: Exclude<RequestView, "some">): readonly Rule[] {
  if (rule.strict === undefined || rule.requests === undefined || rule.action !== "allow") return [];
  const limited = limitedRule(rule, rule.requests, view);
  if (limited.requests === undefined) return [];
  const { requests: _, strict, ...others } = rule;
  const denied: Rule = { ...others, action: "deny" };
  if (strict === "in doubt")
    return [
      {
        ...denied,
        unknown: "other requests, which Cilium is documented to drop, and its agents let the proxy pass",
      },
    ];
  const lifting = limited.unknown === undefined ? liftsOf(rule, standing, view) : "maybe";
  if (lifting === "surely") return [];
  return [lifting === "no" ? denied : { ...denied, unknown: "other requests, which another rule may let pass" }];
}

/** Whether other rules lift a strict limit: of look-ups those that allow on that very port. Of all else nobody says. */
function liftsOf(
  rule: Rule,
  { policy, direction, policies }: Standing,
  view: Exclude<RequestView, "some">,
): "surely" | "maybe" | "no" {
  if (view === "every" || view.type !== "dns" || rule.ports === "any") return "maybe";
  const own = rule.ports.map(portKey);
  let found: "maybe" | "no" = "no";
  for (const other of policies) {
    if (!other.applies[direction] || !maySelectTheSame(policy, other)) continue;
    for (const each of other.rules[direction]) {
      const passing = each.requests === undefined ? each : limitedRule(each, each.requests, view);
      const passes = each !== rule && passing.action === "allow" && passing.placeholder !== true;
      if (!passes || passing.ports === "any" || !mayBeTheSame(rule, each)) continue;
      const ports = new Set(passing.ports.map(portKey));
      if (!own.some((port) => ports.has(port))) continue;
      const isSure =
        passing.unknown === undefined &&
        own.every((port) => ports.has(port)) &&
        decidesAlone(rule, policy, { policy: other, rule: each });
      if (isSure) return "surely";
      found = "maybe";
    }
  }
  return found;
}

function limitedRule(rule: Rule, requests: readonly AllowedRequest[], view: Exclude<RequestView, "some">): Rule {
  const isNamed =
    view !== "every" && view.type === "named" && requests.some((each) => view.texts.has(requestText(each)));
  if (isNamed) {
    const { requests: _, ...known } = rule;
    return known;
  }
  if (view === "every" || view.type === "named")
    return { ...rule, unknown: `requests limited to ${requests.map(requestText).join(", ")}` };
  const match = limitAllows(requests, view);
  if (match === "yes") {
    const { requests: _, ...known } = rule;
    return known;
  }
  return match === "no" ? { ...rule, placeholder: true } : { ...rule, unknown: match.missing };
}

/**
 * What a limit of another rule leaves of a rule without one. Names of servers and authentication are asked of all rules with
 * that peer and port; the DNS proxy knows the rules of that very port, and none of a range or without ports.
 */
function cut(rule: Rule, policy: Policy, limit: Limit): readonly Rule[] {
  const { policy: other, rule: limited, requests } = limit;
  if (limited.ports === "any" || rule.unknown !== undefined || !maySelectTheSame(policy, other)) return [rule];
  if (isAskedBefore(policy, other)) return [rule];
  const isDns = requests.some(({ type }) => type === "dns");
  if (isDns) {
    const wider = limited.ports.filter((port) => isWithin(port, rule.ports));
    return wider.length > 0 && mayBeTheSame(rule, limited) ? cutPorts(rule, policy, limit, wider) : [rule];
  }
  if (rule.ports === "any" || !requests.some(({ type }) => type === "serverName" || type === "other")) return [rule];
  const own = new Set(rule.ports.map(portKey));
  const ports = limited.ports.filter((port) => own.has(portKey(port)));
  if (ports.length === 0) return [rule];
  if (rule.peers === "any" || limited.peers === "any")
    return rule.peers === limited.peers ? cutPorts(rule, policy, limit, ports) : [rule];
  const known = new Set(limited.peers.map(peerKey));
  const [same, others] = [true, false].map((is) => onlyPeers(rule, (peer) => known.has(peerKey(peer)) === is));
  return [
    ...(others === undefined ? [] : [others]),
    ...(same === undefined ? [] : cutPorts(same, policy, limit, ports)),
  ];
}

/** What is asked before a limit, in an order, is decided without it. */
function isAskedBefore(policy: Policy, other: Policy): boolean {
  const order = compareTiers(policy.tier, other.tier);
  return order < 0 || (order === 0 && policy.tier.decides === "first-match" && policy.priority <= other.priority);
}

/** Whether a port is one of others, or may be, and none of them is that port alone: to the DNS proxy the name of a port is another. */
function isWithin(port: PortSpec, others: Rule["ports"]): boolean {
  if (others === "any") return true;
  if (others.some((each) => portKey(each) === portKey(port))) return false;
  return others.some((each) => mayHave(each, port));
}

function mayHave(wide: PortSpec, port: PortSpec): boolean {
  if (wide.protocol !== port.protocol) return false;
  return wide.type === "named" || port.type === "named" || (wide.from <= port.from && port.to <= wide.to);
}

/** A rule without some ports; on these it may still allow, unless the limit is about all that the rule is about. */
function cutPorts(rule: Rule, policy: Policy, limit: Limit, ports: readonly PortSpec[]): readonly Rule[] {
  const left = withoutPorts(rule, ports);
  if (decidesAlone(rule, policy, limit)) return [left];
  const unknown = `requests limited to ${limit.requests.map(requestText).join(", ")}`;
  return [left, { ...rule, ports: ofBoth(rule.ports, ports), unknown }];
}

/** Of the ports of a rule those that a limit may be about: nobody knows here which number a name has. */
function ofBoth(own: Rule["ports"], limited: readonly PortSpec[]): readonly PortSpec[] {
  if (own === "any") return limited;
  return limited.flatMap((port) => {
    const wide = own.filter((each) => mayHave(each, port));
    const isKnown = wide.some((each) =>
      port.type === "range" ? each.type === "range" : portKey(each) === portKey(port),
    );
    return isKnown ? [port] : wide;
  });
}

/** A rule with some of its peers; undefined where that is none. */
function onlyPeers(rule: Rule, keep: (peer: Peer) => boolean): Rule | undefined {
  if (rule.peers === "any") return rule;
  const peers = rule.peers.filter(keep);
  if (peers.length === 0) return undefined;
  const { written } = rule;
  if (written === undefined) return { ...rule, peers };
  const kept = rule.peers.map(keep);
  return { ...rule, peers, written: { ...written, peers: written.peers.filter((_, i) => kept[i]) } };
}

/** Whether a limit decides about all that a rule cut by it is about. */
function decidesAlone(
  rule: Rule,
  policy: Policy,
  { policy: other, rule: limited }: Pick<Limit, "policy" | "rule">,
): boolean {
  if (!areSubjectsAlike(policy, other)) return false;
  if (limited.peers === "any") return true;
  const known = new Set(limited.peers.map(peerKey));
  return rule.peers !== "any" && rule.peers.every((peer) => known.has(peerKey(peer)));
}

function withoutPorts(rule: Rule, ports: readonly PortSpec[]): Rule {
  if (rule.ports === "any") return { ...rule, exceptPorts: [...(rule.exceptPorts ?? []), ...ports] };
  const gone = new Set(ports.map(portKey));
  const left = { ...rule, ports: rule.ports.filter((port) => !gone.has(portKey(port))) };
  const within = ports.filter((port) => isWithin(port, left.ports));
  return within.length === 0 ? left : { ...left, exceptPorts: [...(rule.exceptPorts ?? []), ...within] };
}

function mayBeTheSame(a: Rule, b: Rule): boolean {
  if (a.peers === "any" || b.peers === "any") return true;
  const others = b.peers;
  return a.peers.some((peer) => others.some((other) => mayBeTheSamePeer(peer, other)));
}

function mayBeTheSamePeer(a: Peer, b: Peer): boolean {
  if (a.type === "pods" && b.type === "pods")
    return mayMeet(a.podSelector, b.podSelector) && mayMeet(a.namespaceSelector, b.namespaceSelector);
  if (a.type === "networks" && b.type === "networks") return intersection(a.addresses, b.addresses).length > 0;
  return a.type === b.type || (a.type !== "pods" && b.type !== "pods");
}
