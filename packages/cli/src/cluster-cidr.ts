import { type AddressUse, type ClusterCidrs, UsageError } from "@npa/core";
import { addressUses, parseCidr, printable } from "@npa/core/internal";

/** Reads `--cluster-cidr USE=CIDR`, repeated. Throws a UsageError for another use, or for what is no CIDR. */
export function parseClusterCidrs(entries: readonly string[]): ClusterCidrs {
  const cidrs: Partial<Record<AddressUse, readonly string[]>> = {};
  for (const entry of entries) {
    const [use, cidr] = parseEntry(entry);
    cidrs[use] = [...(cidrs[use] ?? []), cidr];
  }
  return cidrs;
}

function parseEntry(entry: string): readonly [AddressUse, string] {
  const split = entry.indexOf("=");
  const use = addressUses.find((each) => each === entry.slice(0, Math.max(split, 0)));
  const cidr = entry.slice(split + 1);
  if (use === undefined)
    throw new UsageError(
      `--cluster-cidr ${printable(entry)}: write ${addressUses.map((each) => `${each}=CIDR`).join(", ")}`,
    );
  if (parseCidr(cidr) === undefined)
    throw new UsageError(
      `--cluster-cidr ${printable(entry)}: "${printable(cidr)}" is not a CIDR: write it like 10.244.0.0/16`,
    );
  return [use, cidr];
}
