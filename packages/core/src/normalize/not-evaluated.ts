import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import type { KindReader } from "./kind-reader.ts";
import type { RawValue } from "../parse/document.ts";
import { isDnsSubdomain } from "./names.ts";
import type { RawObject } from "./raw-object.ts";
import { groupOf, isMapping } from "./raw-object.ts";

/** Kinds of other projects (or of later APIs) that change what the network allows. The text says what is not taken into account. */
const kinds: Readonly<Record<string, string>> = {
  AdminNetworkPolicy: "its rules come before every NetworkPolicy",
  BaselineAdminNetworkPolicy: "its rules apply where no NetworkPolicy selects a pod",
  ClusterNetworkPolicy: "its rules come before every NetworkPolicy or, in the Baseline tier, after them",
  CiliumNetworkPolicy: "Cilium enforces it beside the NetworkPolicies",
  CiliumClusterwideNetworkPolicy: "Cilium enforces it beside the NetworkPolicies",
  NetworkPolicy: "it is no NetworkPolicy of Kubernetes, and its CNI enforces it beside them",
  GlobalNetworkPolicy: "Calico enforces it in every namespace",
  MultiNetworkPolicy: "it applies to additional networks of pods",
  AuthorizationPolicy: "Istio allows or denies requests by it, on top of the network",
  EgressFirewall: "OVN-Kubernetes denies egress by it",
  EgressNetworkPolicy: "OpenShift SDN denies egress by it",
};

const anyVersion = (): boolean => true;

/** Readers for the kinds that are not evaluated yet: such an object is kept by name, so that it is never silent. */
export const notEvaluatedReaders: readonly KindReader[] = Object.entries(kinds).map(([kind, effect]) => ({
  kind,
  reads:
    kind === "AuthorizationPolicy" ? (apiVersion: string) => groupOf(apiVersion) === "security.istio.io" : anyVersion,
  read: (object, draft) => {
    draft.putNotEvaluated({ ref: refOf(object), reason: `${kind} is not evaluated: ${effect}`, origin: object.origin });
  },
}));

/** The identity of an object that is only named. */
export function refOf({ apiVersion, kind, value }: RawObject): ObjectRef {
  const metadata = isMapping(value["metadata"]) ? value["metadata"] : {};
  const namespace = nameIn(metadata["namespace"]);
  return { apiVersion, kind, ...(namespace === "" ? {} : { namespace }), name: nameIn(metadata["name"]) };
}

/** These kinds are not validated here, but a name that no API server accepts must not reach a terminal. */
function nameIn(value: RawValue | undefined): string {
  return typeof value === "string" && isDnsSubdomain(value) ? value : "";
}
