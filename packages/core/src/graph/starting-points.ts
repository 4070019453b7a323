import { nearest } from "../lib/nearest.ts";
import type { Workload } from "../model/cluster.ts";
import type { ListedEndpoint } from "../reachability/endpoints.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { parseAddress } from "../sets/address.ts";
import { type AddressSet, parseCidr } from "../sets/address-set.ts";
import { intersection } from "../sets/interval-set.ts";
import { publicAddresses } from "../sets/special-addresses.ts";
import { UsageError } from "../lib/usage-error.ts";
import type { EndpointRelation } from "./endpoint-relation.ts";
import { externalNode } from "./partition.ts";

/**
 * The endpoints that names stand for: the id of an endpoint or of a node of some graph, `namespace/name`,
 * `namespace/Kind/name`, an IP address, a CIDR, or `internet` (the public addresses). A workload that is split means all
 * its parts. Throws a UsageError with the nearest names.
 */
export function startingPoints(
  { endpoints, reachability }: EndpointRelation,
  names: readonly string[],
): readonly ListedEndpoint[] {
  const wanted = new Set<ListedEndpoint>();
  for (const name of names) {
    const addresses = addressesNamed(name);
    const found = addresses === undefined ? named(endpoints, name) : outside(endpoints, addresses, reachability);
    if (found.length === 0) throw unknownName(endpoints, name);
    for (const endpoint of found) wanted.add(endpoint);
  }
  return endpoints.filter((endpoint) => wanted.has(endpoint));
}

function addressesNamed(name: string): AddressSet | undefined {
  if (name === "internet") return publicAddresses();
  const address = parseAddress(name)?.address;
  return address === undefined ? parseCidr(name)?.addresses : [address, address + 1n];
}

function outside(
  endpoints: readonly ListedEndpoint[],
  addresses: AddressSet,
  reachability: Reachability,
): readonly ListedEndpoint[] {
  return endpoints.filter(
    ({ endpoint, classId }) =>
      endpoint.type === "ipBlock" && intersection(reachability.addressesOf(classId), addresses).length > 0,
  );
}

function named(endpoints: readonly ListedEndpoint[], name: string): readonly ListedEndpoint[] {
  const exact = endpoints.filter(({ endpoint, workload }) => endpoint.id === name || workload?.id === name);
  if (exact.length > 0) return exact;
  if (name === externalNode) return endpoints.filter(({ endpoint }) => endpoint.type === "ipBlock");
  const byName = endpoints.filter(({ workload }) => workload !== undefined && isNamed(workload, name));
  if (byName.length > 0) return byName;
  return endpoints.filter(({ workload }) => workload !== undefined && `namespace/${workload.namespace}` === name);
}

function isNamed({ namespace, kind, name }: Workload, text: string): boolean {
  const [first, second, third, ...more] = text.split("/");
  if (first !== namespace || more.length > 0) return false;
  return third === undefined ? second === name : third === name && second?.toLowerCase() === kind.toLowerCase();
}

function unknownName(endpoints: readonly ListedEndpoint[], name: string): UsageError {
  const known = endpoints.map(({ endpoint, workload }) =>
    workload === undefined ? endpoint.id : `${workload.namespace}/${workload.name}`,
  );
  const hints = nearest(name, known);
  const hint = hints.length > 0 ? `; did you mean ${hints.join(" or ")}?` : "";
  return new UsageError(`no endpoint ${JSON.stringify(name.slice(0, 100))} in the input${hint}`);
}
