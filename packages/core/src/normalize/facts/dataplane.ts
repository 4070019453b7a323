import type { Assumptions } from "../../model/assumptions.ts";
import type { ClusterFact } from "../../model/facts.ts";
import { compareStrings } from "../../lib/compare.ts";
import type { SliceDraft } from "../calico/calico-draft.ts";
import type { ClusterDraft } from "../cluster-draft.ts";
import { isApiServerService } from "./api-server.ts";

const plugins: Readonly<Record<string, Assumptions["dataplane"]>> = {
  Cilium: "cilium",
  Calico: "calico",
  Canal: "calico",
};

/**
 * What the input tells of what enforces its policies: objects that only one data plane reads, else a plugin that runs.
 * Undefined where it tells nothing. Of policies of both Cilium's are in force: `dataplane` says otherwise.
 */
export function assumedOf(
  { calico, cilium, facts }: Pick<ClusterDraft, "calico" | "cilium" | "facts">,
  known: readonly ClusterFact[],
): Partial<Assumptions> | undefined {
  const names = new Set(known.flatMap((fact) => (fact.type === "plugin" ? (plugins[fact.name] ?? []) : [])));
  const [only] = names.size === 1 ? names : [];
  const { size } = cilium.policies;
  const dataplane =
    size > 0 && calico.policies.size > 0 ? (only ?? "cilium") : size > 0 ? "cilium" : calico.isInUse ? "calico" : only;
  if (dataplane === undefined) return undefined;
  return dataplane === "cilium" ? { dataplane, ...facts.assumed, ...apiServerOf(calico.slices) } : { dataplane };
}

/** "The endpoints of the Service kubernetes in default are the API server." */
function apiServerOf(slices: readonly SliceDraft[]): Pick<Partial<Assumptions>, "kubeApiserver"> {
  const own = slices.filter(({ namespace, service }) => isApiServerService(namespace, service));
  const addresses = [...new Set(own.flatMap((slice) => slice.addresses))].toSorted(compareStrings);
  return addresses.length === 0 ? {} : { kubeApiserver: addresses.join() };
}
