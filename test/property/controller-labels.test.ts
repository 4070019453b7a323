import { defaultAssumptions, readManifests } from "@npa/core";
import { type KubeObject, type Verdict, arbitraryCluster, createOracle, interestingPorts } from "@npa/fixtures";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { listEndpoints } from "../../packages/core/src/reachability/endpoints.ts";
import { Reachability } from "../../packages/core/src/reachability/reachability.ts";
import { noConnections } from "../../packages/core/src/sets/connection-set.ts";

const runs = Number(process.env["NPA_PROPERTY_RUNS"] ?? 300);

/** Pods of a controller that differ in a label, each with the labels it may have. */
type Completions = readonly (readonly Readonly<Record<string, string>>[])[];

interface LabelCase {
  readonly key: string;
  /** What selectors name. */
  readonly values: readonly string[];
  /** What the controllers of a kind set, by their names: one entry per replica that differs. */
  readonly set: Readonly<Record<string, (name: string, values: readonly string[]) => Completions>>;
}

const other = "no-selector-names-it";

function anyOf(key: string): (name: string, values: readonly string[]) => Completions {
  return (_, values) => [[...values, other].map((value) => ({ [key]: value }))];
}

const cases: readonly LabelCase[] = [
  { key: "pod-template-hash", values: ["x", "y"], set: { Deployment: anyOf("pod-template-hash") } },
  {
    key: "controller-revision-hash",
    values: ["w0-x", "w1-x", "x"],
    set: {
      DaemonSet: anyOf("controller-revision-hash"),
      StatefulSet: (name, values) => [
        [...values.filter((value) => value.startsWith(`${name}-`)), `${name}-zz`].map((value) => ({
          "controller-revision-hash": value,
        })),
      ],
    },
  },
  {
    key: "apps.kubernetes.io/pod-index",
    values: ["0", "1", "7", "01"],
    set: { StatefulSet: () => ["0", "1", "2"].map((index) => [{ "apps.kubernetes.io/pod-index": index }]) },
  },
  {
    key: "statefulset.kubernetes.io/pod-name",
    values: ["w0-0", "w1-2", "w2-1", "w0-3"],
    set: {
      StatefulSet: (name) =>
        ["0", "1", "2"].map((index) => [{ "statefulset.kubernetes.io/pod-name": `${name}-${index}` }]),
    },
  },
  {
    key: "job-name",
    values: ["w0", "w1", "w2-17", "w0-17", "w1-18"],
    set: {
      Job: (name) => [[{ "job-name": name }]],
      CronJob: (name, values) => [
        [...values.filter((value) => value.startsWith(`${name}-`)), `${name}-1`].map((value) => ({
          "job-name": value,
        })),
      ],
    },
  },
];

/** Lets the selectors of pods look at the controllers' label instead of most others, and makes such controllers of Pods. */
function lookingAt(label: LabelCase, object: KubeObject, index: number): KubeObject {
  if (object["kind"] === "NetworkPolicy")
    return withSelectors(object, (selector) => renamed(selector, label)) as KubeObject;
  return object["kind"] === "Namespace" ? object : asController(object, Object.keys(label.set), index);
}

/** Moves an object to namespace `one`, where most policies are. */
function inOne(object: KubeObject): KubeObject {
  if (object["kind"] === "Namespace") return object;
  return { ...object, metadata: { ...(object["metadata"] as object), namespace: "one" } };
}

function withSelectors(value: unknown, change: (selector: unknown) => unknown, field = ""): unknown {
  if (field === "podSelector") return change(value);
  if (Array.isArray(value)) return value.map((item: unknown) => withSelectors(item, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withSelectors(inner, change, name)]));
}

interface RawSelector {
  readonly matchLabels?: Readonly<Record<string, string>> | null;
  readonly matchExpressions?: readonly { readonly key: string; readonly values?: readonly string[] | null }[] | null;
}

function renamed(selector: unknown, { key, values }: LabelCase): unknown {
  if (typeof selector !== "object" || selector === null) return selector;
  const valueFor = (value: string): string => values[["", "a", "b"].indexOf(value) % values.length] ?? value;
  const { matchLabels, matchExpressions } = selector as RawSelector;
  const labels = Object.entries(matchLabels ?? {}).map(([name, value]) =>
    name !== "app" ? [key, valueFor(value)] : [name, value],
  );
  const expressions = (matchExpressions ?? []).map((expression) =>
    expression.key !== "app" ? { ...expression, key, values: expression.values?.map(valueFor) } : expression,
  );
  return { matchLabels: Object.fromEntries(labels) as unknown, matchExpressions: expressions };
}

/** Two of three workloads become controllers of the kinds that set the label. */
function asController(object: KubeObject, kinds: readonly string[], index: number): KubeObject {
  const kind = kinds[index % kinds.length] ?? "";
  if (index % 3 === 2 && object["kind"] === "Pod") return object;
  const pod = asPod(object, "", {});
  const { labels, namespace } = pod["metadata"] as { labels?: object; namespace?: string };
  const podSpec = { ...(pod["spec"] as object), restartPolicy: kind.endsWith("Job") ? "Never" : "Always" };
  const template = { metadata: { labels: { app: "a", ...labels } }, spec: podSpec };
  const { name } = object["metadata"] as { name: string };
  return {
    apiVersion: kind.endsWith("Job") ? "batch/v1" : "apps/v1",
    kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    spec:
      kind === "CronJob"
        ? { schedule: "0 0 * * *", jobTemplate: { spec: { template } } }
        : {
            selector: { matchLabels: template.metadata.labels },
            template,
            ...(kind === "StatefulSet" ? { replicas: 3 } : {}),
          },
  };
}

