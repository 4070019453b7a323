import type { Cluster, Policy } from "@npa/core";
import { corpusCluster, withoutOwners } from "./corpus.ts";

/** One query of network-config-analyzer. The corpus' README tells the shape. */
export interface NcaQuery {
  readonly id: string;
  readonly query: string;
  readonly inputs: {
    readonly configs?: Readonly<Record<string, NcaConfig>>;
    /** Of `parseError`. */
    readonly policies?: readonly string[];
  };
  readonly expected: { readonly error?: number };
  readonly atomic?: readonly NcaVerdict[];
}

/** The verdict about one configuration, or about two. */
export interface NcaVerdict {
  readonly config?: string;
  readonly config1?: string;
  readonly config2?: string;
  readonly numerical: number;
  readonly verdict?: string;
  readonly output: string;
  readonly notExecuted?: boolean;
}

/** The files of a configuration. */
export interface NcaConfig {
  readonly policies?: readonly string[];
  readonly namespaces?: readonly string[];
  readonly pods?: readonly string[];
  readonly globalResources?: readonly string[];
  readonly resources?: readonly string[];
}

/** Reads the configurations of a query by name; `np/ns/name` is the one policy of `np`. Files are read once. */
export async function configsOf({ inputs, query }: NcaQuery): Promise<(name: string) => Cluster> {
  const clusters = new Map<string, Cluster>();
  for (const [name, config] of Object.entries(inputs.configs ?? {}))
    clusters.set(name, await clusterOf(config, countsOwners.has(query)));
  return (name) => {
    const whole = clusters.get(name);
    if (whole !== undefined) return whole;
    const [config = "", ...policy] = name.split("/");
    const cluster = clusters.get(config);
    if (cluster === undefined) throw new Error(`no configuration ${name}`);
    const wanted = policy.join("/");
    return { ...cluster, policies: cluster.policies.filter((one) => nameOf(one) === wanted) };
  };
}

/** `namespace/name`. */
export function nameOf({ namespace, name }: Pick<Policy, "namespace" | "name">): string {
  return `${namespace}/${name}`;
}

/** Queries that count the owners of pods; all others are about the pods. */
const countsOwners: ReadonlySet<string> = new Set(["allCaptured"]);

/** Where a configuration says which files the policies are in, those in other files do not count. */
async function clusterOf(config: NcaConfig, hasOwners: boolean): Promise<Cluster> {
  const { policies, namespaces, pods, globalResources, resources } = config;
  const ofPolicies = (policies ?? resources ?? []).map(directoryOf);
  const others = [namespaces, pods, globalResources, resources].flatMap((paths = []) => paths.map(directoryOf));
  const all = [...ofPolicies, ...others];
  const holdsPolicies = (name: string): boolean =>
    ofPolicies.some((path) => name === path || name.startsWith(`${path}/`));
  return await corpusCluster("nca/inputs", [...new Set(all)], (text, name) => {
    const kept = hasOwners ? text : withoutOwners(text);
    return holdsPolicies(name) ? kept : withoutPolicies(kept);
  });
}

function directoryOf(path: string): string {
  return path.replace(/\/\*\*$/, "");
}

function withoutPolicies(text: string): string {
  return text.replaceAll(/(\bkind"?\s*:\s*"?)NetworkPolicy\b/g, "$1LeftOut");
}
