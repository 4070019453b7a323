import { describe, expect, it } from "vitest";
import { group, readManifests } from "./read-manifests.ts";

describe("container ports", () => {
  const pod = (spec: string): string => `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: ${spec}\n`;
  const portsOf = (spec: string): readonly unknown[] => group(readManifests(pod(spec)), "default/a[Pod]").ports;

  it("row 34: the protocol is TCP unless said otherwise", () => {
    expect(
      portsOf("{containers: [{ports: [{name: http, containerPort: 80}, {containerPort: 53, protocol: UDP}]}]}"),
    ).toEqual([
      { name: "http", protocol: "TCP", port: 80, sidecar: false },
      { protocol: "UDP", port: 53, sidecar: false },
    ]);
  });

  it("row 38: ports of sidecars are marked, those of plain init containers do not count", () => {
    expect(
      portsOf(
        "{initContainers: [{ports: [{name: x, containerPort: 1}]}, {restartPolicy: Always, ports: [{name: z, containerPort: 2}]}]}",
      ),
    ).toEqual([{ name: "z", protocol: "TCP", port: 2, sidecar: true }]);
  });

  it("row 37: one name and protocol with two numbers: both count, with a problem", () => {
    const cluster = readManifests(
      pod("{containers: [{ports: [{name: x, containerPort: 1}]}, {ports: [{name: x, containerPort: 2}]}]}"),
    );
    expect(group(cluster, "default/a[Pod]").ports).toMatchObject([{ port: 1 }, { port: 2 }]);
    expect(cluster.problems).toMatchObject([
      { code: "duplicate-named-port", severity: "warning", location: { path: "spec.containers" } },
    ]);
  });

  it.each(["{name: x, containerPort: 1, protocol: UDP}", "{name: z, containerPort: 2}", "{name: x, containerPort: 1}"])(
    "row 37: x on TCP 1 and %s do not clash",
    (other) => {
      expect(
        readManifests(pod(`{containers: [{ports: [{name: x, containerPort: 1}]}, {ports: [${other}]}]}`)).problems,
      ).toEqual([]);
    },
  );

  it("row 37: told once for all pods of an owner", () => {
    const ports = "{containers: [{ports: [{name: x, containerPort: 1}, {name: x, containerPort: 2}]}]}";
    const owner = "ownerReferences: [{kind: ReplicaSet, name: r, controller: true}]";
    const pods = ["a", "b", "c"].map((name) => pod(ports).replace("name: a", `name: ${name}, ${owner}`));
    expect(readManifests(pods).problems.map(({ code }) => code)).toEqual(["duplicate-named-port"]);
  });

  it.each([
    "{}",
    "{containerPort: 0}",
    "{containerPort: x}",
    "{containerPort: 80, protocol: tcp}",
    "{containerPort: 80, name: Http}",
  ])("a broken port %s is a warning, and the pod is kept", (broken) => {
    const cluster = readManifests(pod(`{containers: [{ports: [${broken}, {name: z, containerPort: 2}]}]}`));
    expect(group(cluster, "default/a[Pod]").ports.at(-1)).toMatchObject({ name: "z" });
    expect(cluster.problems).toMatchObject([{ severity: "warning" }]);
    expect(cluster.problems[0]?.message).toContain("The API server refuses the Pod; it is analysed without this");
  });
});
