import type { JsonValue } from "../answers/finding.ts";
import { type Direction, type Policy, directions, peerPath, rulePath } from "../model/policy.ts";
import { isCalico } from "../semantics/calico/calico-group.ts";
import { parseCidr } from "../sets/address-set.ts";
import { type NodePath, formatPath } from "../source/position.ts";
import type { Candidate, PolicyObject } from "./candidate.ts";
import { joinHalves, outermost } from "./cidr-halves.ts";
import { firstNames, nameText } from "./step-words.ts";
import { pointer } from "./step.ts";

const kindsWithNetworks: ReadonlySet<string> = new Set([
  "AdminNetworkPolicy",
  "BaselineAdminNetworkPolicy",
  "ClusterNetworkPolicy",
]);

/** Whether a policy has lists of networks that are joined. */
export function hasNetworks({ ref }: Pick<Policy, "ref">): boolean {
  return kindsWithNetworks.has(ref.kind) || isCalico(ref.apiVersion);
}

/** Lists of blocks of which some are halves of one, or lie in another. */
export function joinedNetworks(object: PolicyObject): readonly Candidate[] {
  const { first } = object;
  return directions.flatMap((direction) =>
    first.rules[direction].flatMap((rule, i) =>
      rule.peers === "any"
        ? []
        : rule.peers.flatMap((peer, j) => {
            const path = networksPath(first, direction, i, j);
            if (peer.type !== "networks" || path === undefined || peer.outside === true) return [];
            const cidrs = fewerBlocks(peer.cidrs);
            return cidrs === undefined ? [] : [joinedList(object, direction, [i, j], { path, was: peer.cidrs, cidrs })];
          }),
    ),
  );
}

/** Where a list of networks stands: peers of Kubernetes' kinds each have one, a rule of Calico's names one of its ends. */
function networksPath(policy: Policy, direction: Direction, rule: number, peer: number): NodePath | undefined {
  if (kindsWithNetworks.has(policy.ref.kind)) return [...peerPath(policy, direction, rule, peer), "networks"];
  // Parts say which of their rules are asked: a rule may stand in several.
  if (
    policy.tier.ties !== "calicoTies" ||
    policy.part !== undefined ||
    policy.rules[direction][rule]?.peers.length !== 1
  )
    return undefined;
  return [...rulePath(policy, direction, rule), direction === "ingress" ? "source" : "destination", "nets"];
}

function fewerBlocks(cidrs: readonly string[]): readonly string[] | undefined {
  const parsed = cidrs.map((text) => parseCidr(text));
  if (parsed.some((each) => each === undefined || each.mapped)) return undefined;
  const fewer = joinHalves(outermost(cidrs)).map(({ cidr }) => cidr);
  return fewer.length < cidrs.length ? fewer : undefined;
}

function joinedList(
  object: PolicyObject,
  direction: Direction,
  [rule, peer]: readonly [number, number],
  { path, was, cidrs }: { readonly path: NodePath; readonly was: readonly string[]; readonly cidrs: readonly string[] },
): Candidate {
  return blocksStep(object, path, { was, cidrs, value: [...cidrs] }, (policy) => ({
    ...policy,
    rules: {
      ...policy.rules,
      [direction]: policy.rules[direction].map((each, i) =>
        i !== rule || each.peers === "any"
          ? each
          : {
              ...each,
              peers: each.peers.map((one, j) => (j === peer && one.type === "networks" ? { ...one, cidrs } : one)),
            },
      ),
    },
  }));
}

/** The step that writes a list of blocks with fewer. `value`: the list as it is then written. */
export function blocksStep(
  object: PolicyObject,
  path: NodePath,
  {
    was,
    cidrs,
    value,
  }: { readonly was: readonly string[]; readonly cidrs: readonly string[]; readonly value: readonly JsonValue[] },
  change: Candidate["change"],
): Candidate {
  const { first } = object;
  return {
    type: "merge-blocks",
    object,
    path,
    description: `write ${firstNames(cidrs)} for ${firstNames(was)} in ${formatPath(path)} of ${nameText(first)}`,
    reason: `${was.length} blocks are ${cidrs.length}`,
    proof: "the same addresses",
    patch: () => [{ policy: first, op: "replace", path: pointer(...path), value: [...value] }],
    covers: [],
    change,
  };
}
