import { describe, expect, it } from "vitest";
import type { GraphEdge, WorkloadNode } from "../../src/graph/graph-result.ts";
import { toDot } from "../../src/report/dot.ts";

const workload = (name: string, isolated = true): WorkloadNode => ({
  id: `shop/${name}[Pod]`,
  type: "workload",
  namespace: "shop",
  name,
  workloadKind: "Pod",
  pods: 1,
  isolated: { ingress: isolated, egress: false },
  policies: { ingress: [], egress: [] },
  policyCounts: { ingress: isolated ? 1 : 0, egress: 0 },
});

const edge = (source: string, target: string, ports: readonly string[] = ["80"]): GraphEdge => ({
  source,
  target,
  ports: { TCP: ports },
  all: false,
  text: `TCP ${ports.slice(0, 2).join()}`,
  connections: 1,
  onAllPorts: 0,
});

describe("the dot format", () => {
  it("draws a box per namespace, workloads in it, the rest outside", () => {
    const dot = toDot({
      nodes: [{ id: "external", type: "ipBlock", ranges: ["0.0.0.0-255.255.255.255"] }, workload("web")],
      edges: [edge("external", "shop/web[Pod]")],
      folded: false,
    });
    expect(dot).toBe(`digraph npa {
  rankdir=LR; fontname="Helvetica";
  node [shape=box, style="filled,rounded", fontname="Helvetica"];
  edge [fontname="Helvetica", fontsize=10];
  subgraph cluster_0 {
    label="shop";
    "shop/web[Pod]" [label="web\\nPod, 1 pod", fillcolor="#e3eef7", tooltip="shop/web[Pod]; ingress: isolated, 1 policy; egress: not isolated, 0 policies", color="#b30000", penwidth=2];
  }
  "external" [label="internet", fillcolor="#eeeeee", tooltip="0.0.0.0-255.255.255.255", shape=ellipse];
  "external" -> "shop/web[Pod]" [label="TCP 80", tooltip="internet to shop/web[Pod]: TCP 80"];
  subgraph cluster_legend {
    label="legend"; fontsize=10; color="#bbbbbb"; style=rounded;
    "legend ingress" [label="ingress isolated, egress open", fillcolor="#e3eef7", fontsize=10, height=0.2];
    "legend" [label="red border: reachable from outside\\l", shape=plaintext, style="", fontsize=10];
  }
}
`);
  });

  it("draws all ports as a thick line, and the same both ways as one line with two heads", () => {
    const all = { ports: {}, all: true, text: "All" };
    const dot = toDot({
      nodes: [workload("api"), workload("db"), workload("web")],
      edges: [
        { ...edge("shop/api[Pod]", "shop/db[Pod]"), ...all },
        { ...edge("shop/db[Pod]", "shop/api[Pod]"), ...all },
        edge("shop/api[Pod]", "shop/web[Pod]"),
        edge("shop/web[Pod]", "shop/api[Pod]", ["443"]),
      ],
      folded: false,
    });
    const lines = dot.split("\n").filter((line) => line.includes("->"));
    expect(lines).toEqual([
      '  "shop/api[Pod]" -> "shop/db[Pod]" [tooltip="shop/api[Pod] to shop/db[Pod] and back: All", dir=both, style=bold, penwidth=2];',
      '  "shop/api[Pod]" -> "shop/web[Pod]" [label="TCP 80", tooltip="shop/api[Pod] to shop/web[Pod]: TCP 80"];',
      '  "shop/web[Pod]" -> "shop/api[Pod]" [label="TCP 443", tooltip="shop/web[Pod] to shop/api[Pod]: TCP 443"];',
    ]);
    expect(dot).toContain(
      String.raw`thick line: all ports\ltwo heads: both ways, the same ports\l`.replaceAll("\\\\", "\\"),
    );
  });

  it("dashes what nothing isolates, and shows the note of a folded graph", () => {
    const dot = toDot({ nodes: [workload("web", false)], edges: [], folded: true, note: "Too big: folded." });
    expect(dot).toContain('style="filled,rounded,dashed"');
    expect(dot).toContain('label="Too big: folded."');
  });

  it("shortens the ports of an edge", () => {
    const ports = Array.from({ length: 500 }, (_, i) => String(2 * i + 1));
    const outside = { id: "external", type: "ipBlock", ranges: ["0.0.0.0-255.255.255.255"] } as const;
    const dot = toDot({
      nodes: [outside, workload("a")],
      edges: [edge("external", "shop/a[Pod]", ports)],
      folded: false,
    });
    expect(dot).toMatch(/label="TCP 1,3,5,[\d,]*…"/);
    expect(dot.length).toBeLessThan(1_500);
  });

  const hostile = [
    '"];evil[label="',
    "a\nb",
    "back\\",
    '\\"',
    "<b>bold</b>",
    "<TABLE>",
    "\\N\\G\\l",
    "&lt;&#34;",
    "}\u202e{",
  ];

  it.each(hostile)("cannot be broken out of by the name %j", (name) => {
    const node = { ...workload(name), namespace: name };
    const other = { ...workload("other"), namespace: name };
    const dot = toDot({ nodes: [node, other], edges: [edge(node.id, other.id)], folded: false, note: name });
    const outside = dot.replaceAll(/"(?:[^"\\\n]|\\[^\n])*"/g, "*");
    expect(outside).toBe(`digraph npa {
  rankdir=LR; fontname=*;
  node [shape=box, style=*, fontname=*];
  edge [fontname=*, fontsize=10];
  label=*;
  labelloc=t;
  subgraph cluster_0 {
    label=*;
    * [label=*, fillcolor=*, tooltip=*];
    * [label=*, fillcolor=*, tooltip=*];
  }
  * -> * [label=*, tooltip=*];
  subgraph cluster_legend {
    label=*; fontsize=10; color=*; style=rounded;
    * [label=*, fillcolor=*, fontsize=10, height=0.2];
  }
}
`);
    expect(dot).not.toMatch(/[\u202e\r]/);
  });

  it("writes what Graphviz would interpret in a label so that it is shown as it is", () => {
    const dot = toDot({ nodes: [workload("\\N&lt;")], edges: [], folded: false });
    expect(dot).toContain(String.raw`[label="\\N&amp;lt;\nPod, 1 pod"`);
    expect(dot).toContain(String.raw`"shop/\\N&lt;[Pod]" [`);
  });
});
