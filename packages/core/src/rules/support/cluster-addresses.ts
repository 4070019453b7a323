import { remembered } from "../../lib/remembered.ts";
import { type Address, parseAddress } from "../../sets/address.ts";
import { type AddressSet, parseCidr } from "../../sets/address-set.ts";
import type { Family } from "../../sets/connection-set.ts";
import { intersection, unionAll } from "../../sets/interval-set.ts";
import { type AddressUse, addressUses } from "../../model/facts.ts";
import type { RuleContext } from "../context.ts";
import { clusterCidrs } from "./cluster-facts.ts";

/** Something of the cluster that a set of addresses covers. */
export interface Covered {
  readonly use: AddressUse;
  /** In words: `the address 10.1.2.3 of shop/web[Deployment]`, `the Service CIDR 10.96.0.0/12`. */
  readonly text: string;
  /** The blocks of that use, as far as they are known: nothing where single addresses tell. */
  readonly blocks: AddressSet;
}

/** An address that the input gives, and whose it is. */
interface OwnedAddress {
  readonly address: Address;
  readonly text: string;
  readonly owner: string;
}

/** A CIDR that the configuration or an object of the input gives. */
interface OwnedCidr {
  readonly use: AddressUse;
  readonly text: string;
  readonly addresses: AddressSet;
}

const cidrNames: Readonly<Record<AddressUse, string>> = { pods: "pod", services: "Service", nodes: "node" };

/** The addresses of the cluster itself, as far as the input and the configuration give them. */
class ClusterAddresses {
  /** By what they are used for, ascending. */
  readonly #owned: Readonly<Record<AddressUse, readonly OwnedAddress[]>>;
  readonly #cidrs: readonly OwnedCidr[];
  /** The families of which an address is known; both when the cluster is dual-stack. */
  readonly families: ReadonlySet<Family>;

  constructor(context: RuleContext) {
    const { cluster } = context;
    const owned: Record<AddressUse, OwnedAddress[]> = { pods: [], services: [], nodes: [] };
    const families = new Set<Family>();
    const own = (use: AddressUse, text: string, owner: string): Family | undefined => {
      const parsed = parseAddress(text);
      if (parsed !== undefined) owned[use].push({ address: parsed.address, text, owner });
      return parsed?.family;
    };
    for (const { id, groups } of cluster.workloads) {
      for (const { addresses, hostNetwork } of groups) {
        for (const text of addresses.flat()) {
          const family = own(hostNetwork ? "nodes" : "pods", text, id);
          if (family !== undefined) families.add(family);
        }
      }
    }
    for (const { namespace, name, clusterIPs = [] } of cluster.services) {
      for (const text of clusterIPs) {
        const family = own("services", text, `Service ${namespace}/${name}`);
        if (family !== undefined) families.add(family);
      }
    }
    // Nodes may have addresses of a family that the cluster itself does not use.
    for (const { name, addresses } of cluster.nodes ?? [])
      for (const text of addresses) own("nodes", text, `Node ${name}`);
    this.#owned = {
      pods: owned.pods.toSorted(byAddress),
      services: owned.services.toSorted(byAddress),
      nodes: owned.nodes.toSorted(byAddress),
    };
    this.#cidrs = addressUses.flatMap((use) =>
      clusterCidrs(context, use).flatMap(({ cidr, source }) => {
        const parsed = parseCidr(cidr);
        if (parsed === undefined) return [];
        families.add(parsed.family);
        return [{ use, text: `the ${cidrNames[use]} CIDR ${cidr}${source}`, addresses: parsed.addresses }];
      }),
    );
    this.families = families;
  }

  /** Something of the cluster that the addresses cover, one for each use. */
  readonly coveredBy: (addresses: AddressSet) => readonly Covered[] = remembered((addresses) =>
    this.#coveredBy(addresses),
  );

  #coveredBy(addresses: AddressSet): readonly Covered[] {
    return addressUses.flatMap((use) => {
      const blocks = unionAll(this.#cidrs.filter((each) => each.use === use).map((each) => each.addresses));
      const range = this.#cidrs.find((each) => each.use === use && intersection(each.addresses, addresses).length > 0);
      if (range !== undefined) return [{ use, text: range.text, blocks }];
      const found = firstWithin(this.#owned[use], addresses);
      return found === undefined ? [] : [{ use, text: `the address ${found.text} of ${found.owner}`, blocks }];
    });
  }
}

/** The addresses of the cluster, collected once. */
export function clusterAddresses(context: RuleContext): ClusterAddresses {
  return context.once(collect);
}

function collect(context: RuleContext): ClusterAddresses {
  return new ClusterAddresses(context);
}

function firstWithin(owned: readonly OwnedAddress[], addresses: AddressSet): OwnedAddress | undefined {
  for (let i = 0; i < addresses.length; i += 2) {
    const candidate = owned[firstAtLeast(owned, addresses[i] as Address)];
    if (candidate !== undefined && candidate.address < (addresses[i + 1] as Address)) return candidate;
  }
  return undefined;
}

function firstAtLeast(owned: readonly OwnedAddress[], wanted: Address): number {
  let low = 0;
  let high = owned.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((owned[middle] as OwnedAddress).address < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

function byAddress(a: OwnedAddress, b: OwnedAddress): number {
  return a.address < b.address ? -1 : a.address > b.address ? 1 : 0;
}
