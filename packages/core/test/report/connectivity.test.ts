import { describe, expect, it } from "vitest";
import { connectivityCsv } from "../../src/report/connectivity-csv.ts";
import { connectivityMarkdown } from "../../src/report/connectivity-markdown.ts";
import { groupConnections } from "../../src/query/group-connections.ts";
import { connectivityText } from "../../src/report/connectivity-text.ts";
import { connectivityWide } from "../../src/report/connectivity-wide.ts";
import { countsCsv, countsMarkdown, countsText } from "../../src/report/counts.ts";
import { counts, list } from "./samples.ts";

describe("the formats of a ConnectivityList", () => {
  it("text: aligned, certain before uncertain", () => {
    expect([...connectivityWide(list)].join(""))
      .toBe(`external             => shop/web[Deployment] : TCP 8080,9090-9100; UDP 53
shop/web[Deployment] => shop/db[Pod]         : All

Uncertain: these depend on facts that the input does not give
external             => shop/db[Pod]         : SCTP 1 (depends on label team of namespace shop, the address of shop/db[Pod])
`);
  });

  it("text: by target, addresses outside called by what they are", () => {
    const v4 = {
      id: "external[a]",
      type: "ipBlock",
      ranges: ["0.0.0.0-9.255.255.255", "11.0.0.0-255.255.255.255"],
    } as const;
    const ten = { id: "external[b]", type: "ipBlock", ranges: ["10.0.0.0-10.255.255.255"] } as const;
    const [, dbEnd, webEnd] = list.endpoints;
    if (dbEnd === undefined || webEnd === undefined) throw new Error("samples");
    const all = { ports: {}, all: true };
    const grouped = groupConnections({
      endpoints: [v4, ten, dbEnd, webEnd],
      connections: [
        { source: v4.id, target: webEnd.id, ...all },
        { source: ten.id, target: webEnd.id, ...all },
        { source: dbEnd.id, target: v4.id, ports: { UDP: ["53"] }, all: false },
        { source: webEnd.id, target: dbEnd.id, ...all },
      ],
      uncertain: list.uncertain,
    });
    expect([...connectivityText(grouped)].join("")).toBe(`TARGET
  PORTS   FROM
shop/db[Pod]
  All     shop/web[Deployment]
shop/web[Deployment]
  All     internet (IPv4)
internet (IPv4, all but 10.0.0.0/8)
  UDP 53  shop/db[Pod]

Uncertain: these depend on facts that the input does not give
  external to shop/db[Pod]: SCTP 1
    depends on label team of namespace shop, the address of shop/db[Pod]

4 connections among 2 workloads and the addresses outside; 1 more is uncertain
`);
  });

  it("text: one long name does not widen the columns of all", () => {
    const id = `shop/${"x".repeat(200)}[Pod]`;
    const endpoints = [
      ...list.endpoints,
      { id, type: "workload", namespace: "shop", name: "x", workloadKind: "Pod", pods: 1 } as const,
    ];
    const connections = [...list.connections, { source: id, target: "external", ports: {}, all: true }];
    const lines = [...connectivityWide({ endpoints, connections, uncertain: [] })];
    expect(lines[0]).toBe("external             => shop/web[Deployment] : TCP 8080,9090-9100; UDP 53\n");
    expect(lines[2]).toBe(`${id} => external             : All\n`);
  });

  it("csv", () => {
    expect([...connectivityCsv(list)].join(""))
      .toBe(`source,target,all,tcp,udp,sctp,certain,because,family,limited,icmp,icmpv6
external,shop/web[Deployment],false,8080 9090-9100,53,,true,,,,,
shop/web[Deployment],shop/db[Pod],true,,,,true,,,,,
external,shop/db[Pod],false,,,1,false,label team of namespace shop; the address of shop/db[Pod],,,,
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
