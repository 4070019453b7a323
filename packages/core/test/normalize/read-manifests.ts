import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import type { Cluster, PodGroup, Workload } from "../../src/model/cluster.ts";
import type { Policy } from "../../src/model/policy.ts";
import type { RefusedPolicy } from "../../src/model/refused-policy.ts";
import type { NormalizeOptions } from "../../src/normalize/normalize.ts";
import { isKindRead, normalize } from "../../src/normalize/normalize.ts";
import { parseSource } from "../../src/parse/parse-source.ts";

/** The cluster that texts describe, each a file `0.yaml`, `1.yaml`, ... */
export function readManifests(texts: string | readonly string[], options: Partial<NormalizeOptions> = {}): Cluster {
  const problems: Diagnostic[] = [];
  const report = (problem: Diagnostic): void => void problems.push(problem);
  const sources = (typeof texts === "string" ? [texts] : texts).map((text, index) =>
    parseSource({ name: `${index}.yaml`, text }, { wants: isKindRead }, report),
  );
  return normalize(sources, { defaultNamespace: "default", live: false, problems, ...options }, report);
}

/** A NetworkPolicy `p` with the given spec, which is indented by two. */
export function policyText(spec: string): string {
  return `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec:\n${spec.replaceAll(/^/gm, "  ")}\n`;
}

/** The one policy with this spec, which must be in force and without problems. */
export function policyOf(spec: string, options: Partial<NormalizeOptions> = {}): Policy {
  const { policies, problems } = readManifests(policyText(spec), options);
  const [policy] = policies;
  if (policy === undefined || problems.length > 0) throw new Error(`not accepted: ${JSON.stringify(problems)}`);
  return policy;
}

/** The one refusal of the policy with this spec. */
export function refusalOf(spec: string): RefusedPolicy & { readonly problem: Diagnostic } {
  const { policies, refusedPolicies, problems } = readManifests(policyText(spec));
  const [refused] = refusedPolicies;
  const [problem] = problems;
  if (refused === undefined || problem === undefined || problems.length > 1 || policies.length > 0) {
    throw new Error(`not refused once: ${JSON.stringify({ policies, problems })}`);
  }
  return { ...refused, problem };
}

/** The problems as `line:column code`. */
export function places(problems: readonly Diagnostic[]): readonly string[] {
  return problems.map(({ code, location }) => `${location?.line}:${location?.column} ${code}`);
}

/** The workload with this id. */
export function workload(cluster: Cluster, id: string): Workload {
  const found = cluster.workloads.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no ${id} among ${cluster.workloads.map((other) => other.id).join(" ")}`);
  return found;
}

/** The only group of the workload with this id. */
export function group(cluster: Cluster, id: string): PodGroup {
  const { groups } = workload(cluster, id);
  const [only] = groups;
  if (only === undefined || groups.length > 1) throw new Error(`${id} has ${groups.length} groups`);
  return only;
}
