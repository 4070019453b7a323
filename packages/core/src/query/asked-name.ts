import type { ListedEndpoint } from "../reachability/endpoints.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { normalName } from "../semantics/dns-names.ts";
import { limitAllows } from "../semantics/requests.ts";
import { parseAddress } from "../sets/address.ts";
import { singleAddresses } from "../sets/address-set.ts";
import { isSubset } from "../sets/interval-set.ts";
import { formatPath } from "../source/position.ts";
import { type Policy, rulePath } from "../model/policy.ts";
import { ingressController } from "./from-ingress-controller.ts";
import { parseDnsName } from "./asked-request.ts";
import { type QuestionPart, type QuestionSide, resolveEndpoint } from "./resolve-endpoint.ts";

/** The name of a Service in the cluster's own domain: `api.shop.svc`, `api.shop.svc.cluster.local`. */
const serviceName = /^(?<service>[^.]+)\.(?<namespace>[^.]+)\.svc(?:\..+)?$/u;

/**
 * A target that is a name of DNS outside the cluster, as `api.example.com`; undefined where the text means something else.
 * Names of Services lead to their pods.
 */
export function outsideName(
  text: string,
  endpoints: readonly ListedEndpoint[],
  defaultNamespace: string,
): string | undefined {
  if (!/^(?=.*[a-z])[\w-]+(?:\.[\w-]+)+\.?$/iu.test(text) || parseAddress(text) !== undefined) return undefined;
  const isWorkload = endpoints.some(
    ({ endpoint, workload }) =>
      endpoint.id === text || (workload?.name === text && workload.namespace === defaultNamespace),
  );
  return isWorkload || serviceName.test(normalName(text)) ? undefined : normalName(parseDnsName(text));
}

/** The name of a Service as other questions have it: `shop/Service/api`. */
export function withoutDomain(text: string): string {
  const { service, namespace } = serviceName.exec(normalName(text))?.groups ?? {};
  return service === undefined || namespace === undefined ? text : `${namespace}/Service/${service}`;
}

/** The target: wherever outside the cluster the name leads to. */
export function nameSide(name: string, reachability: Reachability, endpoints: readonly ListedEndpoint[]): QuestionSide {
  const nodes = singleAddresses((reachability.cluster.nodes ?? []).flatMap(({ addresses }) => addresses));
  const parts = endpoints.flatMap(({ endpoint, classId }): readonly QuestionPart[] =>
    endpoint.type !== "ipBlock" || isSubset(reachability.addressesOf(classId), nodes)
      ? []
      : [{ id: endpoint.id, classId, toItself: false, isWorkload: false }],
  );
  return { label: name, parts, isName: true };
}

/** A rule by which pods look a name up through Cilium's DNS proxy. */
interface LookUp {
  readonly policy: Policy;
  readonly index: number;
}

/** How Cilium comes to know the addresses of a name for the source; where the rules for it are lacking, why. */
export function learning(
  source: string,
  name: string,
  reachability: Reachability,
  endpoints: readonly ListedEndpoint[],
  defaultNamespace: string,
): { readonly unseen?: string; readonly notes: readonly string[] } {
  const asksNames = reachability.cluster.policies.some(({ rules }) =>
    rules.egress.some(
      ({ peers }) => peers !== "any" && peers.some((peer) => peer.type === "domains" && peer.stars !== undefined),
    ),
  );
  if (!asksNames || source === ingressController) return { notes: [] };
  const { parts } = resolveEndpoint(source, reachability, endpoints, defaultNamespace);
  const found = parts.map((part) => lookUpOf(part, name, reachability));
  const [first] = found;
  if (first === undefined || found.includes(undefined))
    return {
      unseen: `whether Cilium learns the addresses of ${name} though no dns rule lets the source look it up`,
      notes: [],
    };
  const at = formatPath(rulePath(first.policy, "egress", first.index));
  const { kind, namespace, name: of } = first.policy.ref;
  return {
    notes: [
      `Cilium learns the addresses of ${name} when the source looks it up, which ${at} of ${kind} ${namespace === undefined ? of : `${namespace}/${of}`} allows`,
    ],
  };
}

function lookUpOf(part: QuestionPart, name: string, reachability: Reachability): LookUp | undefined {
  for (const policy of reachability.policiesOf(part.classId, "egress")) {
    const index = policy.rules.egress.findIndex(
      ({ requests, action }) =>
        action === "allow" && requests !== undefined && limitAllows(requests, { type: "dns", name }) === "yes",
    );
    if (index >= 0) return { policy, index };
  }
  return undefined;
}
