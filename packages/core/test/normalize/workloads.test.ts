import { describe, expect, it } from "vitest";
import { group, readManifests, workload } from "./read-manifests.ts";

const template = `template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: c}]}`;

function workloadText(apiVersion: string, kind: string, spec = "", metadata = "name: web"): string {
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {${metadata}}\nspec:\n  ${template}\n  ${spec}\n`;
}

function podText(name: string, owner = "", rest = "", labels = "app: web"): string {
  const owners = owner === "" ? "" : `, ownerReferences: [{apiVersion: apps/v1, controller: true, ${owner}}]`;
  return `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, labels: {${labels}}${owners}}\nspec: {containers: [{name: c}]}\n${rest}\n`;
}

describe("kinds that make pods", () => {
  it.each([
    ["apps/v1", "Deployment", "replicas: 3", 3],
    ["extensions/v1beta1", "Deployment", "", 1],
    ["apps/v1", "ReplicaSet", "replicas: 0", 0],
    ["apps/v1", "StatefulSet", "replicas: 2", 2],
    ["apps/v1", "DaemonSet", "replicas: 7", 1],
    ["v1", "ReplicationController", "replicas: 2", 2],
    ["batch/v1", "Job", "parallelism: 4", 4],
  ])("%s %s with {%s} has %d pods", (apiVersion, kind, spec, pods) => {
    const cluster = readManifests(workloadText(apiVersion, kind, spec));
    expect(workload(cluster, `default/web[${kind}]`)).toMatchObject({ kind, name: "web", mayHaveTwoPods: true });
    expect(group(cluster, `default/web[${kind}]`)).toMatchObject({
      pods,
      labels: { app: "web" },
      templatePath: ["spec", "template"],
    });
    expect(cluster.problems).toEqual([]);
  });

  it("CronJob: the template is in the template of its jobs", () => {
    const cluster = readManifests(
      "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: c}\nspec: {jobTemplate: {spec: {parallelism: 2, template: {metadata: {labels: {a: b}}, spec: {}}}}}",
    );
    expect(group(cluster, "default/c[CronJob]")).toMatchObject({
      pods: 2,
      labels: { a: "b" },
      templatePath: ["spec", "jobTemplate", "spec", "template"],
    });
  });

  it("a DaemonSet has as many pods as its status schedules", () => {
    const cluster = readManifests(`${workloadText("apps/v1", "DaemonSet")}status: {desiredNumberScheduled: 12}`);
    expect(group(cluster, "default/web[DaemonSet]").pods).toBe(12);
  });

  it("a Job that has run is terminated", () => {
    const cluster = readManifests(
      `${workloadText("batch/v1", "Job")}status: {conditions: [{type: Complete, status: "True"}]}`,
    );
    expect(group(cluster, "default/web[Job]").terminated).toBe(true);
  });

  it("a bare Pod has no second pod", () => {
    const cluster = readManifests(podText("one"));
    expect(workload(cluster, "default/one[Pod]")).toMatchObject({ mayHaveTwoPods: false, kind: "Pod" });
    expect(group(cluster, "default/one[Pod]")).toMatchObject({ pods: 1, templatePath: [] });
  });

  it("kinds of the same name in other APIs are not read", () => {
    const cluster = readManifests([
      "apiVersion: batch.volcano.sh/v1alpha1\nkind: Job\nmetadata: {name: a}",
      "apiVersion: x.io/v1\nkind: Pod\nmetadata: {name: a}",
    ]);
    expect(cluster.workloads).toEqual([]);
    expect({ ...cluster.inputs.objects }).toEqual({ Job: 1, Pod: 1 });
  });

  it("workloads are sorted by id in code-unit order", () => {
    const names = ["b", "a-b", "a.b", "a0"];
    expect(readManifests(names.map((name) => podText(name))).workloads.map(({ name }) => name)).toEqual([
      "a-b",
      "a.b",
      "a0",
      "b",
    ]);
  });
});

describe("owners", () => {
  const deployment = workloadText("apps/v1", "Deployment", "replicas: 5");
  const replicaSet = workloadText(
    "apps/v1",
    "ReplicaSet",
    "replicas: 2",
    "name: web-1, ownerReferences: [{kind: Deployment, name: web, controller: true}]",
  );

  it("pods belong to the Deployment of their ReplicaSet, and are counted instead of its replicas", () => {
    const cluster = readManifests([
      podText("web-1-a", "kind: ReplicaSet, name: web-1"),
      replicaSet,
      deployment,
      podText("web-1-b", "kind: ReplicaSet, name: web-1"),
    ]);
    expect(cluster.workloads.map(({ id }) => id)).toEqual(["default/web[Deployment]"]);
    expect(group(cluster, "default/web[Deployment]")).toMatchObject({ pods: 2, templatePath: [] });
  });

  it("without pods the Deployment keeps its template, and its ReplicaSet is no workload of its own", () => {
    const cluster = readManifests([replicaSet, deployment]);
    expect(group(cluster, "default/web[Deployment]").pods).toBe(5);
    expect(cluster.workloads).toHaveLength(1);
  });

  it("pods of an owner that is not in the input take its name and kind", () => {
    const cluster = readManifests([
      podText("r-a", "kind: ReplicaSet, name: redis-cart-78746d49dc"),
      podText("r-b", "kind: ReplicaSet, name: redis-cart-78746d49dc"),
    ]);
    expect(cluster.workloads).toMatchObject([
      {
        id: "default/redis-cart-78746d49dc[ReplicaSet]",
        ref: { apiVersion: "apps/v1" },
        mayHaveTwoPods: true,
        groups: [{ pods: 2 }],
      },
    ]);
  });

  it("owners are looked for in the pod's namespace, and only the controller counts", () => {
    const elsewhere = podText("p", "kind: Deployment, name: web").replace("name: p", "name: p, namespace: other");
    const uncontrolled = podText("q", "kind: Deployment, name: web").replace("controller: true", "controller: false");
    expect(readManifests([deployment, elsewhere, uncontrolled]).workloads.map(({ id }) => id)).toEqual([
      "default/q[Pod]",
      "default/web[Deployment]",
      "other/web[Deployment]",
    ]);
  });

  it("a mirror pod of a node and the executor of a driver pod stand for themselves", () => {
    const cluster = readManifests([
      podText("etcd", "kind: Node, name: n1"),
      podText("exec", "kind: Pod, name: driver"),
    ]);
    expect(cluster.workloads.map(({ id }) => id)).toEqual(["default/etcd[Pod]", "default/exec[Pod]"]);
  });

  it("owners that own each other hide nobody", () => {
    const ownedBy = (name: string, owner: string): string =>
      workloadText(
        "apps/v1",
        "ReplicaSet",
        "",
        `name: ${name}, ownerReferences: [{kind: ReplicaSet, name: ${owner}, controller: true}]`,
      );
    const cluster = readManifests([
      ownedBy("a", "b"),
      ownedBy("b", "a"),
      ownedBy("c", "c"),
      podText("p", "kind: ReplicaSet, name: a"),
    ]);
    expect(cluster.workloads.map(({ id }) => id)).toEqual([
      "default/a[ReplicaSet]",
      "default/b[ReplicaSet]",
      "default/c[ReplicaSet]",
    ]);
  });

  it("row 23: terminated pods do not stand in for a template, but those of a Job do", () => {
    const failed = "status: {phase: Failed, podIP: 10.0.0.1}";
    const cluster = readManifests([deployment, podText("d", "kind: Deployment, name: web", failed)]);
    expect(
      workload(cluster, "default/web[Deployment]").groups.map(({ terminated, pods, addresses }) => ({
        terminated,
        pods,
        addresses,
      })),
    ).toEqual([
      { terminated: true, pods: 1, addresses: [["10.0.0.1"]] },
      { terminated: false, pods: 5, addresses: [] },
    ]);
    const job = readManifests([
      workloadText("batch/v1", "Job"),
      podText("j", "kind: Job, name: web", "status: {phase: Succeeded}"),
    ]);
    expect(group(job, "default/web[Job]").terminated).toBe(true);
  });
});

describe("groups of pods", () => {
  const owner = "kind: ReplicaSet, name: r";

  it("alike but for name, address and order of labels: one group with the addresses of each pod", () => {
    const cluster = readManifests([
      podText("a", owner, "status: {podIP: 10.0.0.1, podIPs: [{ip: 10.0.0.1}, {ip: 'fd00::1'}]}", "app: web, tier: x"),
      podText("b", owner, "", "tier: x, app: web"),
      podText("c", owner, "status: {podIP: 10.0.0.3}", "app: web, tier: x"),
    ]);
    expect(group(cluster, "default/r[ReplicaSet]")).toMatchObject({
      pods: 3,
      addresses: [["10.0.0.1", "fd00::1"], ["10.0.0.3"]],
    });
  });

  it.each([
    ["labels", podText("b", owner, "", "app: web, x: v")],
    ["hostNetwork", podText("b", owner).replace("{containers", "{hostNetwork: true, containers")],
    ["ports", podText("b", owner).replace("name: c}", "name: c, ports: [{name: h, containerPort: 80}]}")],
    ["phase", podText("b", owner, "status: {phase: Failed}")],
  ])("pods that differ in %s are two groups", (_what, other) => {
    expect(workload(readManifests([podText("a", owner), other]), "default/r[ReplicaSet]").groups).toHaveLength(2);
  });

  it("row 22: pods on the node's network have the addresses of the node", () => {
    const text = podText(
      "a",
      "",
      "status: {hostIP: 192.168.0.1, hostIPs: [{ip: 192.168.0.1}, {ip: 'fd00::9'}], podIPs: [{ip: 192.168.0.1}]}",
    );
    const cluster = readManifests(text.replace("{containers", "{hostNetwork: true, containers"));
    expect(group(cluster, "default/a[Pod]")).toMatchObject({
      hostNetwork: true,
      addresses: [["192.168.0.1", "fd00::9"]],
    });
  });

  it("a label key may be called __proto__", () => {
    const { labels } = group(
      readManifests(podText("a", "", "", '"proto": x').replace('"proto"', "a__proto__b")),
      "default/a[Pod]",
    );
    expect(labels["a__proto__b"]).toBe("x");
    const live = readManifests(podText("a", "", "", '"__proto__": x'), { live: true });
    expect(Object.entries(group(live, "default/a[Pod]").labels)).toEqual([["__proto__", "x"]]);
  });
});

describe("workloads that kubectl refuses are left out", () => {
  it.each([
    ["an unquoted yes in a label", "{app: yes}", "wrong-type"],
    ["a number in a label", "{app: 1e3}", "wrong-type"],
    ["a label value with a slash", "{app: a/b}", "invalid-name"],
    ["a label key with a space", "{a b: c}", "invalid-name"],
  ])("%s", (_name, labels, code) => {
    const { workloads, problems } = readManifests(workloadText("apps/v1", "Deployment").replace("{app: web}", labels));
    expect(workloads).toEqual([]);
    expect(problems).toMatchObject([
      { code, severity: "error", unreadable: true, object: { kind: "Deployment", name: "web" } },
    ]);
    expect(problems[0]?.location).toMatchObject({ line: 6 });
  });

  it("1:30 and dates are strings", () => {
    expect(group(readManifests(podText("a", "", "", "t: 2020-01-01")), "default/a[Pod]").labels).toEqual({
      t: "2020-01-01",
    });
  });

  it.each([
    ["no name", "namespace: x", "missing-field"],
    ["a name with a terminal escape", 'name: "\\u001b[31m"', "invalid-name"],
    ["a namespace with a dot", "name: a, namespace: b.c", "invalid-name"],
  ])("%s", (_name, metadata, code) => {
    const { workloads, problems } = readManifests(workloadText("apps/v1", "Deployment", "", metadata));
    expect(workloads).toEqual([]);
    expect(problems).toMatchObject([{ code, severity: "error", unreadable: true }]);
  });

  it("no template", () => {
    const { workloads, problems } = readManifests(
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {}",
    );
    expect(workloads).toEqual([]);
    expect(problems).toMatchObject([{ code: "missing-field", severity: "warning" }]);
    expect(problems[0]).not.toHaveProperty("unreadable");
  });

  it("a patch: neither selector nor labels", () => {
    const { workloads, problems } = readManifests(
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{name: c}]}}}",
    );
    expect(workloads).toEqual([]);
    expect(problems).toMatchObject([{ code: "missing-field", severity: "warning" }]);
  });

  it("not for a number in an annotation, on which no answer hangs", () => {
    const { workloads, problems } = readManifests(
      workloadText("apps/v1", "Deployment", "", "name: a, annotations: {n: 1}"),
    );
    expect(workloads).toHaveLength(1);
    expect(problems).toMatchObject([{ code: "wrong-type", severity: "warning" }]);
    expect(problems[0]).not.toHaveProperty("unreadable");
  });

  it("replicas that are none are one, with a warning", () => {
    const cluster = readManifests(workloadText("apps/v1", "Deployment", 'replicas: "3"'));
    expect(group(cluster, "default/web[Deployment]").pods).toBe(1);
    expect(cluster.problems).toMatchObject([{ code: "wrong-type", severity: "warning" }]);
  });
});
