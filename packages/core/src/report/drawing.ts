import type { Ports } from "../answers/ports.ts";
import { addressLabel } from "./address-label.ts";
import type { GraphEdge, GraphNode, ReachabilityGraph } from "../graph/graph-result.ts";
import { counted, grouped, portsText, shortLabel } from "./words.ts";

/** What the pictures print: any ReachabilityGraph, with or without what it rests on. */
export type DrawnGraph = Pick<ReachabilityGraph, "nodes" | "edges" | "folded" | "note">;

/** How far policies isolate the pods of a node; `other` is no pods of the input. */
export type Look = "both" | "ingress" | "egress" | "none" | "other";

/** A node of a picture, in whatever language it is drawn. Texts are as they are: each language escapes them its own way. */
export interface DrawnNode {
  readonly id: string;
  readonly lines: readonly string[];
  readonly look: Look;
  /** Whether addresses outside, or the ingress controller, may send something here. */
  readonly isExposed: boolean;
  readonly shape: "box" | "group" | "outside" | "door";
  /** A starting point of what was explored. */
  readonly isStart: boolean;
  readonly tooltip: string;
}

/** A line between two nodes. */
export interface DrawnLine {
  readonly from: string;
  readonly to: string;
  /** Both ways on the same ports: one line with two heads. */
  readonly bothWays: boolean;
  /** All ports: a thick line without a label. */
  readonly all: boolean;
  readonly label: string;
  readonly tooltip: string;
}

/** A picture: boxes with the nodes of a namespace, nodes outside of boxes, lines, and what the colours mean. */
export interface Drawing {
  readonly note?: string;
  readonly boxes: readonly { readonly lines: readonly string[]; readonly nodes: readonly DrawnNode[] }[];
  readonly loose: readonly DrawnNode[];
  readonly lines: readonly DrawnLine[];
  /** The looks that occur, and what the lines mean, in words. */
  readonly legend: {
    readonly looks: readonly { readonly look: Look; readonly text: string }[];
    readonly exposed?: string;
    readonly lines: readonly string[];
  };
}

const lookTexts: Readonly<Record<Look, string>> = {
  both: "isolated both ways",
  ingress: "ingress isolated, egress open",
  egress: "egress isolated, ingress open",
  none: "not isolated",
  other: "outside of the pods",
};

/** What a graph looks like: the same for every language that draws it. That the pods of one workload reach each other is not drawn. */
export function drawingOf(graph: DrawnGraph): Drawing {
  const exposed = exposedNodes(graph);
  const boxes = new Map<string, { readonly lines: readonly string[]; readonly nodes: DrawnNode[] }>();
  const loose: DrawnNode[] = [];
  for (const node of graph.nodes) {
    const drawn = drawnNode(node, exposed.has(node.id));
    if (node.type !== "workload" && node.type !== "workloads") loose.push(drawn);
    else {
      const box = boxes.get(node.namespace);
      if (box === undefined) boxes.set(node.namespace, { lines: boxLines(node), nodes: [drawn] });
      else box.nodes.push(drawn);
    }
  }
  const named = new Map(graph.nodes.map((node) => [node.id, nodeName(node)]));
  const apart = new Set(graph.nodes.flatMap((node) => (node.type === "workload" ? [node.id] : [])));
  const isLoop = ({ source, target, between }: GraphEdge): boolean =>
    source === target && apart.has(source) && (between === undefined || isNothing(between));
  const lines = linesOf(
    graph.edges.filter((edge) => !isLoop(edge)),
    (id) => named.get(id) ?? id,
  );
  const all = [...[...boxes.values()].flatMap(({ nodes }) => nodes), ...loose];
  return {
    ...(graph.note === undefined ? {} : { note: graph.note }),
    boxes: [...boxes.values()],
    loose,
    lines,
    legend: legendOf(all, lines, graph),
  };
}

function boxLines({ namespace, alike }: Extract<GraphNode, { type: "workload" | "workloads" }>): readonly string[] {
  if (alike === undefined) return [namespace];
  return [span(alike.namespaces, alike.namespaceCount), `${counted(alike.namespaceCount, "namespace")} alike`];
}

