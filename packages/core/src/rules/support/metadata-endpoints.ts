import type { IpBlockPeer, PortSpec, Rule } from "../../model/policy.ts";
import type { Labels } from "../../model/selector.ts";
import { type Address, parseAddress } from "../../sets/address.ts";
import { contains } from "../../sets/interval-set.ts";
import type { RuleContext } from "../context.ts";

/** Where a cloud serves the credentials of its nodes. */
export interface MetadataEndpoint {
  readonly text: string;
  readonly address: Address;
}

const usual = ["169.254.169.254", "fd00:ec2::254"].map(endpoint);
const alibaba = endpoint("100.100.100.200");

const port = 80;

function endpoint(text: string): MetadataEndpoint {
  return { text, address: parseAddress(text)?.address ?? 0n };
}

/** The endpoints of the platform: AWS, Azure, Google and most others; AWS over IPv6; Alibaba where the input shows that it is. */
export function metadataEndpoints(context: RuleContext): readonly MetadataEndpoint[] {
  return context.once(isAlibaba) ? [...usual, alibaba] : usual;
}

function isAlibaba({ cluster }: RuleContext): boolean {
  return (
    [...cluster.namespaces.values()].some(({ labels, annotations }) => namesAlibaba(labels, annotations)) ||
    cluster.services.some(({ annotations }) => namesAlibaba(annotations)) ||
    cluster.workloads.some(({ groups }) => groups.some(({ labels, annotations }) => namesAlibaba(labels, annotations)))
  );
}

function namesAlibaba(...all: readonly Labels[]): boolean {
  return all.some((labels) => Object.keys(labels).some((key) => /alibabacloud\.com|aliyun\.com/.test(key)));
}

/** The endpoints that a block reaches. */
export function reachedBy(context: RuleContext, { addresses }: IpBlockPeer): readonly string[] {
  return metadataEndpoints(context)
    .filter(({ address }) => contains(addresses, address))
    .map(({ text }) => text);
}

/** The endpoint that a block is, and nothing else: written on purpose. */
export function namesEndpoint(context: RuleContext, { addresses }: IpBlockPeer): MetadataEndpoint | undefined {
  const [first, end, more] = addresses;
  if (first === undefined || more !== undefined || end !== first + 1n) return undefined;
  return [...metadataEndpoints(context), alibaba].find(({ address }) => address === first);
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
