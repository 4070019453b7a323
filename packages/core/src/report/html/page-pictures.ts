import type { Ports } from "../../answers/ports.ts";
import type { PictureRule, ReportPicture } from "../../graph/report-picture.ts";
import type { GraphEdge, GraphNode, ReachabilityGraph } from "../../graph/graph-result.ts";
import { drawnNode, exposedNodes } from "../drawing.ts";
import { printable } from "../escape.ts";
import { matrixOf, shareMarks } from "../matrix.ts";
import { objectText, placeText, portsText } from "../words.ts";
import type { PageEdge, PageMatrix, PageNode, PagePicture } from "./page-data.ts";

/** The graph and the matrix as the page draws them. */
export function pagePicture({ name, graph, members, rules, edgeRules, matrix }: ReportPicture): PagePicture {
  const position = new Map(graph.nodes.map(({ id }, at) => [id, at]));
  const exposed = exposedNodes(graph);
  return {
    ...(name === undefined ? {} : { name: printable(name) }),
    ...(graph.note === undefined ? {} : { note: printable(graph.note) }),
    nodes: graph.nodes.map((node, at) => pageNode(node, exposed.has(node.id), members[at] ?? [])),
    edges: graph.edges.map((edge, at) => ({
      ...pageEdge(edge, position),
      egress: edgeRules[at]?.egress ?? [],
      ingress: edgeRules[at]?.ingress ?? [],
    })),
    rules: rules.map(ruleText),
    matrix: pageMatrix(matrix),
  };
}

function ruleText({ policy, path, location }: PictureRule): string {
  return `${objectText(policy)} ${printable(path)} (${placeText(location)})`;
}

function pageNode(node: GraphNode, isExposed: boolean, members: readonly string[]): PageNode {
  const { lines, look } = drawnNode(node, isExposed);
  const policies =
    "policies" in node
      ? (["ingress", "egress"] as const).flatMap((direction) =>
          node.policies[direction].map((policy) => `${printable(policy)} (${direction})`),
        )
      : [];
  return {
    id: printable(node.id),
    lines: lines.map(printable),
    box: boxOf(node),
    look,
    exposed: isExposed,
    members: members.map(printable),
    policies,
  };
}

function boxOf(node: GraphNode): string {
  if (node.type === "workload" || node.type === "workloads") {
    const more = node.alike === undefined ? "" : ` and ${node.alike.namespaceCount - 1} alike`;
    return printable(node.namespace) + more;
  }
  return "";
}

function pageEdge(edge: GraphEdge, position: ReadonlyMap<string, number>): Omit<PageEdge, "egress" | "ingress"> {
  const { within, between } = edge;
  return {
    from: position.get(edge.source) ?? 0,
    to: position.get(edge.target) ?? 0,
    ports: textOf(within ?? edge),
    all: edge.all,
    ...(between === undefined ? {} : { between: textOf(between) }),
  };
}

function textOf(ports: Ports): string {
  return ports.all ? "all ports" : portsText(ports);
}

function pageMatrix(graph: ReachabilityGraph): PageMatrix {
  const { names, shares } = matrixOf(graph);
  const position = new Map(graph.nodes.map(({ id }, at) => [id, at]));
  const texts = graph.edges.map(({ source, target, connections, text, all }) => {
    const ports = all ? "all ports" : printable(text);
    const pairs = connections === 1 ? "1 pair of workloads" : `${connections} pairs of workloads`;
    return [`${position.get(source)},${position.get(target)}`, `${ports}, ${pairs}`] as const;
  });
  return {
    names: names.map(printable),
    cells: shares.map((row) => row.map((share) => (share === "nothing" ? "." : shareMarks[share])).join("")),
    texts: Object.fromEntries(texts),
  };
}
