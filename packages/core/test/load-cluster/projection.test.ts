import { describe, expect, it } from "vitest";
import { podShape } from "../../src/load/cluster/object-shapes.ts";
import { all, fields, list, Projector, shared } from "../../src/load/cluster/projection.ts";

const projector = new Projector();

describe("a projection", () => {
  it("keeps the fields named and drops the others", () => {
    const shape = fields({ a: all, b: fields({ c: all }), d: list(fields({ e: all })) });
    const value = { a: { x: [1] }, b: { c: 1, z: 2 }, d: [{ e: 1, z: 1 }, { z: 1 }], z: 1 };
    expect(JSON.stringify(projector.project(value, shape))).toBe('{"a":{"x":[1]},"b":{"c":1},"d":[{"e":1},{}]}');
  });

  it("keeps what has another type than expected, for the reader to report", () => {
    const shape = fields({ b: fields({ c: all }), d: list(all) });
    expect(JSON.stringify(projector.project({ b: "text", d: { z: 1 } }, shape))).toBe('{"b":"text","d":{"z":1}}');
  });

  it("shares what is equal", () => {
    const shape = fields({ labels: shared(all) });
    const [one, two] = [1, 2].map((name) => projector.project({ name, labels: { app: "web" } }, shape)) as [
      { labels: object },
      { labels: object },
    ]; // of the shape
    expect(one.labels).toBe(two.labels);
  });

  it("makes mappings without inherited keys", () => {
    const value = projector.project(JSON.parse('{"__proto__":{"x":1}}'), all) as Record<string, unknown>; // a mapping
    expect(Object.keys(value)).toEqual(["__proto__"]);
    expect(value["toString"]).toBeUndefined();
  });
});

it("of a pod has no environment, images or unknown annotations, and of its init containers those that have ports", () => {
  const port = { name: "http", containerPort: 80, hostPort: 80 };
  const pod = {
    metadata: {
      name: "a",
      uid: "u",
      managedFields: [{}],
      annotations: { "npa.dev/ignore.x": "why", "cni.projectcalico.org/podIP": "10.0.0.1", big: "x" },
      ownerReferences: [
        { kind: "A", name: "not-the-controller" },
        { apiVersion: "apps/v1", kind: "ReplicaSet", name: "r", uid: "u", controller: true },
      ],
    },
    spec: {
      nodeName: "n",
      hostNetwork: true,
      containers: [{ name: "main", image: "i", env: [{ name: "PASSWORD", value: "x" }], ports: [port] }],
      initContainers: [
        { name: "none" },
        { name: "once", ports: [port] },
        { name: "side", restartPolicy: "Always", ports: [port] },
      ],
    },
    status: { phase: "Running", podIPs: [{ ip: "10.0.0.1" }], containerStatuses: [{}] },
  };
  expect(JSON.parse(JSON.stringify(projector.project(pod, podShape)))).toEqual({
    metadata: {
      name: "a",
      annotations: { "npa.dev/ignore.x": "why" },
      ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: "r", controller: true }],
    },
    spec: {
      hostNetwork: true,
      containers: [{ name: "main", ports: [{ name: "http", containerPort: 80 }] }],
      initContainers: [
        { name: "once", ports: [{ name: "http", containerPort: 80 }] },
        { name: "side", restartPolicy: "Always", ports: [{ name: "http", containerPort: 80 }] },
      ],
    },
    status: { phase: "Running", podIPs: [{ ip: "10.0.0.1" }] },
  });
});
