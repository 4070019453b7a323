import { describe, expect, it } from "vitest";
import { connectivityCsv } from "../../src/report/connectivity-csv.ts";
import { connectivityMarkdown } from "../../src/report/connectivity-markdown.ts";
import { connectivityText } from "../../src/report/connectivity-text.ts";
import { countsCsv, countsMarkdown, countsText } from "../../src/report/counts.ts";
import { counts, list } from "./samples.ts";

describe("the formats of a ConnectivityList", () => {
  it("text: aligned, certain before uncertain", () => {
    expect([...connectivityText(list)].join(""))
      .toBe(`external             => shop/web[Deployment] : TCP 8080,9090-9100; UDP 53
shop/web[Deployment] => shop/db[Pod]         : All

Uncertain: these hang on facts that the input does not give
external             => shop/db[Pod]         : SCTP 1 (if label team of namespace shop, the address of shop/db[Pod] is so)
`);
  });

  it("text: one long name does not widen the columns of all", () => {
    const id = `shop/${"x".repeat(200)}[Pod]`;
    const endpoints = [
      ...list.endpoints,
      { id, type: "workload", namespace: "shop", name: "x", workloadKind: "Pod", pods: 1 } as const,
    ];
    const connections = [...list.connections, { source: id, target: "external", ports: {}, all: true }];
    const lines = [...connectivityText({ endpoints, connections, uncertain: [] })];
    expect(lines[0]).toBe("external             => shop/web[Deployment] : TCP 8080,9090-9100; UDP 53\n");
    expect(lines[2]).toBe(`${id} => external             : All\n`);
  });

  it("csv", () => {
    expect([...connectivityCsv(list)].join("")).toBe(`source,target,all,tcp,udp,sctp,certain,because
external,shop/web[Deployment],false,8080 9090-9100,53,,true,
shop/web[Deployment],shop/db[Pod],true,,,,true,
external,shop/db[Pod],false,,,1,false,label team of namespace shop; the address of shop/db[Pod]
`);
  });

  it("markdown", () => {
    expect([...connectivityMarkdown(list)].join("")).toBe(`| Source | Target | Ports |
| --- | --- | --- |
| \`external\` | \`shop/web[Deployment]\` | TCP 8080,9090-9100; UDP 53 |
| \`shop/web[Deployment]\` | \`shop/db[Pod]\` | All |

Uncertain:

| Source | Target | Ports | If known |
| --- | --- | --- | --- |
| \`external\` | \`shop/db[Pod]\` | SCTP 1 | label team of namespace shop, the address of shop/db\\[Pod\\] |
`);
  });
});

describe("the formats of ConnectivityCounts", () => {
  it("text: figures aligned to the right, with thousands", () => {
    const lines = countsText(counts).split("\n");
    expect(lines.slice(0, 4)).toEqual([
      "        2  workloads",
      "    1,200  pods",
      "        3  policies in force",
      "1,000,000  ordered pairs of pods that may talk (70 %)",
    ]);
  });

  it("csv and markdown have every figure", () => {
    expect(countsCsv(counts)).toContain("podPairs,1000000\n");
    expect(countsCsv(counts).split("\n")).toHaveLength(14);
    expect(countsMarkdown(counts)).toContain("| pods | 1,200 |\n");
  });
});
