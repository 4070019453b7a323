import { describe, expect, it } from "vitest";
import {
  admin,
  type ApiUser,
  builtInKinds,
  customKinds,
  mayRead,
  objectsFromManifests,
} from "../../../fixtures/src/api-server/index.ts";
import { listConnectivity } from "../../src/entries/index.ts";
import { readDocuments } from "../../src/read/read-manifests.ts";
import { failureOf, load, objectsOf, podNames, pods, serverFor } from "./cluster-helpers.ts";

const objects = objectsFromManifests([...pods(3), ...pods(2, "shop")]);

/** Somebody who may read whole resources, and everything of some namespaces. */
function reader(resources: readonly (readonly [string, string])[], namespaces: readonly string[] = []): ApiUser {
  const own = namespaces.map((namespace) => ({ verb: "list", group: "*", resource: "*", namespace }));
  return { name: "reader", token: "reader-token", allow: [...mayRead(...resources), ...own] };
}

describe("what RBAC forbids", () => {
  it("is named with the rule that is missing and what is unknown without it", async () => {
    const user = reader([
      ["", "namespaces"],
      ["networking.k8s.io", "networkpolicies"],
      ["", "pods"],
    ]);
    const server = await serverFor({ objects, users: [user] });
    const read = await load(server);
    expect(objectsOf(read)).toEqual(["Namespace shop", "Namespace web", ...podNames(2, "shop"), ...podNames(3)]);
    expect(read.forbidden.map(({ resource }) => resource)).toEqual([
      "replicasets",
      "deployments",
      "statefulsets",
      "daemonsets",
      "jobs",
      "cronjobs",
      "replicationcontrollers",
      "services",
      "ingresses",
      "nodes",
      "endpointslices",
      "validatingwebhookconfigurations",
      "mutatingwebhookconfigurations",
      "apiservices",
      "configmaps",
    ]);
    // No connection hangs on the last six.
    expect(read.notEvaluated.map(({ ref }) => ref.kind)).not.toContain("Node");
    expect(read.notEvaluated).toHaveLength(9);
    const missing = readDocuments(read.sources, read).notEvaluated.find(({ ref }) => ref.kind === "ReplicaSet");
    expect(missing).toEqual({
      ref: { apiVersion: "apps/v1", kind: "ReplicaSet", name: "*" },
      readNamespaces: [],
      reason: "RBAC forbids to list replicasets.apps: pods of Deployments get the name of their ReplicaSet",
    });
  });

  it.each(["v1alpha2", "v1beta1"])(
    "of cluster-wide policies leaves open what they may say, with %s",
    async (version) => {
      const kinds = [...builtInKinds, ...customKinds.adminNetworkPolicy, ...customKinds.clusterNetworkPolicy];
      const served = kinds.map((kind) => (kind.kind === "ClusterNetworkPolicy" ? { ...kind, version } : kind));
      const allowed = builtInKinds.map(({ group, resource }) => [group, resource] as const);
      const group = "policy.networking.k8s.io";
      for (const readable of ["", "adminnetworkpolicies", "baselineadminnetworkpolicies", "clusternetworkpolicies"]) {
        const user = reader([...allowed, [group, readable]]);
        const read = await load(await serverFor({ objects, users: [user], kinds: served }));
        const cluster = readDocuments(read.sources, read);
        const hidden = cluster.notEvaluated.filter(({ ref }) => ref.apiVersion.startsWith(group));
        const resources = hidden.map(({ reason }) => /(\w+)\.policy\.networking/.exec(reason)?.[1]);
        expect(resources).toEqual(
          ["adminnetworkpolicies", "baselineadminnetworkpolicies", "clusternetworkpolicies"].filter(
            (resource) => resource !== readable,
          ),
        );
        const { connections, uncertain } = listConnectivity(cluster);
        expect({ certain: connections.length, isOpen: uncertain.length > 0 }).toEqual({ certain: 0, isOpen: true });
      }
    },
  );

  it("in all namespaces is read in those that are known", async () => {
    const server = await serverFor({ objects, users: [reader([["", "namespaces"]], ["web"])] });
    const read = await load(server);
    expect(objectsOf(read)).toEqual(["Namespace shop", "Namespace web", ...podNames(3)]);
    const missing = read.forbidden.find(({ resource }) => resource === "pods");
    expect(missing?.readNamespaces).toEqual(["web"]);
    expect(read.notEvaluated.find(({ ref }) => ref.kind === "Pod")?.reason).toContain(
      "RBAC forbids to list pods outside of web: ",
    );
  });

  it("with a Role in one namespace leaves the namespaces asked for and that of the context", async () => {
    const server = await serverFor({ objects, users: [reader([], ["web"])] });
    expect(objectsOf(await load(server, {}, { namespace: "web" }))).toEqual(podNames(3));
    expect(objectsOf(await load(server, { namespaces: ["web"] }))).toEqual(podNames(3));
    expect(await failureOf(load(server))).toContain("with a Role in one namespace, pass -n NAMESPACE");
  });

  it("altogether is a failure that says what npa needs", async () => {
    const server = await serverFor({ objects, users: [reader([])] });
    const failure = await failureOf(load(server));
    expect(failure).toContain(
      'RBAC does not allow user "test" to list anything ("namespaces is forbidden: User "reader" cannot list',
    );
    expect(failure).toContain(
      "npa needs a ClusterRole with the verb list, at least on networkpolicies.networking.k8s.io",
    );
    expect(failure).not.toContain("reader-token");
  });

  it("does not make kinds of what is not installed", async () => {
    const server = await serverFor({ objects, users: [reader([["", "pods"]])] });
    const read = await load(server);
    expect(read.notEvaluated.filter(({ ref }) => /Cilium|Calico|Admin/.test(ref.kind))).toEqual([]);
  });
});

