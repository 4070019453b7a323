/** What a live cluster is asked for of `cilium-config`: what is read of it. */
export { ciliumConfigKeys } from "../normalize/facts/cilium-config.ts";
