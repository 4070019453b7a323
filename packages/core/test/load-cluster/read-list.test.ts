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
      spec: {},
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

/** What comes of pages that a server sends one after the other. */
async function readPages(...pages: readonly Fields[]): Promise<unknown> {
  let at = 0;
  const get = (): Promise<Fields> => Promise.resolve(pages[at++] ?? pages.at(-1) ?? {});
  const options = { client: { get, secrets: [] }, projector: new Projector(), pageSize: 500, onRead: () => {} };
  return await readList(podKind, undefined, options).then(
    (pods) => pods.length,
    (error: unknown) => (error instanceof ApiFault ? JSON.stringify(error.fault) : error),
  );
}

const pod = (name: string, more: Fields = { spec: {} }): Fields => ({ metadata: { name, namespace: "a" }, ...more });

describe("what is no list of pods is never an empty cluster", () => {
  it("an empty list is one", async () => {
    expect(await readPages({ kind: "PodList", items: [] })).toBe(0);
    expect(await readPages({ kind: "PodList", items: null })).toBe(0);
  });

  it.each([
    ["no items", [{ kind: "PodList" }], "has no items"],
    ["no items and no kind", [{}], "has no items"],
    ["items of another type", [{ kind: "PodList", items: {} }], "not a list of objects"],
    ["a Table", [{ kind: "Table", items: [], rows: [] }], "it sent a Table"],
    ["another list", [{ kind: "SecretList", items: [] }], "it sent a SecretList"],
    ["only metadata", [{ kind: "PartialObjectMetadataList", items: [] }], "it sent a PartialObjectMetadataList"],
    ["items of another kind", [{ kind: "PodList", items: [{ ...pod("a"), kind: "Secret" }] }], "it sent a Secret"],
    ["items that are only metadata", [{ kind: "PodList", items: [pod("a", {})] }], "only the metadata"],
    ["an item without a name", [{ kind: "PodList", items: [{ spec: {} }] }], "without a name"],
    [
      "a continue of another type",
      [{ kind: "PodList", metadata: { continue: 5 }, items: [] }],
      "its continue is a number",
    ],
    [
      "a last page that is not the last",
      [{ kind: "PodList", metadata: { remainingItemCount: 3 }, items: [] }],
      "announced 3 objects and sent 0",
    ],
    [
      "a page that is missing",
      [
        { kind: "PodList", metadata: { continue: "x", remainingItemCount: 2 }, items: [pod("a")] },
        { kind: "PodList", items: [pod("b")] },
      ],
      "announced 3 objects and sent 2",
    ],
  ])("%s", async (_name, pages: readonly Fields[], said) => {
    expect(await readPages(...pages)).toContain(said);
  });

  it("pages without end, with nothing on them", async () => {
    let page = 0;
    const endless = {
      kind: "PodList",
      items: [],
      get metadata() {
        return { continue: String(page++) };
      },
    };
    expect(await readPages(endless)).toContain("pages with nothing on them");
  });
});
