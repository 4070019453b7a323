import type { GraphEdge, GraphNode, ReachabilityGraph } from "../graph/graph-result.ts";
import { isNothing, nodeName } from "./drawing.ts";
import { csvRecord, printable } from "./escape.ts";
import { type TextOptions, paletteOf } from "./palette.ts";
import { counted, grouped, portsText } from "./words.ts";

/** A graph by namespace, of which the rows and columns of a matrix are made. */
export type MatrixGraph = Pick<ReachabilityGraph, "nodes" | "edges" | "note">;

/** How much of what there could be between two namespaces is allowed. */
export type Share = "nothing" | "something" | "everything" | "within each only";

/** How each is marked. */
export const shareMarks: Readonly<Record<Share, string>> = {
  nothing: "·",
  something: "o",
  everything: "#",
  "within each only": "=",
};
const meanings: Readonly<Record<Share, string>> = {
  nothing: "nothing",
  something: "some workloads or ports",
  everything: "every workload on all ports",
  "within each only": "within each of the alike ones, not between them",
};

const shares = ["nothing", "something", "everything", "within each only"] as const satisfies readonly Share[];

/** Who may reach whom, namespace by namespace: a row sends, a column receives. */
export function* matrixText(graph: MatrixGraph, options: TextOptions = {}): Generator<string> {
  const { dim, bold, red, yellow } = paletteOf(options);
  if (graph.nodes.every(({ type }) => type === "ipBlock" || type === "reserved" || type === "ingress-controller")) {
    yield "no connections: the input has no workloads\n";
    return;
  }
  const { names: plainNames, shares: rows } = matrixOf(graph);
  const names = plainNames.map(printable);
  const width = names.reduce((longest, name) => Math.max(longest, name.length), 4);
  const cell = Math.max(2, String(graph.nodes.length).length + 1);
  const numbers = graph.nodes.map((_, at) => String(at + 1).padStart(cell));
  yield `${dim(`${"FROM".padEnd(width)}  ${" ".repeat(cell)} TO`)}\n`;
  yield `${" ".repeat(width + 2 + cell)}${numbers.join("")}\n`;
  const used = new Set<Share>();
  for (const [at, row] of rows.entries()) {
    const cells = row.map((share) => {
      used.add(share);
      const mark = shareMarks[share].padStart(cell);
      return share === "everything" ? red(mark) : share === "nothing" ? dim(mark) : yellow(mark);
    });
    yield `${bold((names[at] ?? "").padEnd(width))}  ${numbers[at]}${cells.join("")}\n`;
  }
  const legend = shares.filter((share) => used.has(share));
  yield `\n${legend.map((share) => `${shareMarks[share]} ${meanings[share]}`).join("  ")}\n`;
  if (graph.note !== undefined) yield `${printable(graph.note)}\n`;
  yield `${counted(graph.nodes.length, "row")}, ${grouped(graph.edges.length)} of ${grouped(graph.nodes.length ** 2)} pairs have a connection\n`;
}

/** The pairs that have a connection, one record each: a matrix that a spreadsheet can pivot. */
export function* matrixCsv(graph: MatrixGraph): Generator<string> {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  yield csvRecord(["source", "target", "share", "connections", "connections_on_all_ports", "ports"]);
  for (const edge of graph.edges) {
    const [source, target] = [nodes.get(edge.source), nodes.get(edge.target)];
    if (source === undefined || target === undefined) continue;
    yield csvRecord([
      nameOf(source),
      nameOf(target),
      shareOf(source, target, edge),
      String(edge.connections),
      String(edge.onAllPorts),
      portsText(edge),
    ]);
  }
}

/** The names of rows and columns, and how much of what there could be each cell allows. */
export function matrixOf(graph: MatrixGraph): {
  readonly names: readonly string[];
  readonly shares: readonly (readonly Share[])[];
} {
  const edges = edgesByEnds(graph);
  return {
    names: graph.nodes.map(nameOf),
    shares: graph.nodes.map((source) =>
      graph.nodes.map((target) => shareOf(source, target, edges.get(keyOf(source.id, target.id)))),
    ),
  };
}

/** What a row is called. */
function nameOf(node: GraphNode): string {
  if (node.type === "namespace") return node.namespace;
  if (node.type === "namespaces") {
    const [first = ""] = node.namespaces;
    if (node.id.startsWith("namespaces[ingress=")) return node.id;
    return node.namespaceCount === 1 ? first : `${first} and ${grouped(node.namespaceCount - 1)} alike`;
  }
  return nodeName(node);
}

function shareOf(source: GraphNode, target: GraphNode, edge: GraphEdge | undefined): Share {
  if (edge === undefined) return "nothing";
  const { between } = edge;
  if (between !== undefined && isNothing(between)) return "within each only";
  const [from, to] = [endpointsOf(source), endpointsOf(target)];
  // A workload of one pod has nothing to send itself.
  const possible = source.id === target.id ? from * (to - 1) : from * to;
  return edge.onAllPorts === edge.connections && edge.connections >= possible ? "everything" : "something";
}

function endpointsOf(node: GraphNode): number {
  return "endpoints" in node ? node.endpoints : 1;
}

function edgesByEnds({ edges }: MatrixGraph): ReadonlyMap<string, GraphEdge> {
  return new Map(edges.map((edge) => [keyOf(edge.source, edge.target), edge]));
}

function keyOf(source: string, target: string): string {
  return JSON.stringify([source, target]);
}