/** The pods that stand for a workload, each with its possible labels. */
function podsOf(object: KubeObject, { set, values }: LabelCase): { id: string; name: string; pods: Completions } {
  const kind = String(object["kind"]);
  const { name, namespace } = object["metadata"] as { name: string; namespace?: string };
  return {
    id: `${namespace ?? "default"}/${name}[${kind}]`,
    name,
    pods: set[kind]?.(name, values) ?? [[{}]],
  };
}

/** A controller as a bare pod of the same labels and more. */
function asPod(object: KubeObject, name: string, more: Readonly<Record<string, string>>): KubeObject {
  type Template = { metadata?: { labels?: Record<string, string> | null }; spec: object };
  const spec = object["spec"] as { template?: Template; jobTemplate?: { spec: { template: Template } } };
  const template = spec.template ?? spec.jobTemplate?.spec.template;
  if (template === undefined) return object;
  const { namespace } = object["metadata"] as { namespace?: string };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...template.metadata?.labels, ...more },
    },
    spec: template.spec,
  };
}

const clusters = fc
  .tuple(arbitraryCluster({ hostNetwork: false, undeclaredNamespaces: false, maxPods: 4 }), fc.constantFrom(...cases))
  .map(([objects, label]) => ({
    objects: objects.map((object, index) => inOne(lookingAt(label, object, index))),
    label,
  }));

function reach(objects: readonly KubeObject[]): Reachability {
  const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  return new Reachability(readManifests([{ name: "cluster.json", text }]), { assumptions: defaultAssumptions });
}

it("labels of unknown value: the bounds hold whatever the values are, and replicas are told apart", () => {
  let [unknown, sure] = [0, 0];
  fc.assert(
    fc.property(clusters, ({ objects, label }) => {
      const reachability = reach(objects);
      const [port = 80] = interestingPorts(objects);
      const asked = reachability.table.ofPorts([{ protocol: "TCP", from: port, to: port }]);
      const endpoints = listEndpoints(reachability);
      const workloads = objects.filter(({ kind }) => kind !== "Namespace" && kind !== "NetworkPolicy");
      const rest = objects.filter(({ kind }) => kind === "Namespace" || kind === "NetworkPolicy");
      for (const source of workloads) {
        for (const target of workloads) {
          if (source === target) continue;
          const [from, to] = [podsOf(source, label), podsOf(target, label)];
          const parts = (id: string): readonly number[] =>
            endpoints.filter(({ workload }) => workload?.id === id).map(({ classId }) => classId);
          const got = new Set(parts(from.id).flatMap((a) => parts(to.id).map((b) => answer(a, b))));
          if (got.size === 0) continue; // pods that have ended
          const expected = new Set(from.pods.flatMap((a) => to.pods.map((b) => completed(source, a, target, b))));
          // Unknown may be said where every completion happens to agree; a sure answer must be the same.
          if (!got.has("unknown"))
            expect({ from, to, answers: [...got].toSorted() }).toEqual({ from, to, answers: [...expected].toSorted() });
          for (const verdict of got) if (verdict !== "unknown") expect([...expected]).toContain(verdict);
          if (got.has("unknown")) unknown++;
          else sure++;
        }
      }

      function answer(from: number, to: number): Verdict {
        const isAny = (bound: "certain" | "possible"): boolean =>
          reachability.table.intersection(reachability.connections(from, to, bound), asked) !== noConnections;
        return isAny("certain") ? "yes" : isAny("possible") ? "unknown" : "no";
      }

      function completed(
        source: KubeObject,
        sources: readonly Readonly<Record<string, string>>[],
        target: KubeObject,
        targets: readonly Readonly<Record<string, string>>[],
      ): Verdict | "ended" {
        const answers = new Set<Verdict>();
        for (const ofSource of sources) {
          for (const ofTarget of targets) {
            const world = [...rest, asPod(source, "source", ofSource), asPod(target, "target", ofTarget)];
            const oracle = createOracle(world);
            const idOf = (object: KubeObject, name: string): string | undefined =>
              oracle.pods.find((pod) => pod.name === (object["kind"] === "Pod" ? podsOf(object, label).name : name))
                ?.id;
            const [a, b] = [idOf(source, "source"), idOf(target, "target")];
            if (a === undefined || b === undefined) return "ended";
            answers.add(oracle.verdict({ from: a, to: b, protocol: "TCP", port }));
          }
        }
        return answers.size === 1 ? ([...answers][0] as Verdict) : "unknown";
      }
    }),
    { numRuns: runs },
  );
  expect(unknown).toBeGreaterThan(runs / 100);
  expect(sure).toBeGreaterThan(runs);
});