/** The ids of the nodes that addresses outside, or the ingress controller, may send something. */
export function exposedNodes({ nodes, edges }: Pick<DrawnGraph, "nodes" | "edges">): ReadonlySet<string> {
  const doors = new Set(nodes.filter(isOutside).map(({ id }) => id));
  return new Set(edges.flatMap(({ source, target }) => (doors.has(source) && !doors.has(target) ? [target] : [])));
}

function isOutside({ type }: GraphNode): boolean {
  return type === "ipBlock" || type === "ingress-controller";
}

/** A node as pictures draw it. */
export function drawnNode(node: GraphNode, isExposed: boolean): DrawnNode {
  return {
    id: node.id,
    lines: labelLines(node),
    look: lookOf(node),
    isExposed,
    shape: shapeOf(node),
    isStart: node.hops === 0,
    tooltip: tooltipOf(node),
  };
}

function shapeOf({ type }: GraphNode): DrawnNode["shape"] {
  if (type === "ipBlock" || type === "reserved") return "outside";
  if (type === "ingress-controller") return "door";
  return type === "workload" ? "box" : "group";
}

function labelLines(node: GraphNode): readonly string[] {
  switch (node.type) {
    case "workload": {
      const part = node.id.indexOf("]{");
      const parts = part < 0 ? [] : [node.id.slice(part + 1)];
      const network = node.hostNetwork === true ? ", host network" : "";
      return [node.name, ...parts, `${node.workloadKind}, ${counted(node.pods, "pod")}${network}`];
    }
    case "workloads":
      return [span(node.workloads.map(shortId), node.endpoints), `${size(node)}, alike`];
    case "namespace":
      return [node.namespace, size(node)];
    case "namespaces":
      return [...groupLines(node), size(node)];
    case "ipBlock":
    case "reserved":
    case "ingress-controller":
      return [nodeName(node)];
  }
}

function groupLines(node: Extract<GraphNode, { type: "namespaces" }>): readonly string[] {
  if (!node.id.startsWith("namespaces[ingress=")) {
    return [span(node.namespaces, node.namespaceCount), `${counted(node.namespaceCount, "namespace")} alike`];
  }
  const { ingress, egress } = node.isolatedEndpoints;
  return [
    counted(node.namespaceCount, "namespace"),
    `isolated: ${grouped(ingress)} ingress, ${grouped(egress)} egress`,
  ];
}

/** `web-0 ... web-29`; of many more than are named, the first and how many more. */
function span(names: readonly string[], total: number): string {
  const [first = "", last = ""] = [names[0], names.at(-1)];
  if (total === 2) return `${first}, ${last}`;
  return names.length === total ? `${first} ... ${last}` : `${first} and ${grouped(total - 1)} more`;
}

/** The name and what tells the part apart: the namespace is the box, the kind in the tooltip. */
function shortId(id: string): string {
  return id.slice(id.indexOf("/") + 1).replace(/\[\w+\]/, "");
}

function size({ endpoints, pods }: { readonly endpoints: number; readonly pods: number }): string {
  return `${counted(endpoints, "workload")}, ${counted(pods, "pod")}`;
}

/** What a node is called. All addresses outside are what people call the internet. */
export function nodeName(node: GraphNode): string {
  if (node.type !== "ipBlock") return node.id;
  if (node.id === "external") return "internet";
  return addressLabel(node.ranges);
}

function lookOf(node: GraphNode): Look {
  if (node.type === "ipBlock" || node.type === "reserved" || node.type === "ingress-controller") return "other";
  const { ingress, egress } = node.isolated;
  if (ingress && egress) return "both";
  return ingress ? "ingress" : egress ? "egress" : "none";
}

