import { describe, expect, it } from "vitest";
import { ApiFault } from "../../src/load/cluster/api-fault.ts";
import { builtInKinds } from "../../src/load/cluster/cluster-kinds.ts";
import { Projector } from "../../src/load/cluster/projection.ts";
import { fieldsOf, type Fields } from "../../src/load/cluster/raw-fields.ts";
import { readList } from "../../src/load/cluster/read-list.ts";
import type { RawValue } from "../../src/parse/document.ts";

const podKind = builtInKinds.find(({ kind }) => kind === "Pod")!;

/** Reads `count` pods from a server that cannot send more than `most` of them in one page. */
async function readWith(count: number, most: number): Promise<{ names: unknown[]; limits: number[] }> {
  const limits: number[] = [];
  const get = (path: string): Promise<Fields> => {
    const query = new URL(path, "https://server").searchParams;
    const limit = Number(query.get("limit"));
    limits.push(limit);
    if (limit > most) return Promise.reject(new ApiFault({ kind: "too-large", bytes: 1 }));
    const from = Number(query.get("continue") ?? 0);
    const items = Array.from({ length: Math.min(limit, count - from) }, (_unused, index) => ({
      metadata: { name: `pod-${from + index}`, namespace: "web" },
    }));
    const next = from + limit < count ? { continue: String(from + limit) } : {};
    return Promise.resolve({ kind: "PodList", metadata: next, items });
  };
  const client = { get, secrets: [] };
  const pods = await readList(podKind, undefined, {
    client,
    projector: new Projector(),
    pageSize: 500,
    onRead: () => {},
  });
  return { names: pods.map((pod: RawValue) => fieldsOf(fieldsOf(pod)["metadata"])["name"]), limits };
}

describe("pages that are too large", () => {
  it("are asked for again in smaller ones", async () => {
    const { names, limits } = await readWith(12, 5);
    expect(names).toEqual(Array.from({ length: 12 }, (_unused, index) => `pod-${index}`));
    expect(limits).toEqual([500, 50, 5, 5, 5]);
  });

  it("of one object are a failure", async () => {
    const failure: unknown = await readWith(2, 0).catch((error: unknown) => error);
    expect(failure).toMatchObject({ fault: { kind: "too-large" }, what: "the list of pods" });
  });
});
