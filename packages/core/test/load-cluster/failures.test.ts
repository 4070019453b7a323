import { describe, expect, it } from "vitest";
import { type Fault, type FaultAction, objectsFromManifests } from "../../../fixtures/src/api-server/index.ts";
import { failureOf, load, objectsOf, podNames, pods, serverFor, testClock } from "./cluster-helpers.ts";

const objects = objectsFromManifests(pods(30));
const everything = ["Namespace web", ...podNames(30)];
const pageSize = 10;

/** A fault of a page of the list of pods. */
function onPods(action: FaultAction, page = 2, times = 1): readonly Fault[] {
  return [{ on: { resource: "pods", page }, times, action }];
}

describe("a passing failure loses nothing and reads nothing twice", () => {
  const passing: readonly (readonly [string, FaultAction])[] = [
    ["429 with Retry-After", { kind: "status", code: 429, retryAfter: 3 }],
    ["429 as plain text", { kind: "status", code: 429, retryAfter: 1, plainText: true }],
    ["500", { kind: "status", code: 500 }],
    ["502 from a load balancer", { kind: "html", code: 502 }],
    ["503", { kind: "status", code: 503 }],
    ["504", { kind: "status", code: 504 }],
    ["a reset before the headers", { kind: "reset" }],
    ["a reset in the body", { kind: "reset", afterBytes: 400 }],
    ["JSON that is broken in the middle", { kind: "malformed-json" }],
    ["half of the JSON", { kind: "truncated-json" }],
    ["an expired continue token", { kind: "expired" }],
    ["one repeated continue token", { kind: "same-continue" }],
  ];

  it.each(passing)("%s", async (_name, action) => {
    const server = await serverFor({ objects, faults: onPods(action) });
    const read = await load(server, { pageSize });
    expect(objectsOf(read)).toEqual(everything);
    expect(server.requests.filter(({ fault }) => fault !== undefined)).toHaveLength(1);
  });

  it.each(passing)("%s, on the last page", async (_name, action) => {
    const server = await serverFor({ objects, faults: onPods(action, 3) });
    expect(objectsOf(await load(server, { pageSize }))).toEqual(everything);
  });

  it("a connection that ends before TLS", async () => {
    const server = await serverFor({ objects, faults: [{ action: { kind: "tls-handshake" } }] });
    expect(objectsOf(await load(server, { pageSize }))).toEqual(everything);
  });

  it("objects that change while the list starts anew after 410", async () => {
    const server = await serverFor({ objects });
    let changed = false;
    const read = await load(server, {
      pageSize,
      onProgress: ({ resource, read: count }) => {
        if (changed || resource !== "pods" || count !== 20) return;
        changed = true;
        server.setObjects(objectsFromManifests(pods(12)));
        server.compact();
      },
    });
    expect(objectsOf(read)).toEqual(["Namespace web", ...podNames(12)]);
  });
});

describe("a page that comes compressed", () => {
  const many = objectsFromManifests(pods(400));

  it.each<readonly [string, FaultAction | undefined]>([
    ["is read", undefined],
    ["and breaks off is read again", { kind: "reset", afterBytes: 3000 }],
    ["drop by drop is read", { kind: "trickle", chunkBytes: 2000, intervalMs: 1 }],
  ])("%s", async (_name, action) => {
    const server = await serverFor({ objects: many, faults: action === undefined ? [] : onPods(action, 1) });
    expect(objectsOf(await load(server))).toEqual(["Namespace web", ...podNames(400)]);
    expect(Buffer.byteLength(JSON.stringify(many))).toBeGreaterThan(128 * 1024);
  });
});

describe("waiting", () => {
  it("is as long as Retry-After says, and grows without it", async () => {
    const clock = testClock();
    const faults: readonly Fault[] = [
      { on: { resource: "pods" }, action: { kind: "status", code: 429, retryAfter: 7 } },
      { on: { resource: "pods" }, nth: 2, times: 4, action: { kind: "status", code: 503 } },
    ];
    const server = await serverFor({ objects, faults });
    expect(objectsOf(await load(server, { clock }))).toEqual(everything);
    expect(clock.waits).toEqual([7000, 500, 1000, 2000, 4000]);
  });

  it("reads a date as Retry-After, and passes over what is neither", async () => {
    const clock = testClock();
    const date = new Date(clock.now() + 9000).toUTCString();
    const faults: readonly Fault[] = [
      { on: { resource: "pods" }, action: { kind: "status", code: 503, retryAfter: date } },
      { on: { resource: "pods" }, nth: 2, action: { kind: "status", code: 503, retryAfter: "soon" } },
    ];
    const server = await serverFor({ objects, faults });
    expect(objectsOf(await load(server, { clock }))).toEqual(everything);
    expect(clock.waits).toEqual([9000, 500]);
  });

  it("ends when the server asks to wait for hours", async () => {
    const clock = testClock();
    const server = await serverFor({ objects, faults: onPods({ kind: "status", code: 429, retryAfter: 86_400 }, 1) });
    expect(await failureOf(load(server, { clock }))).toContain(
      "the list of pods: the server is overloaded and asks to wait 86400 s (429)",
    );
    expect(clock.waits).toEqual([]);
  });
});

