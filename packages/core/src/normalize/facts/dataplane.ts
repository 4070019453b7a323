import type { Assumptions } from "../../model/assumptions.ts";
import type { ClusterFact } from "../../model/facts.ts";
import { compareStrings } from "../../lib/compare.ts";
import type { SliceDraft } from "../calico/calico-draft.ts";
import type { ClusterDraft } from "../cluster-draft.ts";
import { locationOf } from "../../source/position.ts";
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
  { calico, cilium, facts, report }: Pick<ClusterDraft, "calico" | "cilium" | "facts" | "report">,
  known: readonly ClusterFact[],
): Partial<Assumptions> | undefined {
  const names = new Set(known.flatMap((fact) => (fact.type === "plugin" ? (plugins[fact.name] ?? []) : [])));
  const [only] = names.size === 1 ? names : [];
  const hasTwo = cilium.policies.size > 0 && calico.policies.size > 0;
  const [first] = inUse({ calico, cilium });
  const dataplane = hasTwo ? (only ?? first) : (first ?? only);
  if (dataplane === undefined) return undefined;
  if (hasTwo) reportTwo({ calico, cilium, report }, dataplane, only !== undefined);
  const { calicoVersion, ...ofCilium } = facts.assumed;
  if (dataplane === "cilium") return { dataplane, ...ofCilium, ...apiServerOf(calico.slices) };
  return dataplane === "calico" && calicoVersion !== undefined ? { dataplane, calicoVersion } : { dataplane };
}

/** The data planes whose objects the input has; first those of which it has policies. */
function inUse({ calico, cilium }: Pick<ClusterDraft, "calico" | "cilium">): readonly ("cilium" | "calico")[] {
  return [
    ...(cilium.policies.size > 0 ? (["cilium"] as const) : []),
    ...(calico.isInUse ? (["calico"] as const) : []),
    ...(cilium.groups.size + cilium.nodes.size > 0 ? (["cilium"] as const) : []),
  ];
}

/** Tells which of two kinds of policies are in force, and why, at the first that is not. */
function reportTwo(
  { calico, cilium, report }: Pick<ClusterDraft, "calico" | "cilium" | "report">,
  dataplane: Assumptions["dataplane"],
  isShown: boolean,
): void {
  const [taken, others] = dataplane === "cilium" ? (["Cilium", "Calico"] as const) : (["Calico", "Cilium"] as const);
  const [first] = dataplane === "cilium" ? calico.policies.values() : cilium.policies.values();
  if (first === undefined) return;
  const why = isShown ? `the input shows that ${taken} runs` : "nothing in the input shows which of them runs";
  report({
    code: "two-data-planes",
    severity: "warning",
    message: `the input has policies of ${taken} and of ${others}, and one of them enforces its own alone: those of ${taken} are taken to be in force, as ${why}, and those of ${others} are left out. If ${others} enforces, --assume dataplane=${others.toLowerCase()}`,
    location: locationOf(first.origin),
    object: first.ref,
  });
}

/** "The endpoints of the Service kubernetes in default are the API server." */
function apiServerOf(slices: readonly SliceDraft[]): Pick<Partial<Assumptions>, "kubeApiserver"> {
  const own = slices.filter(({ namespace, service }) => isApiServerService(namespace, service));
  const addresses = [...new Set(own.flatMap((slice) => slice.addresses))].toSorted(compareStrings);
  return addresses.length === 0 ? {} : { kubeApiserver: addresses.join() };
}
