import type { Service } from "../../model/cluster.ts";
import type { Peer, PortSpec } from "../../model/policy.ts";
import type { Requirement } from "../../model/selector.ts";
import { singleAddresses } from "../../sets/address-set.ts";
import type { SliceDraft } from "./calico-draft.ts";
import { range } from "./rule-ports.ts";

/** The pods or addresses behind a Service, and the ports they listen on. */
export interface ServicePeers {
  readonly peers: readonly Peer[];
  readonly ports: readonly PortSpec[];
}

/** "The addresses of the endpoints of the Service, and their ports": of its EndpointSlices, or of the pods that it selects. */
export function servicePeers(
  namespace: string,
  name: string,
  allSlices: readonly SliceDraft[],
  services: readonly Service[],
): ServicePeers {
  const slices = allSlices.filter((slice) => slice.namespace === namespace && slice.service === name);
  if (slices.length > 0) {
    const addresses = singleAddresses(slices.flatMap((slice) => slice.addresses));
    const ports = slices.flatMap((slice) => slice.ports).map(({ protocol, port }) => range(protocol, port, port));
    return { peers: [{ type: "networks", cidrs: [`Service ${namespace}/${name}`], addresses }], ports };
  }
  const service = services.find((each) => each.namespace === namespace && each.name === name);
  if (service?.selector === undefined) return { peers: [], ports: [] };
  const requirements = Object.entries(service.selector).map(([key, value]) => requirement(key, value));
  const own = requirement("kubernetes.io/metadata.name", namespace);
  return {
    peers: [{ type: "pods", namespaceSelector: { requirements: [own] }, podSelector: { requirements } }],
    ports: service.ports.map(({ protocol, targetPort }) =>
      typeof targetPort === "number"
        ? range(protocol, targetPort, targetPort)
        : { type: "named", protocol, name: targetPort },
    ),
  };
}

function requirement(key: string, value: string): Requirement {
  return { key, operator: "In", values: [value], from: "matchLabels" };
}
