import { UsageError } from "../lib/usage-error.ts";
import type { Assumptions } from "../model/assumptions.ts";
import { parseAddress } from "../sets/address.ts";
import { isIdentityFilter, isNodeFilter } from "./identity-filter.ts";
import { parseIngressController } from "./labelled-pod.ts";
import { isLabelValue } from "./names.ts";

/** How the values of assumptions are read that take more than a few words. */
const readers: { readonly [K in keyof Assumptions]?: (text: string) => unknown } = {
  ingressController: parseIngressController,
  ciliumIdentityLabels: (text) => {
    if (text.trim() === "" || !isIdentityFilter(text))
      throw new UsageError(
        `${JSON.stringify(text.slice(0, 100))} is no filter of labels: write default, or what the option labels of Cilium has, like k8s:app k8s:!release`,
      );
  },
  ciliumNodeLabels: (text) => {
    if (!isNodeFilter(text))
      throw new UsageError(
        `${JSON.stringify(text.slice(0, 100))} is no filter of labels: write off, all, or what the option node-labels of Cilium has, like topology.kubernetes.io/zone`,
      );
  },
  ciliumClusterName: (text) => {
    if (text === "" || !isLabelValue(text))
      throw new UsageError(`${JSON.stringify(text.slice(0, 100))} is not the name of a cluster: write one like prod-1`);
  },
  kubeApiserver: (text) => {
    if (["unknown", "host", "remote-node"].includes(text)) return;
    const wrong = text.split(/[\s,]+/).find((each) => parseAddress(each) === undefined);
    if (wrong !== undefined)
      throw new UsageError(
        `${JSON.stringify(text.slice(0, 100))} is not where the API server is: write unknown, host, remote-node, or its addresses, like 203.0.113.7,203.0.113.8`,
      );
  },
};

/** Whether an assumption takes other values than those that are listed. Throws a UsageError for a text that is none of them. */
export function readsOpenAssumption(key: keyof Assumptions, text: string): boolean {
  const read = readers[key];
  read?.(text);
  return read !== undefined;
}
