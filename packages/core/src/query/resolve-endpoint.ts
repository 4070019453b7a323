import { nearest } from "../lib/nearest.ts";
import type { Workload } from "../model/cluster.ts";
import type { ClassId } from "../reachability/class-set.ts";
import { type ListedEndpoint } from "../reachability/endpoints.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { parseAddress } from "../sets/address.ts";
import { type AddressSet, parseCidr } from "../sets/address-set.ts";
import { intersection } from "../sets/interval-set.ts";
import { publicAddresses } from "../sets/special-addresses.ts";
import { UsageError } from "../lib/usage-error.ts";

/** One side of a question: what was asked for, part by part. */
export interface QuestionSide {
  /** What the question means, as it is printed. */
  readonly label: string;
  readonly parts: readonly QuestionPart[];
}

/** Pods or addresses that are treated alike. */
export interface QuestionPart {
  readonly id: string;
  readonly classId: ClassId;
  /** Absent for addresses. */
  readonly workload?: Workload;
  /** Has or may have two pods. */
  readonly toItself: boolean;
  readonly isWorkload: boolean;
}

/**
 * Finds what a name means: `namespace/name`, `namespace/Kind/name`, `namespace/name[Kind]`, `name` in the default
 * namespace, an IP address, a CIDR, or `internet` (the public addresses). Throws a UsageError with the nearest names.
 */
export function resolveEndpoint(
  text: string,
  reachability: Reachability,
  endpoints: readonly ListedEndpoint[],
  defaultNamespace: string,
): QuestionSide {
  const addresses = addressesNamed(text);
  if (addresses !== undefined) return { label: text, parts: addressParts(addresses, reachability, endpoints) };
  const wanted = parseName(text, defaultNamespace);
  const matching = endpoints.filter(
    ({ workload }) =>
      workload !== undefined &&
      workload.namespace === wanted.namespace &&
      workload.name === wanted.name &&
      (wanted.kind === undefined || workload.kind.toLowerCase() === wanted.kind.toLowerCase()),
  );
  const owners = [...new Set(matching.map(({ workload }) => workload?.id ?? ""))];
  if (owners.length === 0) throw unknownName(text, wanted, endpoints);
  if (owners.length > 1)
    throw new UsageError(
      `${quote(text)} is ambiguous: it may be ${owners.join(" or ")}; write it as namespace/Kind/name`,
    );
  return {
    label: owners[0] ?? text,
    parts: matching.map(({ endpoint, classId, workload, toItself }) => ({
      id: endpoint.id,
      classId,
      ...(workload === undefined ? {} : { workload }),
      toItself,
      isWorkload: true,
    })),
  };
}

function addressesNamed(text: string): AddressSet | undefined {
  if (text === "internet") return publicAddresses();
  if (text === "external") return undefined;
  const address = parseAddress(text);
  if (address?.mapped === true || address?.leadingZeros === true || parseCidr(text)?.mapped === true) {
    throw new UsageError(
      `${quote(text)} can be read in two ways: write an IPv4 address plainly, without zeros in front`,
    );
  }
  if (address !== undefined) return [address.address, address.address + 1n];
  return parseCidr(text)?.addresses;
}

function addressParts(
  addresses: AddressSet,
  reachability: Reachability,
  endpoints: readonly ListedEndpoint[],
): QuestionPart[] {
  return endpoints
    .filter(
      ({ endpoint, classId }) =>
        endpoint.type === "ipBlock" && intersection(reachability.addressesOf(classId), addresses).length > 0,
    )
    .map(({ endpoint, classId }) => ({ id: endpoint.id, classId, toItself: false, isWorkload: false }));
}

interface Name {
  readonly namespace: string;
  readonly kind?: string;
  readonly name: string;
}

function parseName(text: string, defaultNamespace: string): Name {
  const bracketed = /^([^/]+)\/([^/[]+)\[([^\]]+)\]$/.exec(text);
  if (bracketed !== null) return { namespace: bracketed[1] ?? "", name: bracketed[2] ?? "", kind: bracketed[3] ?? "" };
  const steps = text.split("/");
  const [first = "", second = "", third = ""] = steps;
  if (steps.length === 1) return { namespace: defaultNamespace, name: first };
  if (steps.length === 2) return { namespace: first, name: second };
  if (steps.length === 3) return { namespace: first, kind: second, name: third };
  throw new UsageError(
    `${quote(text)} is not a name: write namespace/name, namespace/Kind/name, an IP address, a CIDR or "internet"`,
  );
}

function unknownName(text: string, wanted: Name, endpoints: readonly ListedEndpoint[]): UsageError {
  const known = endpoints.flatMap(({ workload }) =>
    workload === undefined ? [] : [`${workload.namespace}/${workload.name}`],
  );
  const sameName = known.filter((name) => name.endsWith(`/${wanted.name}`));
  const hints =
    sameName.length > 0 ? [...new Set(sameName)].slice(0, 3) : nearest(`${wanted.namespace}/${wanted.name}`, known);
  const hint = hints.length > 0 ? `; did you mean ${hints.join(" or ")}?` : "; `npa list` prints the names there are";
  return new UsageError(`no workload ${quote(text)} in the input${hint}`);
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
