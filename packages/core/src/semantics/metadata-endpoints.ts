import type { Platform } from "../model/facts.ts";

/** Where clouds serve the credentials of their nodes: AWS, Azure, Google and most others; AWS over IPv6; Alibaba. */
export const metadataAddresses = {
  usual: "169.254.169.254",
  aws: "fd00:ec2::254",
  alibaba: "100.100.100.200",
} as const;

/** The addresses of the clouds that a cluster may run on; of a cloud that is not known those of AWS, which has the usual one. */
export function metadataAddressesOf(platforms: ReadonlySet<Platform>): readonly string[] {
  const { usual, aws, alibaba } = metadataAddresses;
  const mayBeAws = platforms.size === 0 || platforms.has("aws");
  return [usual, ...(mayBeAws ? [aws] : []), ...(platforms.has("alibaba") ? [alibaba] : [])];
}
