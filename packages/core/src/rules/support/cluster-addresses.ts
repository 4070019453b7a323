import { type Address, parseAddress } from "../../sets/address.ts";
import { type AddressSet, parseCidr } from "../../sets/address-set.ts";
import type { Family } from "../../sets/connection-set.ts";
import { intersection } from "../../sets/interval-set.ts";
import type { RuleContext } from "../context.ts";

/** What the addresses of a cluster are used for, in the order in which they are told. */
export type AddressUse = "pods" | "services" | "nodes";

/** Something of the cluster that a set of addresses covers. */
export interface Covered {
  readonly use: AddressUse;
  /** In words: `the address 10.1.2.3 of shop/web[Deployment]`, `the Service CIDR 10.96.0.0/12`. */
  readonly text: string;
}

/** An address that the input gives, and whose it is. */
interface OwnedAddress {
  readonly address: Address;
  readonly text: string;
  readonly workload: string;
}

/** A CIDR that the configuration gives. */
interface OwnedCidr {
  readonly use: AddressUse;
  readonly cidr: string;
  readonly addresses: AddressSet;
}

const uses: readonly AddressUse[] = ["pods", "services", "nodes"];

const cidrNames: Readonly<Record<AddressUse, string>> = { pods: "pod", services: "Service", nodes: "node" };

/** The addresses of the cluster itself, as far as the input and the configuration give them. */
export class ClusterAddresses {
  /** By what they are used for, ascending. */
  readonly #owned: Readonly<Record<"pods" | "nodes", readonly OwnedAddress[]>>;
  readonly #cidrs: readonly OwnedCidr[];
  /** The families of which an address is known; both when the cluster is dual-stack. */
  readonly families: ReadonlySet<Family>;

  constructor({ cluster, settings }: RuleContext) {
    const owned: Record<"pods" | "nodes", OwnedAddress[]> = { pods: [], nodes: [] };
    const families = new Set<Family>();
    for (const { id, groups } of cluster.workloads) {
      for (const { addresses, hostNetwork } of groups) {
        for (const text of addresses.flat()) {
          const parsed = parseAddress(text);
          if (parsed === undefined) continue;
          families.add(parsed.family);
          owned[hostNetwork ? "nodes" : "pods"].push({ address: parsed.address, text, workload: id });
        }
      }
    }
    this.#owned = { pods: owned.pods.toSorted(byAddress), nodes: owned.nodes.toSorted(byAddress) };
    this.#cidrs = uses.flatMap((use) =>
      (settings.clusterCidrs?.[use] ?? []).flatMap((cidr) => {
        const parsed = parseCidr(cidr);
        if (parsed === undefined) return [];
        families.add(parsed.family);
        return [{ use, cidr, addresses: parsed.addresses }];
      }),
    );
    this.families = families;
  }

  /** Something of the cluster that the addresses cover, one for each use. */
  coveredBy(addresses: AddressSet): readonly Covered[] {
    return uses.flatMap((use) => {
      const range = this.#cidrs.find((each) => each.use === use && intersection(each.addresses, addresses).length > 0);
      if (range !== undefined) return [{ use, text: `the ${cidrNames[use]} CIDR ${range.cidr}` }];
      const owner = use === "services" ? undefined : firstWithin(this.#owned[use], addresses);
      return owner === undefined ? [] : [{ use, text: `the address ${owner.text} of ${owner.workload}` }];
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