describe("a lasting failure ends with one line", () => {
  const lasting: readonly (readonly [string, FaultAction, string])[] = [
    [
      "429",
      { kind: "status", code: 429, retryAfter: 1 },
      "the list of pods: the server is overloaded and asks to wait 1 s (429)",
    ],
    [
      "500",
      { kind: "status", code: 500 },
      "the list of pods: the server answers 500: Internal error occurred: etcdserver: leader changed: try again later",
    ],
    ["a reset", { kind: "reset" }, "cannot be reached: the connection breaks again and again"],
    [
      "malformed JSON",
      { kind: "malformed-json" },
      "the list of pods: the answer of the server cannot be used: its answer of",
    ],
    [
      "a web page",
      { kind: "html" },
      "it sent a web page, as login pages and proxies do: the address is not that of an API server",
    ],
    ["another JSON", { kind: "body", body: '{"message":"hello"}' }, "the list that it sent has no items"],
    ["a JSON of another type", { kind: "body", body: "[1]" }, "what it sent is not a JSON object"],
    [
      "items that are no objects",
      { kind: "body", body: '{"kind":"PodList","items":[null]}' },
      "what it sent is not a list of objects",
    ],
    ["410", { kind: "expired" }, "the list of pods: the list expired twice while it was read (410)"],
    ["the same continue token", { kind: "same-continue" }, "the list of pods: the list has no end: it sent"],
    [
      "a redirection",
      { kind: "status", code: 302, headers: { Location: "https://login.example/?token=abc" } },
      "the server answers 302: it redirects to login.example, which npa does not follow",
    ],
    [
      "a bad request",
      { kind: "status", code: 400, message: "bad \u001b[31mtoken admin-token\n" },
      "the list of pods: the server answers 400: bad [31mtoken ***",
    ],
  ];

  it.each(lasting)("%s", async (_name, action, message) => {
    const server = await serverFor({ objects, faults: [{ on: { resource: "pods" }, times: Infinity, action }] });
    const failure = await failureOf(load(server, { pageSize }));
    expect(failure).toContain(message);
    expect(failure).toContain(`context "test" (${server.url})`);
    expect(server.requests.filter(({ resource }) => resource === "pods").length).toBeLessThanOrEqual(12);
  });

  it("an object that nests without end", async () => {
    const deep = `{"spec":{},"metadata":{"name":"x","labels":${'{"a":'.repeat(5000)}1${"}".repeat(5000)}}}`;
    const body = `{"kind":"PodList","items":[${deep}]}`;
    const server = await serverFor({ objects, faults: onPods({ kind: "body", body }, 1) });
    expect(await failureOf(load(server))).toContain("nests deeper than 200 levels");
  });

  it("pages that never repeat a token but objects", async () => {
    const page = (token: string): FaultAction => ({
      kind: "body",
      body: JSON.stringify({
        kind: "PodList",
        metadata: { continue: token },
        items: [{ metadata: { name: "a", namespace: "b" }, spec: {} }],
      }),
    });
    const faults = Array.from({ length: 8 }, (_unused, index): Fault => ({
      on: { resource: "pods" },
      nth: index + 1,
      action: page(`t${index}`),
    }));
    const server = await serverFor({ objects, faults });
    expect(await failureOf(load(server))).toContain("the list has no end: it sent b/a twice");
  });
});

describe("a server that does not answer", () => {
  it("is given up after the request timeout, twice", async () => {
    const server = await serverFor({ objects, faults: onPods({ kind: "never" }, 2, Infinity) });
    const failure = await failureOf(load(server, { pageSize, requestTimeoutMs: 150 }));
    expect(failure).toContain(
      "the list of pods: no complete answer within 0.15 s: try again, or raise --request-timeout",
    );
    expect(server.requests.filter(({ fault }) => fault === "never")).toHaveLength(2);
  });

  it("once is asked again", async () => {
    const server = await serverFor({ objects, faults: onPods({ kind: "never" }) });
    expect(objectsOf(await load(server, { pageSize, requestTimeoutMs: 300 }))).toEqual(everything);
  });

  it("and sends its body drop by drop is given up too", async () => {
    const drops: FaultAction = { kind: "trickle", chunkBytes: 10, intervalMs: 30 };
    const server = await serverFor({ objects, faults: onPods(drops, 1, Infinity) });
    expect(await failureOf(load(server, { pageSize, requestTimeoutMs: 150 }))).toContain("no complete answer within");
  });

  it("slowly, but in time, is read", async () => {
    const server = await serverFor({ objects, faults: onPods({ kind: "trickle", chunkBytes: 1000, intervalMs: 5 }) });
    expect(objectsOf(await load(server, { pageSize }))).toEqual(everything);
  });

  it("is left at once on Ctrl-C", async () => {
    const interrupted = new AbortController();
    const server = await serverFor({ objects, faults: onPods({ kind: "never" }, 2, Infinity) });
    const started = performance.now();
    setTimeout(() => interrupted.abort(), 200);
    const work = load(server, { pageSize, requestTimeoutMs: 0, signal: interrupted.signal });
    expect(await failureOf(work)).toBe("interrupted: nothing is analysed, because the cluster was not read to the end");
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it("is not asked when Ctrl-C came before", async () => {
    const server = await serverFor({ objects });
    await failureOf(load(server, { signal: AbortSignal.abort() }));
    expect(server.requests).toEqual([]);
  });

  it("is left on Ctrl-C while npa waits to try again", async () => {
    const interrupted = new AbortController();
    const server = await serverFor({
      objects,
      faults: onPods({ kind: "status", code: 503, retryAfter: 50 }, 1, Infinity),
    });
    setTimeout(() => interrupted.abort(), 300);
    const work = load(server, { signal: interrupted.signal, clock: realTime() });
    expect(await failureOf(work)).toMatch(/^interrupted/);
  });
});

/** The machine's clock, which the helpers replace. */
function realTime(): ReturnType<typeof testClock> {
  const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, ms);
      signal.addEventListener("abort", () => {
        clearTimeout(timer);
        reject(new Error("aborted"));
      });
    });
  return { ...testClock(), sleep };
}
