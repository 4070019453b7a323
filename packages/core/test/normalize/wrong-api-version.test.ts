import { describe, expect, it } from "vitest";
import { readManifests } from "../../src/read/read-manifests.ts";

function read(apiVersion: string, kind: string): { messages: readonly string[]; workloads: number } {
  const cluster = readManifests([
    {
      name: "a.yaml",
      text: `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}\nspec: {containers: [], template: {metadata: {labels: {a: b}}}}\n`,
    },
  ]);
  return { messages: cluster.problems.map(({ message }) => message), workloads: cluster.workloads.length };
}

describe("a kind under an API that does not have it", () => {
  it.each([
    ["apps/v1", "Pod", "v1"],
    ["v1", "Deployment", "apps/v1"],
    ["batch/v1", "StatefulSet", "apps/v1"],
  ])("%s %s is a problem that names the right one", (apiVersion, kind, home) => {
    const { messages, workloads } = read(apiVersion, kind);
    expect(workloads).toBe(0);
    expect(messages).toEqual([expect.stringContaining(`Write apiVersion: ${home}`)]);
  });

  it("of another project is none of our business", () => {
    expect(read("serving.knative.dev/v1", "Service").messages).toEqual([]);
    expect(read("apps.kruise.io/v1alpha1", "StatefulSet").messages).toEqual([]);
  });
});

describe("a kind without an API", () => {
  const policy =
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec: {podSelector: {}}\n";
  const readAs = (name: string, text: string): ReturnType<typeof readManifests> => readManifests([{ name, text }]);

  it.each(["values.yaml", "charts/descheduler/values-prod.yml", "apps/descheduler-values.yaml", "x/helm.values.json"])(
    "is a setting of a chart in %s, and named as such",
    (name) => {
      const { problems, inputs } = readAs(name, "kind: CronJob\nschedule: '*/2 * * * *'\nimage: {tag: v1}\n");
      expect(problems).toEqual([]);
      expect(inputs).toMatchObject({ skipped: 0, unrendered: [{ kind: "values", count: 1, files: [name] }] });
    },
  );

  it("is a mistake anywhere else, and where there is more of a manifest", () => {
    const problemsOf = (name: string, text: string): readonly string[] =>
      readAs(name, text).problems.map(({ message }) => message);
    const mistake = [expect.stringContaining("the CronJob has no apiVersion")];
    expect(problemsOf("cron.yaml", "kind: CronJob\nschedule: x\n")).toEqual(mistake);
    expect(problemsOf("revalues.yaml", "kind: CronJob\nschedule: x\n")).toEqual(mistake);
    expect(problemsOf("values.yaml", "kind: CronJob\nmetadata: {name: a}\n")).toEqual(mistake);
    expect(problemsOf("values.yaml", "apiVersion: ''\nkind: CronJob\n")).toEqual(mistake);
  });

  it("hides no policy of the same file", () => {
    const { policies } = readAs("values.yaml", `kind: CronJob\nschedule: x\n---\n${policy}`);
    expect(policies.map(({ name }) => name)).toEqual(["a"]);
  });
});
