import type { GraphEdge, GraphNode, ReachabilityGraph } from "../graph/graph-result.ts";
import { printable } from "./escape.ts";
import { counted, grouped, portsText } from "./words.ts";

/** What `toDot` prints: any ReachabilityGraph, with or without what it rests on. */
export type DrawnGraph = Pick<ReachabilityGraph, "nodes" | "edges" | "folded" | "note">;

const longestLabel = 40;

/** Fill colours by isolation. */
const colours = { both: "#d3ecd3", ingress: "#dbe9f9", egress: "#fdebc8", none: "#f9d9d6", other: "#eeeeee" } as const;

/** The graph in Graphviz' language, a box per namespace. Names can hold anything: nothing in them acts on Graphviz. */
export function toDot(graph: DrawnGraph): string {
  const lines = [
    "digraph npa {",
    "  rankdir=LR;",
    '  node [shape=box, style="filled,rounded", fontname="Helvetica"];',
    '  edge [fontname="Helvetica", fontsize=10];',
    ...(graph.note === undefined ? [] : [`  label=${quoted(label(graph.note))};`, "  labelloc=t;"]),
    ...clusters(graph.nodes),
    ...graph.edges.map((edge) => `  ${edgeLine(edge)}`),
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

/** Workloads stand in the box of their namespace, everything else outside. */
function* clusters(nodes: readonly GraphNode[]): Generator<string> {
  const boxes = new Map<string, GraphNode[]>();
  for (const node of nodes) {
    if (node.type !== "workload") continue;
    const box = boxes.get(node.namespace);
    if (box === undefined) boxes.set(node.namespace, [node]);
    else box.push(node);
  }
  let number = 0;
  for (const [namespace, members] of boxes) {
    yield `  subgraph cluster_${number++} {`;
    yield `    label=${quoted(label(namespace))};`;
    for (const node of members) yield `    ${nodeLine(node)}`;
    yield "  }";
  }
  for (const node of nodes) if (node.type !== "workload") yield `  ${nodeLine(node)}`;
}

function nodeLine(node: GraphNode): string {
  const lines = labelLines(node).map(label);
  const attributes = [
    `label=${quoted(lines.join("\\n"))}`,
    `fillcolor=${quoted(colourOf(node))}`,
    `tooltip=${quoted(label(tooltip(node)))}`,
  ];
  if (node.type === "ipBlock") attributes.push("shape=ellipse");
  else if (node.type === "ingress-controller") attributes.push("shape=house");
  else {
    if (!node.isolated.ingress && !node.isolated.egress) attributes.push('style="filled,rounded,dashed"');
    if (node.type !== "workload") attributes.push("shape=folder");
  }
  if (node.hops === 0) attributes.push("penwidth=3");
  return `${quoted(name(node.id))} [${attributes.join(", ")}];`;
}

function labelLines(node: GraphNode): readonly string[] {
  switch (node.type) {
    case "workload": {
      const part = node.id.indexOf("]{");
      const parts = part < 0 ? [] : [node.id.slice(part + 1)];
      const network = node.hostNetwork === true ? ", host network" : "";
      return [node.name, ...parts, `${node.workloadKind}, ${counted(node.pods, "pod")}${network}`];
    }
    case "namespace":
      return [node.namespace, size(node)];
    case "namespaces":
      return [counted(node.namespaceCount, "namespace"), extent(node), size(node)];
    case "ipBlock":
    case "ingress-controller":
      return [node.id];
  }
}

function size({ endpoints, pods }: { readonly endpoints: number; readonly pods: number }): string {
  return `${counted(endpoints, "workload")}, ${counted(pods, "pod")}`;
}

function extent({ isolatedEndpoints }: Extract<GraphNode, { type: "namespaces" }>): string {
  return `isolated: ${grouped(isolatedEndpoints.ingress)} ingress, ${grouped(isolatedEndpoints.egress)} egress`;
}

function colourOf(node: GraphNode): string {
  if (node.type === "ipBlock" || node.type === "ingress-controller") return colours.other;
  const { ingress, egress } = node.isolated;
  if (ingress && egress) return colours.both;
  return ingress ? colours.ingress : egress ? colours.egress : colours.none;
}

function tooltip(node: GraphNode): string {
  if (node.type === "ingress-controller") return node.id;
  if (node.type === "ipBlock") return node.ranges.slice(0, 3).join(", ");
  const policies = (direction: "ingress" | "egress"): string =>
    `${direction}: ${node.isolated[direction] ? "isolated" : "not isolated"}, ${counted(node.policyCounts[direction], "policy", "policies")}`;
  return `${node.id}; ${policies("ingress")}; ${policies("egress")}`;
}

function edgeLine(edge: GraphEdge): string {
  const text = portsText(edge);
  const shown = text.length > longestLabel ? `${text.slice(0, longestLabel - 1)}…` : text;
  const pairs = edge.connections > 1 ? `, ${counted(edge.connections, "connection")}` : "";
  const attributes = [
    `label=${quoted(label(shown))}`,
    `tooltip=${quoted(label(`${edge.source} to ${edge.target}: ${edge.text}${pairs}`))}`,
  ];
  if (edge.all) attributes.push("style=bold");
  return `${quoted(name(edge.source))} -> ${quoted(name(edge.target))} [${attributes.join(", ")}];`;
}

/** Text for a label: Graphviz reads backslash sequences and HTML entities there. */
function label(text: string): string {
  return name(text).replaceAll("&", "&amp;");
}

/** Text for a quoted string, on one line. */
function name(text: string): string {
  return printable(text).replaceAll("\\", "\\\\");
}

/** A quoted string is never HTML, and its only escape is the quote. */
function quoted(text: string): string {
  return `"${text.replaceAll('"', String.raw`\"`)}"`;
}
