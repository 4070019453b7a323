import type { ClusterDraft } from "../cluster-draft.ts";
import { mappingField, textField } from "../fields.ts";
import type { KindReader } from "../kind-reader.ts";
import { readMetadata, readNamespacedMetadata } from "../metadata.ts";
import { nearestName } from "../nearest-name.ts";
import { readNetworkPolicySpec } from "../network-policy.ts";
import { ObjectCursor } from "../object-cursor.ts";
import { quote } from "../quote.ts";
import type { RawMapping, RawObject } from "../raw-object.ts";
import { emptyMapping } from "../raw-object.ts";
import type { EnforcedPolicy } from "./calico-draft.ts";
import { readCalicoSpec } from "./calico-policy.ts";
import { isCalico } from "../../semantics/calico/calico-group.ts";

/** What a staged policy would be if it were in force. */
const enforcedKinds = {
  StagedNetworkPolicy: { apiVersion: "projectcalico.org/v3", kind: "NetworkPolicy" },
  StagedGlobalNetworkPolicy: { apiVersion: "projectcalico.org/v3", kind: "GlobalNetworkPolicy" },
  StagedKubernetesNetworkPolicy: { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy" },
} as const;

type StagedKind = keyof typeof enforcedKinds;

const actions = ["Set", "Delete", "Ignore", "Learn"] as const;

/** The staged kinds of Calico: never in force, and kept for the question what would be if they were. */
export const stagedPolicyReaders: readonly KindReader[] = (Object.keys(enforcedKinds) as StagedKind[]).map((kind) => ({
  kind,
  reads: isCalico,
  read: (object, draft) => readStaged(kind, object, draft),
}));

function readStaged(kind: StagedKind, object: RawObject, draft: ClusterDraft): void {
  const at = new ObjectCursor(object, draft, true);
  draft.calico.isInUse = true;
  const isGlobal = kind === "StagedGlobalNetworkPolicy";
  const syntax = enforcedKinds[kind].apiVersion === "networking.k8s.io/v1" ? "calico" : "calico-policy";
  const namespaced = isGlobal ? undefined : readNamespacedMetadata(at, syntax, draft.defaultNamespace);
  const metadata = isGlobal ? readMetadata(at, syntax) : namespaced;
  const { ref } = at;
  if (metadata === undefined) return;
  const spec = mappingField(at, object.value, "spec") ?? emptyMapping;
  at.enter("spec");
  const action = readAction(at, spec);
  at.ref = { ...ref, ...enforcedKinds[kind] };
  const { stagedAction: _, ...own } = spec;
  const policy: EnforcedPolicy =
    kind === "StagedKubernetesNetworkPolicy" && namespaced !== undefined
      ? { of: "kubernetes", policy: readNetworkPolicySpec(at, own, namespaced, draft) }
      : { of: "calico", policy: readCalicoSpec(at, own, metadata, namespaced?.namespace, draft.nextIndex()) };
  at.leave();
  if (action === "Set" || action === "Delete")
    draft.calico.staged.push({
      ref,
      origin: object.origin,
      ...(at.refused ? {} : { puts: { ...policy, isGone: action === "Delete" } }),
    });
}

/** "stagedAction: Set or Delete" is what becomes of the policy of its name; the other two are no changes. */
function readAction(at: ObjectCursor, spec: RawMapping): (typeof actions)[number] {
  const written = textField(at, spec, "stagedAction") ?? "Set";
  const action = actions.find((each) => each === written);
  if (action === undefined)
    at.refuse(
      "invalid-policy",
      ["stagedAction"],
      `stagedAction ${quote(written)} is none: write ${nearestName(written, actions) ?? "Set or Delete"}`,
    );
  return action ?? "Ignore";
}