function tooltipOf(node: GraphNode): string {
  if (node.type === "ingress-controller" || node.type === "reserved") return node.id;
  if (node.type === "ipBlock") return node.ranges.slice(0, 3).join(", ");
  const policies = (direction: "ingress" | "egress"): string =>
    `${direction}: ${node.isolated[direction] ? "isolated" : "not isolated"}, ${counted(node.policyCounts[direction], "policy", "policies")}`;
  return `${node.id}; ${policies("ingress")}; ${policies("egress")}`;
}

/** Two edges with the same ports become one line. */
function linesOf(edges: readonly GraphEdge[], named: (id: string) => string): readonly DrawnLine[] {
  const keyOf = ({ source, target }: GraphEdge): string => JSON.stringify([source, target]);
  const byEnds = new Map(edges.map((edge) => [keyOf(edge), edge]));
  const drawn = new Set<GraphEdge>();
  return edges.flatMap((edge): DrawnLine[] => {
    if (drawn.has(edge)) return [];
    drawn.add(edge);
    const back = byEnds.get(JSON.stringify([edge.target, edge.source]));
    const bothWays = back !== undefined && back !== edge && isSame(edge, back);
    if (bothWays) drawn.add(back);
    return [lineOf(edge, bothWays, named)];
  });
}

function isSame(a: GraphEdge, b: GraphEdge): boolean {
  return splitText(a) === splitText(b) && a.all === b.all && a.limited === b.limited && portsText(a) === portsText(b);
}

function lineOf(edge: GraphEdge, bothWays: boolean, named: (id: string) => string): DrawnLine {
  const pairs = edge.connections > 1 ? `, ${counted(edge.connections, "connection")}` : "";
  const ways = bothWays ? "and back" : "";
  const ends = [named(edge.source), "to", named(edge.target), ways].filter((word) => word !== "").join(" ");
  return {
    from: edge.source,
    to: edge.target,
    bothWays,
    all: edge.all && (edge.between === undefined || isNothing(edge.between)),
    label: shortLabel([lineLabel(edge), edge.limited === true ? "some requests" : ""].filter(isSaid).join(", ")),
    tooltip: `${ends}: ${edge.text}${splitText(edge)}${pairs}`,
  };
}

function isSaid(text: string): boolean {
  return text !== "";
}

/** The ports; none where all, for that is how the line looks. Inside of what is drawn for several, those within each. */
function lineLabel(edge: GraphEdge): string {
  const { within, between } = edge;
  if (within === undefined || between === undefined) return edge.all ? "" : portsText(edge);
  if (isNothing(between)) return edge.all ? "" : portsText(edge);
  return isNothing(within)
    ? `between them: ${portsText(between)}`
    : `within each: ${portsText(within)}; between them: ${portsText(between)}`;
}

function splitText({ within, between }: GraphEdge): string {
  if (within === undefined || between === undefined) return "";
  const texts = [`within each: ${portsText(within)}`, `between them: ${portsText(between)}`];
  return ` (${texts.join("; ")})`;
}

/** Whether no port is allowed. */
export function isNothing(ports: Ports): boolean {
  return !ports.all && Object.values(ports.ports).every((ranges) => ranges.length === 0);
}

function legendOf(nodes: readonly DrawnNode[], lines: readonly DrawnLine[], { edges }: DrawnGraph): Drawing["legend"] {
  const looks = (["both", "ingress", "egress", "none"] as const)
    .filter((look) => nodes.some((node) => node.look === look))
    .map((look) => ({ look, text: lookTexts[look] }));
  const texts = [
    ...(lines.some(({ all }) => all) ? ["thick line: all ports"] : []),
    ...(lines.some(({ bothWays }) => bothWays) ? ["two heads: both ways, the same ports"] : []),
    ...(edges.some(({ between }) => between !== undefined && isNothing(between))
      ? ["among alike ones: within each, not between them"]
      : []),
    ...(edges.some(({ limited }) => limited === true) ? ["some requests: on some of the ports not all pass"] : []),
  ];
  const exposed = nodes.some(({ isExposed }) => isExposed) ? { exposed: "red border: reachable from outside" } : {};
  return { looks, ...exposed, lines: texts };
}
