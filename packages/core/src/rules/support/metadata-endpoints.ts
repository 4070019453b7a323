import type { IpBlockPeer, PortSpec, Rule } from "../../model/policy.ts";
import { metadataAddresses, metadataAddressesOf } from "../../semantics/metadata-endpoints.ts";
import { type Address, parseAddress } from "../../sets/address.ts";
import { contains } from "../../sets/interval-set.ts";
import type { RuleContext } from "../context.ts";
import { platformsOf } from "./cluster-facts.ts";

/** Where a cloud serves the credentials of its nodes. */
export interface MetadataEndpoint {
  readonly text: string;
  readonly address: Address;
}

const port = 80;

function endpoint(text: string): MetadataEndpoint {
  return { text, address: parseAddress(text)?.address ?? 0n };
}

/** The endpoints of the clouds that the cluster may run on. */
export function metadataEndpoints(context: RuleContext): readonly MetadataEndpoint[] {
  return context.once(endpointsOf);
}

function endpointsOf(context: RuleContext): readonly MetadataEndpoint[] {
  return metadataAddressesOf(platformsOf(context)).map(endpoint);
}

const ofAllClouds = Object.values(metadataAddresses).map(endpoint);

/** The endpoints that a block reaches. */
export function reachedBy(context: RuleContext, { addresses }: Pick<IpBlockPeer, "addresses">): readonly string[] {
  return metadataEndpoints(context)
    .filter(({ address }) => contains(addresses, address))
    .map(({ text }) => text);
}

/** The endpoint that a block is, and nothing else: written on purpose. */
export function namesEndpoint({ addresses }: Pick<IpBlockPeer, "addresses">): MetadataEndpoint | undefined {
  const [first, end, more] = addresses;
  if (first === undefined || more !== undefined || end !== first + 1n) return undefined;
  return ofAllClouds.find(({ address }) => address === first);
}

/** Whether a rule opens the port of the endpoints. */
export function opensMetadataPort({ ports }: Rule): boolean {
  return ports === "any" || ports.some(isHttp);
}

function isHttp(spec: PortSpec): boolean {
  return spec.type === "range" && spec.protocol === "TCP" && spec.from <= port && port <= spec.to;
}

/** The block of one address. */
export function singleCidr(text: string): string {
  return `${text}/${text.includes(":") ? 128 : 32}`;
}
