import { describe, expect, it } from "vitest";
import { customKinds, type KubeObject, objectsFromManifests } from "../../../fixtures/src/api-server/index.ts";
import { bareKinds, load, serverFor } from "./cluster-helpers.ts";
import type { Cluster } from "../../src/model/cluster.ts";
import { readDocuments } from "../../src/read/read-manifests.ts";

const information = {
  group: "crd.projectcalico.org",
  version: "v1",
  kind: "ClusterInformation",
  resource: "clusterinformations",
  shortNames: [],
  namespaced: false,
  inAll: false,
  custom: true,
};

const told: KubeObject = {
  apiVersion: "crd.projectcalico.org/v1",
  kind: "ClusterInformation",
  metadata: { name: "default" },
  spec: { calicoVersion: "v3.30.1", clusterGUID: "hunter2" },
};

function daemonSet(name: string, ...images: readonly string[]): KubeObject {
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name, namespace: "kube-system" },
    spec: {
      template: {
        metadata: { labels: { agent: name } },
        spec: { containers: images.map((image, i) => ({ name: `c${i}`, image, args: ["hunter2"] })) },
      },
    },
  };
}

/** What a live cluster tells of its data plane; RBAC forbids the lists that it may not have. */
async function assumedOf(
  objects: readonly KubeObject[],
  mayList: (resource: string) => boolean = () => true,
): Promise<Cluster["assumed"]> {
  const kinds = [...bareKinds, ...customKinds.calico, information];
  const allow = kinds
    .filter(({ resource }) => mayList(resource))
    .map(({ group, resource }) => ({ verb: "list", group, resource }));
  const users = [{ name: "npa", token: "npa-token", allow }];
  const server = await serverFor({ kinds, users, objects: objectsFromManifests(objects) });
  const read = await load(server);
  expect(JSON.stringify(read.sources)).not.toContain("hunter2");
  return readDocuments(read.sources, read).assumed;
}

describe("versions of the agents of a live cluster", () => {
  const calicoNode = daemonSet("calico-node", "quay.io/calico/node:v3.29.2@sha256:0123", "example.com/hunter2:v3.28.0");

  it("are told by the ClusterInformation of Calico, and by the image of its agent where RBAC forbids that", async () => {
    expect(await assumedOf([told])).toEqual({ dataplane: "calico", calicoVersion: "3.30" });
    const mayNot = (resource: string): boolean => resource !== "clusterinformations";
    expect(await assumedOf([told, calicoNode], mayNot)).toEqual({ dataplane: "calico", calicoVersion: "3.29" });
    expect(await assumedOf([told], mayNot)).toBeUndefined();
  });

  it("are the older ones while agents are exchanged, in whatever order they are read", async () => {
    for (const image of ["quay.io/calico/node:v3.29.2", "quay.io/calico/node:v3.31.0"]) {
      const calicoVersion = image.includes("3.29") ? "3.29" : "3.30";
      expect(await assumedOf([told, daemonSet("calico-node", image)])).toEqual({ dataplane: "calico", calicoVersion });
    }
  });

  it.each([
    ["quay.io/cilium/cilium:v1.18.2@sha256:0123", "1.18"],
    ["quay.io/cilium/cilium:v1.17.0-rc.1", "1.17"],
    ["gke.gcr.io/cilium/cilium:v1.16.3-gke.5", "1.16"],
    ["quay.io/cilium/cilium:v1.15.9", undefined],
    ["quay.io/cilium/cilium:latest", undefined],
    ["quay.io/cilium/operator-generic:v1.18.2", undefined],
  ])("are told by the image of Cilium's agent: %s", async (image, ciliumVersion) => {
    const version = ciliumVersion === undefined ? {} : { ciliumVersion };
    expect(await assumedOf([daemonSet("cilium", image)])).toEqual({ dataplane: "cilium", ...version });
  });
});
