import { describe, expect, it } from "vitest";
import { readManifests } from "./read-manifests.ts";

const pod = "{metadata: {labels: {app: a}}, spec: {containers: [{name: c, image: x}]}}";

function object(apiVersion: string, kind: string, spec: string): string {
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: x, namespace: s}\nspec: ${spec}\n`;
}

function workloadsOf(...objects: string[]): readonly string[] {
  return readManifests(objects.join("---\n")).workloads.map(({ id, groups }) => `${id} ${groups.length}`);
}

describe("kinds that make pods", () => {
  it.each([
    ["argoproj.io/v1alpha1", "Rollout", `{template: ${pod}}`, 1],
    ["apps.openshift.io/v1", "DeploymentConfig", `{template: ${pod}}`, 1],
    ["serving.knative.dev/v1", "Service", `{template: ${pod}}`, 1],
    ["kubevirt.io/v1", "VirtualMachine", "{template: {metadata: {labels: {app: a}}, spec: {domain: {}}}}", 1],
    ["apps.kruise.io/v1alpha1", "CloneSet", `{template: ${pod}}`, 1],
    ["apps.kruise.io/v1alpha1", "UnitedDeployment", `{template: {cloneSetTemplate: {spec: {template: ${pod}}}}}`, 1],
    [
      "jobset.x-k8s.io/v1alpha2",
      "JobSet",
      `{replicatedJobs: [{name: a, template: {spec: {template: ${pod}}}}, {name: b, template: {spec: {template: ${pod}}}}]}`,
      2,
    ],
    [
      "leaderworkerset.x-k8s.io/v1",
      "LeaderWorkerSet",
      `{leaderWorkerTemplate: {leaderTemplate: ${pod}, workerTemplate: ${pod}}}`,
      2,
    ],
    ["example.org/v1", "Anything", `{template: ${pod}}`, 1],
    ["example.org/v1", "AnyCron", `{jobTemplate: {spec: {template: ${pod}}}}`, 1],
  ])("%s %s", (apiVersion, kind, spec, groups) => {
    expect(workloadsOf(object(apiVersion, kind, spec))).toEqual([`s/x[${kind}] ${groups}`]);
  });

  it("a Rollout uses the template of the workload that it refers to", () => {
    const rollout = object("argoproj.io/v1alpha1", "Rollout", "{workloadRef: {kind: Deployment, name: x}}");
    const deployment = object(
      "apps/v1",
      "Deployment",
      `{replicas: 0, selector: {matchLabels: {app: a}}, template: ${pod}}`,
    );
    expect(workloadsOf(rollout, deployment)).toEqual(["s/x[Deployment] 1", "s/x[Rollout] 1"]);
  });

  it("schemas that speak of templates are left unread", () => {
    const schema = object("apiextensions.k8s.io/v1", "CustomResourceDefinition", `{template: ${pod}}`);
    expect(workloadsOf(schema)).toEqual([]);
  });

  it("what only an operator knows is named", () => {
    const { notEvaluated } = readManifests(object("monitoring.coreos.com/v1", "Prometheus", "{replicas: 2}"));
    expect(notEvaluated).toMatchObject([{ ref: { kind: "Prometheus" }, mayChange: { pods: true } }]);
  });

  it("what only an operator knows is in the namespace of its object, as a workload would be", () => {
    const named = (apiVersion: string, kind: string, metadata: string): unknown =>
      readManifests(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: ${metadata}\n`).notEvaluated.map(
        ({ ref, reason }) => [ref.namespace, reason],
      );
    const reason = "its operator (batch.volcano.sh) makes pods that the input does not show";
    const job = (metadata: string): unknown => named("batch.volcano.sh/v1alpha1", "Job", metadata);
    expect(job("{name: train, namespace: ml}")).toEqual([["ml", reason]]);
    expect(job("{name: train}")).toEqual([["default", reason]]);
    expect(job("{name: train, namespace: '${NS}'}")).toEqual([[undefined, reason]]);
    expect(job("{name: train, namespace: <your-namespace>}")).toEqual([]);
    expect(named("sailoperator.io/v1", "Istio", "{name: default}")).toMatchObject([[undefined, expect.any(String)]]);
  });

  it("policies of the Gateway API that say how traffic goes are none of the network", () => {
    const policy = (apiVersion: string, kind: string): number =>
      readManifests(object(apiVersion, kind, "{}")).notEvaluated.length;
    expect(policy("gateway.networking.k8s.io/v1", "BackendTLSPolicy")).toBe(0);
    expect(policy("networking.gke.io/v1", "HealthCheckPolicy")).toBe(0);
    expect(policy("networking.gke.io/v1", "GCPBackendPolicy")).toBe(1);
  });

  it("only a primary network isolates", () => {
    const network = (role: string): string =>
      object("k8s.ovn.org/v1", "UserDefinedNetwork", `{topology: Layer2, layer2: {role: ${role}}}`);
    expect(readManifests(network("Primary")).notEvaluated).toHaveLength(1);
    expect(readManifests(network("Secondary")).notEvaluated).toHaveLength(0);
  });
});
