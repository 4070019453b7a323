import { describe, expect, it } from "vitest";
import { buildGraph } from "../../src/graph/build-graph.ts";
import type { GraphOptions } from "../../src/graph/graph-request.ts";
import type { ReachabilityGraph } from "../../src/graph/graph-result.ts";
import { toGexf } from "../../src/analysis/to-gexf.ts";
import { matrixCsv, matrixText } from "../../src/report/matrix.ts";
import { toMermaid } from "../../src/report/mermaid.ts";
import { toSvg } from "../../src/report/svg.ts";
import { chain, deployment, reach } from "../graph/clusters.ts";

type Picture = Pick<ReachabilityGraph, "nodes" | "edges" | "folded" | "note">;

function picture(text: string, options: GraphOptions = {}): Picture {
  const { graph, folded, note } = buildGraph(reach(text), options);
  const [nodes, edges] = [graph.mapNodes((_, node) => node), graph.mapEdges((_, edge) => edge)];
  return { nodes, edges, folded, ...(note === undefined ? {} : { note }) };
}

const hostile = [
  '"];click n0 "javascript:alert(1)"',
  "a\nend\nclick n0",
  "<img src=x>",
  "]]>",
  "&#34;",
  "\u202e%%{init",
];

function named(name: string): Picture {
  const { nodes, edges, folded } = picture(deployment("shop", "web") + deployment("shop", "db"));
  const renamed = nodes.map((node) => (node.type === "workload" ? { ...node, name, namespace: name } : node));
  return { nodes: renamed, edges, folded, note: name };
}

describe("the Mermaid format", () => {
  it("draws a box per namespace, and says what colours and lines mean", () => {
    expect(toMermaid(picture(chain, { fold: "auto" }))).toBe(`flowchart LR
  subgraph b0["ops"]
    n0("admin<br>Deployment, 1 pod"):::exposed_none
  end
  subgraph b1["shop"]
    n1("api<br>Deployment, 2 pods"):::ingress
    n2("db<br>Deployment, 2 pods"):::ingress
    n3("web<br>Deployment, 2 pods"):::ingress
  end
  n4(["internet"]):::other
  n4 <==> n0
  n1 ==> n4
  n1 ==> n0
  n1 -->|"TCP 5432"| n2
  n2 ==> n4
  n2 ==> n0
  n3 ==> n4
  n3 ==> n0
  n3 -->|"TCP 8080"| n1
  subgraph legend
    l_ingress("ingress isolated, egress open"):::ingress
    l_none("not isolated"):::none
    l_words["red border: reachable from outside<br>thick line: all ports<br>two heads: both ways, the same ports"]
  end
  classDef ingress fill:#e3eef7,color:#000,stroke:#555
  classDef none fill:#f9c99a,color:#000,stroke:#555,stroke-dasharray:4
  classDef exposed_none fill:#f9c99a,color:#000,stroke:#b30000,stroke-width:3px,stroke-dasharray:4
  classDef other fill:#eeeeee,color:#000,stroke:#555
`);
  });

  it("leaves out what GitHub would not draw, and says so in the picture", () => {
    const many = Array.from({ length: 30 }, (_, i) => deployment("shop", `app-${i}`)).join("");
    const { nodes, edges, folded } = picture(many);
    // One way each, so that none is drawn together with another.
    const oneWay = edges.filter(({ source, target }) => source < target);
    const twice = oneWay.flatMap((edge) => [edge, { ...edge, text: "TCP 1", ports: { TCP: ["1"] }, all: false }]);
    const text = toMermaid({ nodes, edges: twice, folded });
    expect(twice.length).toBeGreaterThan(500);
    expect(text.length).toBeLessThan(50_000);
    expect(text.split("\n").filter((line) => /^ {2}n\d+ \S+ ?/.test(line) && !line.includes(":::"))).toHaveLength(500);
    expect(text).toContain(`more["${twice.length - 500} connections more: too many to draw"]`);
  });

  it.each(hostile)("cannot be broken out of by the name %j", (name) => {
    const outside = toMermaid(named(name)).replaceAll(/"[^"\n]*"/g, "*");
    expect(outside).not.toMatch(/click|init|javascript|img|[\u202e"]/);
    expect(outside.split("\n")).toHaveLength(toMermaid(named("plain")).split("\n").length);
  });
});

describe("the GEXF format", () => {
  it("has every node and edge with flat attributes", () => {
    const text = toGexf(picture(chain));
    expect(text).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>/);
    expect(text.match(/<node /g)).toHaveLength(5);
    expect(text.match(/<edge /g)).toHaveLength(11);
    expect(text).toContain('value="TCP 5432"');
  });

  it.each([...hostile, "nul\u0000 esc\u001b"])("cannot be broken out of by the name %j", (name) => {
    const text = toGexf(named(name));
    const tags = (xml: string): readonly string[] => xml.match(/<\/?[\w?]+/g) ?? [];
    expect(tags(text)).toEqual(tags(toGexf(named("plain"))));
    // What XML cannot hold is written as an escape.
    expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  });
});

describe("the SVG format", () => {
  it("is an image of the same picture, and no name in it is markup", async () => {
    const svg = await toSvg(named('<script>alert("x")</script>'));
    expect(svg).toMatch(/<svg [^>]*>/);
    expect(svg).toContain("&lt;script&gt;");
    expect(svg).not.toContain("<script");
  });
});

describe("the matrix", () => {
  const graph = picture(chain, { by: "namespace", fold: "auto" });

  it("marks what each namespace may send each", () => {
    expect([...matrixText(graph)].join("")).toBe(
      [
        "FROM         TO",
        "             1 2 3",
        "internet   1 · # ·",
        "ops        2 # # ·",
        "shop       3 # # o",
        "",
        "· nothing  o some workloads or ports  # every workload on all ports",
        "3 rows, 6 of 9 pairs have a connection",
        "",
      ].join("\n"),
    );
  });

  it("says that there are no workloads instead of a row for the internet", () => {
    expect([...matrixText(picture("", { by: "namespace" }))].join("")).toBe(
      "no connections: the input has no workloads\n",
    );
  });

  it("is a table for spreadsheets", () => {
    expect([...matrixCsv(graph)].join("")).toBe(
      [
        "source,target,share,connections,connections_on_all_ports,ports",
        "internet,ops,everything,1,1,All",
        "ops,internet,everything,1,1,All",
        "ops,ops,everything,1,1,All",
        "shop,internet,everything,3,3,All",
        "shop,ops,everything,3,3,All",
        'shop,shop,something,2,0,"TCP 5432,8080"',
        "",
      ].join("\n"),
    );
  });
});
