import type { Namespace } from "../../model/cluster.ts";
import type { Labels } from "../../model/selector.ts";
import { isCalico } from "../../semantics/calico/calico-group.ts";
import { namespaceNameLabel } from "../../semantics/label-syntax.ts";
import type { ClusterDraft } from "../cluster-draft.ts";
import { mappingField } from "../fields.ts";
import type { KindReader } from "../kind-reader.ts";
import { readMetadata } from "../metadata.ts";
import type { RawObject } from "../raw-object.ts";
import { emptyMapping } from "../raw-object.ts";
import { newStringMap, noLabels, readLabels } from "../string-map.ts";
import type { CalicoDraft } from "./calico-draft.ts";
import { calicoCursor } from "./calico-objects.ts";

/** Labels that endpoints inherit, and rules for where no policy selects them. */
export const profileReader: KindReader = {
  kind: "Profile",
  isClusterWide: true,
  reads: isCalico,
  read: readProfile,
};

/**
 * Those of namespaces (`kns.`) and of service accounts (`ksa.`) Calico makes itself: everything is allowed where no policy
 * selects a pod, and pods get the labels of the two. Others count for host endpoints that name them.
 */
function readProfile(object: RawObject, draft: ClusterDraft): void {
  const at = calicoCursor(object, draft);
  const metadata = readMetadata(at, "calico");
  if (metadata === undefined || at.refused) return;
  const spec = mappingField(at, object.value, "spec") ?? emptyMapping;
  at.enter("spec");
  const labels = readLabels(at, spec, "labelsToApply");
  at.leave();
  const { name } = metadata;
  draft.calico.profiles.set(name, labels);
  const [, kind, first = "", second] = /^(kns|ksa)\.([^.]+)(?:\.(.+))?$/.exec(name) ?? [];
  const account = `${first}/${second}`;
  if (kind === "ksa" && second !== undefined && !draft.calico.serviceAccounts.has(account))
    draft.calico.serviceAccounts.set(account, withoutPrefix(labels, "pcsa."));
  const isMade = kind !== undefined || name === "projectcalico-default-allow";
  if (isMade || (spec["ingress"] ?? spec["egress"] ?? null) === null) return;
  const reason = "its rules count for host endpoints that name it, where no policy selects them: npa judges pods";
  draft.putNotEvaluated({ ref: at.ref, reason, origin: object.origin, mayChange: {} });
}

/** The labels whose keys begin so, without that; the name that Calico adds is no label of the object. */
function withoutPrefix(labels: Labels, prefix: string): Labels {
  const own = newStringMap();
  for (const [key, value] of Object.entries(labels))
    if (key.startsWith(prefix) && key !== `${prefix}projectcalico.org/name`) own[key.slice(prefix.length)] = value;
  return own;
}

/** A namespace that no object defines, with the labels that its profile hands down to its pods. */
export function namespaceOfProfile(name: string, { profiles }: CalicoDraft): Namespace | undefined {
  const labels = profiles.get(`kns.${name}`);
  if (labels === undefined) return undefined;
  const own = Object.assign(newStringMap(), withoutPrefix(labels, "pcns."), { [namespaceNameLabel]: name });
  return { name, declared: true, labels: own, annotations: noLabels };
}
