import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readManifests } from "../../src/read/read-manifests.ts";
import { type Box, type Dimension, boxesOverlap, slab } from "../../src/symbolic/box.ts";
import { findRemovable } from "../../src/symbolic/find-removable.ts";
import { OverlapIndex } from "../../src/symbolic/overlap-index.ts";

const dimensions: readonly Dimension[] = [
  { id: 0, all: [0, 4] },
  { id: 1, all: [0, 40] },
  { id: 2, all: [0, 2 ** 31] },
];

const term = (dimension: Dimension): fc.Arbitrary<Box> =>
  fc
    .array(fc.tuple(fc.nat(41), fc.integer({ min: 1, max: 30 })), { maxLength: 2 })
    .map((parts) =>
      parts.length === 0
        ? []
        : parts
            .flatMap(([from, length]) => slab(dimension, [from % 4, (from % 4) + (length % 3) + 1]) ?? [])
            .slice(0, 1),
    );
const box = fc.tuple(...dimensions.map(term)).map((terms): Box => terms.flat());
const unions = fc.array(fc.array(box, { maxLength: 3 }), { maxLength: 12 });

describe("OverlapIndex", () => {
  it("finds all that share something with a union, each once and in order", () => {
    fc.assert(
      fc.property(unions, fc.array(box, { maxLength: 3 }), (given, asked) => {
        const near = new OverlapIndex(given).near(asked);
        expect(near).toEqual([...new Set(near)].toSorted((a, b) => a - b));
        const overlapping = given.flatMap((union, i) =>
          union.some((one) => asked.some((other) => boxesOverlap(one, other))) ? [i] : [],
        );
        expect(near).toEqual(expect.arrayContaining(overlapping));
      }),
    );
  });

  it("finds few of many", () => {
    const [, few, many] = dimensions as readonly [Dimension, Dimension, Dimension];
    const one = (i: number): readonly Box[] => [
      [
        { dimension: few, within: [i % 3, (i % 3) + 1] },
        { dimension: many, within: [i, i + 1] },
      ],
    ];
    const index = new OverlapIndex(Array.from({ length: 1000 }, (_, i) => one(i)));
    expect(index.near(one(500))).toEqual([500]);
  });
});

describe("findRemovable", () => {
  it("decides about thousands of policies for the whole cluster", () => {
    const policy = (name: string, i: number, more: object = {}): object => ({
      apiVersion: "cilium.io/v2",
      kind: "CiliumClusterwideNetworkPolicy",
      metadata: { name: `${name}-${i}` },
      spec: {
        endpointSelector: { matchLabels: { app: `app-${i % 300}`, "k8s:io.kubernetes.pod.namespace": `ns-${i % 40}` } },
        ingress: [{ fromEndpoints: [{ matchLabels: { app: `app-${i}` } }], ...more }],
      },
    });
    const onPort = { toPorts: [{ ports: [{ port: "80", protocol: "TCP" }] }] };
    const items = [
      ...Array.from({ length: 1500 }, (_, i) => policy("any", i)),
      ...Array.from({ length: 50 }, (_, i) => policy("narrow", i * 20, onPort)),
    ];
    const text = JSON.stringify({ apiVersion: "v1", kind: "List", items });
    const { undecided, redundant } = findRemovable(readManifests([{ name: "c.json", text }]).policies);
    expect(undecided).toEqual([]);
    expect(redundant.map(({ part }) => part.policy.name.replace(/\d+$/, ""))).toEqual(
      Array.from({ length: 50 }, () => "narrow-"),
    );
  });
});
