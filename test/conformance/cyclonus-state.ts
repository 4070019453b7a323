import type { SourceText } from "@npa/core";

/** The cases of mattfenwick/cyclonus. The corpus' README tells the shape. */
export interface CyclonusCorpus {
  readonly resources: {
    readonly namespaces: Readonly<Record<string, Labels>>;
    readonly pods: Readonly<Record<string, CyclonusPod>>;
    readonly containers: readonly CyclonusContainer[];
  };
  readonly cases: readonly CyclonusCase[];
}

/** Stands for the corpus where it is not. */
export const noCyclonusCases: CyclonusCorpus = {
  resources: { namespaces: {}, pods: {}, containers: [] },
  cases: [],
};

export interface CyclonusCase {
  readonly id: number;
  readonly description: string;
  readonly usesIpBlockAgainstPodIPs: boolean;
  readonly steps: readonly CyclonusStep[];
}

export interface CyclonusStep {
  readonly actions: readonly CyclonusAction[];
  /** Pods, as rows (sources) and columns (targets) of the tables. */
  readonly order: readonly string[];
  readonly table: Readonly<Record<string, TruthTables>>;
}

/** `.` is allowed, `X` is blocked. */
export type TruthTables = Readonly<Record<"ingress" | "egress" | "combined", readonly string[]>>;

type Labels = Readonly<Record<string, string>>;
interface CyclonusPod {
  readonly labels: Labels;
  readonly ip?: string;
}
interface CyclonusContainer {
  readonly port: number;
  readonly protocol: string;
  readonly name: string;
}
interface CyclonusPolicy {
  readonly metadata: { readonly namespace: string; readonly name: string };
}

/** One change of the cluster: the key names it. */
export interface CyclonusAction {
  readonly createPolicy?: CyclonusPolicy;
  readonly deletePolicy?: readonly [namespace: string, name: string];
  readonly createPod?: readonly [namespace: string, name: string, labels: Labels];
  readonly deletePod?: readonly [namespace: string, name: string];
  readonly setPodLabels?: readonly [namespace: string, name: string, labels: Labels];
  readonly createNamespace?: readonly [name: string, labels: Labels];
  readonly setNamespaceLabels?: readonly [name: string, labels: Labels];
  readonly deleteNamespace?: string;
}

/** The cluster of a case, as its steps change it. */
export class CyclonusState {
  readonly #namespaces: Map<string, Labels>;
  readonly #pods: Map<string, CyclonusPod>;
  readonly #containers: readonly CyclonusContainer[];
  readonly #policies = new Map<string, CyclonusPolicy>();

  constructor({ namespaces, pods, containers }: CyclonusCorpus["resources"]) {
    this.#namespaces = new Map(Object.entries(namespaces));
    this.#pods = new Map(Object.entries(pods));
    this.#containers = containers;
  }

  apply(action: CyclonusAction): void {
    const known = Object.entries(this.#changes(action)).filter(([key]) => key in action);
    if (known.length !== 1) throw new Error(`not one known action: ${Object.keys(action).join()}`);
    for (const [, change] of known) change();
  }

  #changes(action: CyclonusAction): Readonly<Record<keyof CyclonusAction, () => void>> {
    const { createPolicy, createPod, setPodLabels, createNamespace, setNamespaceLabels } = action;
    const podOf = (of: readonly [string, string, ...unknown[]] = ["", ""]): string => `${of[0]}/${of[1]}`;
    return {
      createPolicy: () => createPolicy && this.#policies.set(policyKey(createPolicy), createPolicy),
      deletePolicy: () => this.#policies.delete(podOf(action.deletePolicy)),
      createPod: () => createPod && this.#pods.set(podOf(createPod), { labels: createPod[2] }),
      deletePod: () => this.#pods.delete(podOf(action.deletePod)),
      setPodLabels: () =>
        setPodLabels &&
        this.#pods.set(podOf(setPodLabels), { ...this.#pods.get(podOf(setPodLabels)), labels: setPodLabels[2] }),
      createNamespace: () => createNamespace && this.#namespaces.set(...createNamespace),
      setNamespaceLabels: () => setNamespaceLabels && this.#namespaces.set(...setNamespaceLabels),
      deleteNamespace: () => this.#namespaces.delete(action.deleteNamespace ?? ""),
    };
  }

  /** The number of a port that may be named, as every pod declares it. */
  portNumber(port: string): number {
    return this.#containers.find(({ name }) => name === port)?.port ?? Number(port);
  }

  /** The cluster as a manifest. */
  manifest(): SourceText {
    const namespaces = [...this.#namespaces].map(([name, labels]) => ({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name, labels },
    }));
    const pods = [...this.#pods].map(([id, { labels, ip }]) => {
      const [namespace, name] = id.split("/");
      const containers = this.#containers.map(({ name, port, protocol }) => ({
        name: `cont-${name}`,
        image: "server",
        ports: [{ name, containerPort: port, protocol }],
      }));
      const status = ip === undefined ? {} : { podIPs: [{ ip }] };
      return { apiVersion: "v1", kind: "Pod", metadata: { namespace, name, labels }, spec: { containers }, status };
    });
    const items = [...namespaces, ...pods, ...this.#policies.values()];
    return { name: "state.json", text: JSON.stringify({ apiVersion: "v1", kind: "List", items }) };
  }
}

function policyKey({ metadata }: CyclonusPolicy): string {
  return `${metadata.namespace}/${metadata.name}`;
}
