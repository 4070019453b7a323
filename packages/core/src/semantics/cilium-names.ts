import { type Assumptions, isCiliumBefore } from "../model/assumptions.ts";
import type { Peer, Policy, Rule } from "../model/policy.ts";
import type { AllowedRequest } from "../model/requests.ts";
import { changed } from "./changed.ts";

/** Patterns of names as the assumed version of Cilium reads them: up to 1.18 two stars are one, since then labels. */
export function withStarsOf(
  policies: readonly Policy[],
  { ciliumVersion }: Pick<Assumptions, "ciliumVersion">,
): readonly Policy[] {
  if (!isCiliumBefore(ciliumVersion, "1.19")) return policies;
  return changed(policies, (policy) => {
    const egress = changed(policy.rules.egress, ofFlatStars);
    return egress === policy.rules.egress ? policy : { ...policy, rules: { ...policy.rules, egress } };
  });
}

function ofFlatStars(rule: Rule): Rule {
  const peers = rule.peers === "any" ? rule.peers : changed(rule.peers, flatPeer);
  const requests = rule.requests && changed(rule.requests, flatRequest);
  if (peers === rule.peers && requests === rule.requests) return rule;
  return { ...rule, peers, ...(requests === undefined ? {} : { requests }) };
}

function flatPeer(peer: Peer): Peer {
  const isOther = peer.type === "domains" && peer.stars !== undefined && peer.names.some(readsOtherwise);
  return isOther ? { ...peer, stars: "one-label" } : peer;
}

function flatRequest(request: AllowedRequest): AllowedRequest {
  const isOther = request.type === "dns" && request.pattern !== undefined && readsOtherwise(request.pattern);
  return isOther ? { ...request, stars: "one-label" } : request;
}

/** Stars that since 1.19 are more than characters of one label: `**.example`, `**`, `*.`. */
function readsOtherwise(pattern: string): boolean {
  return /^\*(?:\*+(?:\.|$)|\.$)/.test(pattern.trim());
}
