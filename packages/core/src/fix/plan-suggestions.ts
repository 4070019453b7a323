import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import type { Policy } from "../model/policy.ts";
import type { RawValue } from "../parse/document.ts";
import type { Finding } from "../answers/finding.ts";
import {
  type FixContext,
  type FixPlanner,
  type FixStep,
  findingsOf,
  objectKey,
  type PlannedFix,
} from "./planned-fix.ts";

const missingPolicies = [
  "namespace-without-policies",
  "missing-default-deny-ingress",
  "missing-default-deny-egress",
  "pod-not-isolated-ingress",
  "pod-not-isolated-egress",
] as const;

/** Adds the policies that are missing. This changes who may talk to whom. */
export const planAdditions: FixPlanner = (context) => {
  const homes = firstPolicies(context);
  const found = missingPolicies.flatMap((ruleId) => findingsOf(context, ruleId));
  const added = found.flatMap((finding) => additionOf(context, homes, finding));
  return { fixes: [...new Map(added.map((fix) => [objectKey(fix.object), fix])).values()], leftAlone: [] };
};

function manifestOf({ fix }: Finding): string {
  return fix?.kind === "suggested" ? (fix.manifest ?? "") : "";
}

/** The policy of each namespace that the input has first, in a file that is built into no other one. */
function firstPolicies({ cluster }: FixContext): ReadonlyMap<string | undefined, Policy> {
  const first = new Map<string | undefined, Policy>();
  const isShared = ({ origin }: Policy): boolean => cluster.builds?.get(origin.locator.file)?.namespaces !== undefined;
  for (const policy of cluster.policies.toSorted((a, b) => a.index - b.index))
    if (!first.has(policy.namespace) && !isShared(policy)) first.set(policy.namespace, policy);
  return first;
}

function additionOf(
  context: FixContext,
  homes: ReadonlyMap<string | undefined, Policy>,
  finding: Finding,
): readonly PlannedFix[] {
  const manifest = manifestOf(finding);
  const documents = manifest === "" ? [] : context.manifests.read(manifest);
  const object = refOf(documents[0]);
  const home = object === undefined ? undefined : homeOf(homes.get(object.namespace), finding);
  if (object === undefined || home === undefined) return [];
  const step: FixStep = { type: "add", ...home, name: `${object.namespace}-${object.name}.yaml`, manifest };
  const more = documents.length - 1;
  const description = `add NetworkPolicy ${object.name}${more === 0 ? "" : ` and ${more} more that allow what is known to be needed`}`;
  return [{ finding, kind: "suggested", object, description, steps: [step] }];
}

/** The file of the namespace's first policy; where it has none, a new file beside what the finding points at. */
function homeOf(
  first: Policy | undefined,
  { location }: Finding,
): Pick<Extract<FixStep, { readonly type: "add" }>, "file" | "apart"> | undefined {
  if (first !== undefined) return { file: first.origin.locator.file, apart: false };
  return location === undefined ? undefined : { file: location.file, apart: true };
}

function refOf(value: RawValue | undefined): ObjectRef | undefined {
  const metadata = field(value, "metadata");
  const [name, namespace] = [field(metadata, "name"), field(metadata, "namespace")];
  const [apiVersion, kind] = [field(value, "apiVersion"), field(value, "kind")];
  if (typeof apiVersion !== "string" || typeof kind !== "string" || typeof name !== "string") return undefined;
  return { apiVersion, kind, name, ...(typeof namespace === "string" ? { namespace } : {}) };
}

function field(value: RawValue | undefined, key: string): RawValue | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return (value as { readonly [key: string]: RawValue })[key]; // Array.isArray does not narrow a readonly array away
}
