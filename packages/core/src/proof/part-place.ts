import { peerPath, portPath, rulePath } from "../model/policy.ts";
import type { PartPlace } from "../answers/proof.ts";
import { formatPath, locationOf, type NodePath } from "../source/position.ts";
import type { Part } from "../symbolic/redundancy.ts";

/** A part of a policy with the place where it is written. */
export function partPlace(part: Part): PartPlace {
  const path = pathOf(part);
  const { ref, origin } = part.policy;
  // A whole policy is pointed at by its name, like in findings.
  const location = locationOf(origin, part.type === "policy" ? ["metadata", "name"] : path);
  return { type: part.type, policy: ref, path: formatPath(path), location };
}

function pathOf(part: Part): NodePath {
  switch (part.type) {
    case "policy":
      return ["spec"];
    case "rule":
      return rulePath(part.policy, part.direction, part.rule);
    case "peer":
      return peerPath(part.policy, part.direction, part.rule, part.peer);
    case "port":
      return portPath(part.policy, part.direction, part.rule, part.port);
  }
}

/** `NetworkPolicy shop/web`, or `spec.ingress[0] of NetworkPolicy shop/web`. */
export function describePart({ type, policy, path }: PartPlace): string {
  const name = `${policy.kind} ${policy.namespace === undefined ? policy.name : `${policy.namespace}/${policy.name}`}`;
  return type === "policy" ? name : `${path} of ${name}`;
}
