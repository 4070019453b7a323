import type { PartPlace } from "../answers/proof.ts";
import { formatPath, locationOf } from "../source/position.ts";
import { type Part, partPath } from "../symbolic/redundancy.ts";

/** A part of a policy with the place where it is written. */
export function partPlace(part: Part): PartPlace {
  const path = partPath(part);
  const { ref, origin } = part.policy;
  // A whole policy is pointed at by its name, like in findings.
  const location = locationOf(origin, part.type === "policy" ? ["metadata", "name"] : path);
  return { type: part.type, policy: ref, path: formatPath(path), location };
}

/** `NetworkPolicy shop/web`, or `spec.ingress[0] of NetworkPolicy shop/web`. */
export function describePart({ type, policy, path }: PartPlace): string {
  const name = `${policy.kind} ${policy.namespace === undefined ? policy.name : `${policy.namespace}/${policy.name}`}`;
  return type === "policy" ? name : `${path} of ${name}`;
}
