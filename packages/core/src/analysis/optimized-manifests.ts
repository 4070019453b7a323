import { documentText } from "../edit/document-text.ts";
import type { Manifests } from "../fix/manifests.ts";
import { mergedComment } from "../fix/optimized-texts.ts";
import { compareStrings } from "../lib/compare.ts";
import type { Cluster } from "../model/cluster.ts";
import type { Policy } from "../model/policy.ts";
import { policyTypesOf, policyValue } from "../optimize/policy-value.ts";
import { isNetworkPolicy } from "../semantics/network-policy.ts";
import type { OptimizationPlan } from "../answers/optimization.ts";

interface Written {
  readonly key: readonly [string, string];
  readonly text: string;
}

/**
 * Every policy of texts, one document each, by namespace and name: as it is written, with its comments, where it is a
 * document of its own in YAML.
 */
export function optimizedManifests(cluster: Cluster, manifests: Manifests): string {
  const inForce = cluster.policies.filter(({ part = 0 }) => part === 0);
  return joined(
    [...inForce, ...cluster.refusedPolicies].flatMap(({ ref, origin }) => {
      const document = manifests.documentOf(origin);
      const value = manifests.valueOf(origin, []);
      if (document === undefined || value === undefined) return [];
      const isOwn = origin.path.length === 0 && !/^\s*\{/.test(document.text);
      const comments = document.lead.split(/\r\n|\r|\n/).filter((line) => /^\s*#/.test(line));
      const own = [...comments, document.text.replace(/^---[^\n]*\n/, "").trimEnd(), ""].join("\n");
      return [{ key: [ref.namespace ?? "", ref.name], text: isOwn ? own : documentText(value) }];
    }),
  );
}

/** The NetworkPolicies of a cluster whose objects have no text. */
export function renderedManifests(cluster: Cluster, { groups }: OptimizationPlan): string {
  return joined(
    cluster.policies.filter(isNetworkPolicy).map((policy: Policy) => {
      const merged = groups.find(({ namespace, name }) => namespace === policy.namespace && name === policy.name);
      const comment = merged === undefined ? "" : `# ${mergedComment(merged.mergedPolicies)}\n`;
      const text = documentText(policyValue({ ...policy, policyTypes: policyTypesOf(policy) }));
      return { key: [policy.namespace ?? "", policy.name], text: comment + text };
    }),
  );
}

function joined(written: readonly Written[]): string {
  return written
    .toSorted((a, b) => compareStrings(a.key[0], b.key[0]) || compareStrings(a.key[1], b.key[1]))
    .map(({ text }) => text)
    .join("---\n");
}
