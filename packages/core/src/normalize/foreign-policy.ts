import { directions } from "../model/policy.ts";
import type { KindReader } from "./kind-reader.ts";
import { refOf } from "./not-evaluated.ts";
import { groupOf } from "./raw-object.ts";

/** What every project calls a policy for the network. */
const networkPolicy = /NetworkPolic(?:y|ies)$/;
/** What else a project of network policies may call one. */
const anyPolicy = /(?:Polic(?:y|ies)|Firewall|FirewallRule|SecurityGroup|PolicyEndpoint|Intents)$/;
/** Their API groups, each with those below it. */
const groups = [
  "antrea.io",
  "antrea.tanzu.vmware.com",
  "cilium.io",
  "k8s.ovn.org",
  "k8s.otterize.com",
  "kubeovn.io",
  "network.openshift.io",
  "networking.gke.io",
  "networking.k8s.aws",
  "networking.k8s.io",
  "nsx.vmware.com",
  "policy.networking.k8s.io",
  "projectcalico.org",
  "vpcresources.k8s.aws",
];
/** Of these, kinds that say where traffic goes, or how, and not whether it may. */
const routing = new Set([
  "BackendLBPolicy",
  "BackendTLSPolicy",
  "CiliumBGPPeeringPolicy",
  "CiliumEgressGatewayPolicy",
  "CiliumL2AnnouncementPolicy",
  "CiliumLocalRedirectPolicy",
  "EgressGatewayPolicy",
  "GCPGatewayPolicy",
  "GCPSessionAffinityPolicy",
  "HealthCheckPolicy",
]);

/** Whether a kind may be a policy for the network that no reader knows, so that its documents are worth reading. */
export function mayBeForeignPolicy(kind: string): boolean {
  return anyPolicy.test(kind);
}

/** Whether a kind is a policy for the network by its name, whoever's it is. */
export function isNetworkPolicyKind(kind: string): boolean {
  return networkPolicy.test(kind);
}

/** Takes note of policies for the network that no other reader knows; undefined for what is none. */
export function foreignPolicyReader(kind: string, apiVersion: string): KindReader | undefined {
  return isNetworkPolicyKind(kind) || isOfNetworks(kind, groupOf(apiVersion)) ? reader : undefined;
}

function isOfNetworks(kind: string, group: string): boolean {
  return (
    anyPolicy.test(kind) && !routing.has(kind) && groups.some((each) => group === each || group.endsWith(`.${each}`))
  );
}

const reader: KindReader = {
  kind: "NetworkPolicy",
  reads: () => true,
  read: (object, draft) =>
    draft.putNotEvaluated({
      ref: refOf(object),
      reason: `${object.kind} is not evaluated: what it allows or denies beside the NetworkPolicies is not known`,
      origin: object.origin,
      mayChange: { allows: directions, denies: directions },
    }),
};
