import { type Assumptions, isCiliumBefore } from "../../model/assumptions.ts";
import type { Labels, Requirement } from "../../model/selector.ts";
import { matchesSelector } from "../../semantics/match-selector.ts";
import { isLabelValue, isQualifiedName } from "../../semantics/names.ts";
import type { ObjectCursor } from "../object-cursor.ts";
import { quote } from "../quote.ts";
import type { RawMapping } from "../raw-object.ts";
import { checkFields } from "../unknown-fields.ts";
import { requirementsIn } from "./endpoint-selector.ts";

/** A selector of Services by their labels. Agents do not check it, as they do those of endpoints, so that versions read it apart. */
export interface ServiceSelector {
  /** Keys as they are written. */
  readonly requirements: readonly Requirement[];
  /** Neither `matchLabels` nor `matchExpressions` is there: up to 1.18 that is no selector. */
  readonly isBare: boolean;
  /** Something of it is none for Kubernetes: a key with a source, `In` without values. */
  readonly isFaulty: boolean;
}

/** The selector below a place. */
export function readServiceSelector(at: ObjectCursor, raw: RawMapping): ServiceSelector {
  checkFields(at, raw, { known: new Set(["matchLabels", "matchExpressions"]) });
  const requirements = requirementsIn(at, raw, {});
  const faulty = requirements.find(isFault);
  const isBare = [raw["matchLabels"], raw["matchExpressions"]].every((each) => (each ?? undefined) === undefined);
  if (faulty !== undefined)
    at.warn(
      "suspicious-value",
      [],
      `no agent checks this selector of Services, and versions read ${quote(faulty.key)} differently: up to Cilium 1.18 it finds no Service, 1.19 finds all, and 1.20 reads it as it is written, without the source of its keys`,
    );
  return { requirements, isBare, isFaulty: faulty !== undefined };
}

/** "A valid label key", "must be specified when operator is In or NotIn", "a valid label value". */
function isFault({ key, operator, values }: Requirement): boolean {
  const isPresence = operator === "Exists" || operator === "DoesNotExist";
  return !isQualifiedName(key) || isPresence !== (values.length === 0) || !values.every(isLabelValue);
}

/** Whether a version asks for no Service, whichever there are. */
export function selectsNoService(
  { isBare, isFaulty }: ServiceSelector,
  version: Assumptions["ciliumVersion"],
): boolean {
  return (isBare || isFaulty) && isCiliumBefore(version, "1.19");
}

/** Whether a version finds a Service of these labels by a selector. */
export function selectsService(
  selector: ServiceSelector,
  labels: Labels = {},
  version: Assumptions["ciliumVersion"],
): boolean {
  if (selectsNoService(selector, version)) return false;
  if (selector.isFaulty && version === "1.19") return true;
  return matchesSelector(
    { requirements: selector.requirements.map((each) => ({ ...each, key: keyIn(each.key, version) })) },
    labels,
  );
}

/** As installers label the Service of the cluster's DNS. */
const dnsLabels: Labels = {
  "k8s-app": "kube-dns",
  "kubernetes.io/cluster-service": "true",
  "kubernetes.io/name": "CoreDNS",
};

/** Whether a selector asks for the Service of the cluster's DNS by labels that it has in every cluster. */
export function selectsDns({ isFaulty, requirements }: ServiceSelector, namespace = "kube-system"): boolean {
  return (
    namespace === "kube-system" && !isFaulty && requirements.length > 0 && matchesSelector({ requirements }, dnsLabels)
  );
}

/** In 1.19 what stands before the first dot is taken for the source of a key, which nobody asks for; since then what stands before a colon. */
function keyIn(key: string, version: Assumptions["ciliumVersion"]): string {
  if (isCiliumBefore(version, "1.19")) return key;
  const at = key.indexOf(version === "1.19" ? "." : ":");
  return key.slice(at + 1);
}
