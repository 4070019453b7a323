import { addressNames, namedAddresses } from "../sets/address-names.ts";
import { unionAll } from "../sets/interval-set.ts";

/** So many names of addresses a label has room for. */
const mostNames = 2;

/** What the addresses of a node are called: `internet (all but 10.0.0.0/8)`, blocks, ranges. */
export function addressLabel(ranges: readonly string[]): string {
  const names = addressNames(unionAll(ranges.map((range) => namedAddresses(range) ?? [])));
  return names.length > mostNames ? `${names[0]} and ${names.length - 1} more` : names.join(", ");
}