describe("credentials that the server does not take", () => {
  it("say what to do", async () => {
    const server = await serverFor({ objects });
    const failure = await failureOf(load(server, {}, { token: "stale-token-of-mine" }));
    expect(failure).toBe(
      `context "test" (${server.url}): the server does not accept the credentials of user "test" (401): Unauthorized: log in to the cluster again, or choose another --context`,
    );
  });

  it("are not shown even when the server repeats them", async () => {
    const message = "invalid bearer token stale-token-of-mine and eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJr.c2ln";
    const server = await serverFor({
      objects,
      faults: [{ times: Infinity, action: { kind: "status", code: 401, message } }],
    });
    const failure = await failureOf(load(server, {}, { token: "stale-token-of-mine" }));
    expect(failure).toContain("invalid bearer token *** and ***");
  });
});

describe("an API that the server does not have", () => {
  it("is named; nothing of it can be in force", async () => {
    const { builtInKinds } = await import("../../../fixtures/src/api-server/index.ts");
    const server = await serverFor({ objects, kinds: builtInKinds.filter(({ kind }) => kind !== "CronJob") });
    const read = await load(server);
    expect(read.absent).toEqual(["cronjobs.batch"]);
    expect(read.notEvaluated.map(({ reason }) => reason)).toEqual([
      "the server does not have cronjobs.batch in batch/v1: none can be in force",
    ]);
  });

  it("is a failure when it is all of them", async () => {
    const server = await serverFor({ kinds: [] });
    expect(await failureOf(load(server))).toContain("the server has none of the Kubernetes APIs");
  });
});

describe("impersonation", () => {
  it("reads as somebody else, from the flags or the kubeconfig", async () => {
    const server = await serverFor({
      objects,
      users: [admin, reader([["", "pods"]])],
      groups: { ops: mayRead(["", "namespaces"]) },
    });
    const read = await load(server, { as: "reader", asGroups: ["ops", "dev"] });
    expect(read.forbidden.map(({ resource }) => resource)).not.toContain("namespaces");
    expect(objectsOf(read)).toContain("Pod web/pod-000");
    expect(server.requests[0]?.impersonated).toEqual({ user: "reader", groups: ["ops", "dev"] });
    server.clearRequests();
    await load(server, {}, { as: "reader", asGroups: ["ops"] });
    expect(server.requests[0]?.impersonated).toEqual({ user: "reader", groups: ["ops"] });
  });

  it("that is forbidden says so", async () => {
    const server = await serverFor({ objects, users: [reader([["", "pods"]])] });
    expect(await failureOf(load(server, { as: "root" }))).toContain(
      'RBAC does not allow user "root" to list anything ("users "root" is forbidden',
    );
  });

  it("of groups needs a user", async () => {
    const server = await serverFor({ objects });
    expect(await failureOf(load(server, { asGroups: ["ops"] }))).toContain("pass --as USER beside --as-group");
  });
});
