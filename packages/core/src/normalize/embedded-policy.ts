import { pushAll } from "../lib/push-all.ts";
import { directions } from "../model/policy.ts";
import type { ClusterDraft } from "./cluster-draft.ts";
import { isDnsLabel } from "../semantics/names.ts";
import { refOf } from "./not-evaluated.ts";
import { type RawMapping, type RawObject, isList, isMapping } from "./raw-object.ts";

/** A field of kind that stands within something, as `kind: NetworkPolicy` in a rule of Kyverno that generates one. */
const inner = /[ \t{,-]["']?kind["']?[ \t]*:[ \t]*["']?\w*NetworkPolicy\b/;
/** Fields one of which an object has beside its kind, and a mere reference to it has not. */
const contents = ["metadata", "spec", "data", "clone"];
/** More values are not looked at. */
const mostValues = 100_000;

/** Whether a text may hold an object that holds a policy, so that its document is worth reading whatever its kind is. */
export function mayHoldPolicy(kind: string, text: string): boolean {
  // Their schemas speak of policies as well.
  return kind !== "CustomResourceDefinition" && inner.test(text);
}

/**
 * Takes note of an object of a kind that npa does not know, if it holds a policy: rules of Kyverno, policies of fleets, objects
 * of Crossplane and the like have their controllers make it, in namespaces that may not be written.
 */
export function noteEmbeddedPolicy(object: RawObject, draft: ClusterDraft): void {
  const found = policiesIn(object.value);
  const [first] = found;
  if (first === undefined) return;
  const namespaces = new Set(found.map(({ namespace }) => namespace));
  const { apiVersion, kind, name } = refOf(object);
  for (const namespace of namespaces.has(undefined) ? [undefined] : namespaces) {
    draft.putNotEvaluated({
      ref: { apiVersion, kind, ...(namespace === undefined ? {} : { namespace }), name },
      reason: `it holds ${/^[AEIOU]/.test(first.kind) ? "an" : "a"} ${first.kind}, and what its controller makes of that is not known`,
      origin: object.origin,
      mayChange: { allows: directions, denies: directions },
    });
  }
}

interface HeldPolicy {
  readonly kind: string;
  /** Undefined where none is written, or a placeholder. */
  readonly namespace: string | undefined;
}

function policiesIn(root: RawMapping): readonly HeldPolicy[] {
  const found: HeldPolicy[] = [];
  const waiting = Object.values(root);
  for (let steps = 0; steps < mostValues; steps++) {
    const value = waiting.pop();
    if (value === undefined) break;
    const held = isMapping(value) ? policyAt(value) : undefined;
    if (held !== undefined) found.push(held);
    else if (isMapping(value) || isList(value)) pushAll(waiting, Object.values(value));
  }
  return found;
}

function policyAt(value: RawMapping): HeldPolicy | undefined {
  const { kind, metadata, namespace } = value;
  const isPolicy = typeof kind === "string" && /^\w{0,50}NetworkPolicy$/.test(kind);
  if (!isPolicy || !contents.some((field) => isMapping(value[field]))) return undefined;
  const written = namespace ?? (isMapping(metadata) ? metadata["namespace"] : undefined);
  return { kind, namespace: typeof written === "string" && isDnsLabel(written) ? written : undefined };
}
