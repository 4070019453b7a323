import type { KubeObject } from "@npa/fixtures";

/** NetworkPolicies, and all else. */
export function parted(objects: readonly KubeObject[]): {
  policies: readonly KubeObject[];
  rest: readonly KubeObject[];
} {
  const isPolicy = ({ apiVersion }: KubeObject): boolean => apiVersion === "networking.k8s.io/v1";
  return { policies: objects.filter(isPolicy), rest: objects.filter((object) => !isPolicy(object)) };
}

/** Some policies get the subject of another one, and some its whole spec: what is random is seldom alike. */
export function alike(policies: readonly KubeObject[], choices: readonly number[]): readonly KubeObject[] {
  return policies.map((policy, i) => {
    const choice = choices[i % choices.length] ?? 0;
    const other = policies[choice % policies.length] ?? policy;
    const [own, others] = [policy, other].map((each) => ({
      metadata: each["metadata"] as { readonly name: string; readonly namespace?: string },
      spec: each["spec"] as { readonly podSelector?: unknown; readonly policyTypes?: unknown },
    }));
    if (own === undefined || others === undefined || choice === 7) return policy;
    const { namespace } = others.metadata;
    const metadata = { name: own.metadata.name, ...(namespace === undefined ? {} : { namespace }) };
    const { podSelector, policyTypes } = others.spec;
    const spec = choice > 5 ? others.spec : { ...own.spec, podSelector, policyTypes };
    return { ...policy, metadata, spec: JSON.parse(JSON.stringify(spec)) as unknown };
  });
}
