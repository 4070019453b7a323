import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import type { Policy } from "../model/policy.ts";
import type { RawValue } from "../parse/document.ts";
import type { Finding } from "../result.ts";
import { locationOf } from "../source/position.ts";
import {
  type FixContext,
  type FixPlanner,
  type FixStep,
  findingsOf,
  objectKey,
  type PlannedFix,
  policiesByName,
} from "./planned-fix.ts";

const missingPolicies = [
  "namespace-without-policies",
  "missing-default-deny-ingress",
  "missing-default-deny-egress",
  "pod-not-isolated-ingress",
  "pod-not-isolated-egress",
] as const;

/** Adds the policies that are missing, and DNS to those that forgot it. This changes who may talk to whom. */
export const planSuggestions: FixPlanner = (context) => {
  const added = missingPolicies.flatMap((ruleId) => findingsOf(context, ruleId)).flatMap((f) => additionOf(context, f));
  const additions = [...new Map(added.map((fix) => [objectKey(fix.object), fix])).values()];
  // A default deny for egress brings its own rule for DNS, for every pod of the namespace.
  const served = new Set(
    additions.filter((fix) => manifestOf(fix.finding).includes("egress:")).map(({ object }) => object.namespace),
  );
  const dns = findingsOf(context, "missing-dns-egress").flatMap((finding) =>
    served.has(finding.object.namespace) ? [] : dnsRuleFix(context, finding),
  );
  return { fixes: [...additions, ...dns], leftAlone: [] };
};

function manifestOf({ fix }: Finding): string {
  return fix?.kind === "suggested" ? (fix.manifest ?? "") : "";
}

function additionOf(context: FixContext, finding: Finding): readonly PlannedFix[] {
  const manifest = manifestOf(finding);
  const object = manifest === "" ? undefined : refOf(context.manifests.read(manifest)[0]);
  const home = object === undefined ? undefined : homeOf(context, object.namespace, finding);
  if (object === undefined || home === undefined) return [];
  const step: FixStep = { type: "add", ...home, name: `${object.namespace}-${object.name}.yaml`, manifest };
  return [{ finding, kind: "suggested", object, description: `add NetworkPolicy ${object.name}`, steps: [step] }];
}

/** The file of the namespace's first policy; where it has none, a new file beside what the finding points at. */
function homeOf(
  { cluster }: FixContext,
  namespace: string | undefined,
  finding: Finding,
): Pick<Extract<FixStep, { readonly type: "add" }>, "file" | "apart"> | undefined {
  const policies = cluster.policies.filter((policy) => policy.namespace === namespace);
  const [first] = policies.toSorted((a, b) => a.index - b.index);
  if (first !== undefined) return { file: locationOf(first.origin).file, apart: false };
  return finding.location === undefined ? undefined : { file: finding.location.file, apart: true };
}

function refOf(value: RawValue | undefined): ObjectRef | undefined {
  const metadata = field(value, "metadata");
  const [name, namespace] = [field(metadata, "name"), field(metadata, "namespace")];
  const [apiVersion, kind] = [field(value, "apiVersion"), field(value, "kind")];
  if (typeof apiVersion !== "string" || typeof kind !== "string" || typeof name !== "string") return undefined;
  return { apiVersion, kind, name, ...(typeof namespace === "string" ? { namespace } : {}) };
}

/** The rule of the suggested policy, in the policy that isolates: a policy of its own would isolate more pods. */
function dnsRuleFix(context: FixContext, finding: Finding): readonly PlannedFix[] {
  const policy = policiesByName(context.cluster).get(objectKey(finding.object));
  const rules = field(field(context.manifests.read(manifestOf(finding))[0], "spec"), "egress");
  if (policy === undefined || !Array.isArray(rules)) return [];
  const steps = rules.map((rule: RawValue) => dnsStep(context, policy, rule));
  return [{ finding, kind: "suggested", object: policy.ref, description: "allow DNS", steps }];
}

function dnsStep({ manifests }: FixContext, policy: Policy, rule: RawValue): FixStep {
  const written = manifests.valueOf(policy.origin, ["spec", "egress"]);
  const { origin } = policy;
  if (Array.isArray(written)) return { type: "change", origin, change: { type: "append", path: ["spec", "egress"], value: rule } };
  const after = ["ingress", "policyTypes", "podSelector"];
  return { type: "change", origin, change: { type: "put", path: ["spec"], key: "egress", value: [rule], after } };
}

function field(value: RawValue | undefined, key: string): RawValue | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return (value as { readonly [key: string]: RawValue })[key]; // Array.isArray does not narrow a readonly array away
}
