import type { OldFormPeer, Rule } from "../model/policy.ts";

/**
 * A rule of a cluster-wide policy of which something is not known to who reads it: "For Accept rules, fail closed means: treat
 * the rule as matching no traffic. For Deny and Pass rules: treat it as a Deny all rule."
 */
export function failedClosed(
  action: Rule["action"],
  failsClosed: NonNullable<Rule["failsClosed"]>,
  oldPeers: readonly OldFormPeer[] = [],
): Rule {
  const left = { ports: "any", failsClosed, ...(oldPeers.length > 0 && { oldPeers }) } as const;
  return action === "allow" ? { action, peers: [], ...left } : { action: "deny", peers: "any", ...left };
}

/** Whether a rule of a cluster-wide policy has a peer that no version of Calico knows: it reads `namespaces`, `pods` and `networks`. */
export function hasPeerUnknownToCalico({ peers }: Pick<Rule, "peers">): boolean {
  return peers !== "any" && peers.some(({ type }) => type === "nodes" || type === "domains");
}
