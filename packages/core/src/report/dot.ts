import { type DrawnGraph, type DrawnLine, type DrawnNode, type Look, drawingOf } from "./drawing.ts";
import { graphvizLabel, graphvizName, graphvizQuoted } from "./graphviz-text.ts";

export type { DrawnGraph } from "./drawing.ts";

/** Fill colours by isolation: blue to orange, which every kind of colour vision tells apart. */
const fills: Readonly<Record<Look, string>> = {
  both: "#bcd9ee",
  ingress: "#e3eef7",
  egress: "#fdebc8",
  none: "#f9c99a",
  other: "#eeeeee",
};
const exposedBorder = "#b30000";

const shapes = { box: "", group: "shape=folder", outside: "shape=ellipse", door: "shape=house" } as const;

/** The graph in Graphviz' language, a box per namespace. Names can hold anything: nothing in them acts on Graphviz. */
export function toDot(graph: DrawnGraph): string {
  const { note, boxes, loose, lines, legend } = drawingOf(graph);
  const text = [
    "digraph npa {",
    '  rankdir=LR; fontname="Helvetica";',
    '  node [shape=box, style="filled,rounded", fontname="Helvetica"];',
    '  edge [fontname="Helvetica", fontsize=10];',
    ...(note === undefined ? [] : [`  label=${labelled(note)};`, "  labelloc=t;"]),
    ...boxes.flatMap(({ lines: title, nodes }, number) => [
      `  subgraph cluster_${number} {`,
      `    label=${labelledLines(title)};`,
      ...nodes.map((node) => `    ${nodeLine(node)}`),
      "  }",
    ]),
    ...loose.map((node) => `  ${nodeLine(node)}`),
    ...lines.map((line) => `  ${edgeLine(line)}`),
    ...legendLines(legend),
    "}",
  ];
  return `${text.join("\n")}\n`;
}

function nodeLine(node: DrawnNode): string {
  const attributes = [
    `label=${labelledLines(node.lines)}`,
    `fillcolor=${graphvizQuoted(fills[node.look])}`,
    `tooltip=${labelled(node.tooltip)}`,
    ...(shapes[node.shape] === "" ? [] : [shapes[node.shape]]),
    ...(node.look === "none" ? ['style="filled,rounded,dashed"'] : []),
    ...(node.isExposed ? [`color="${exposedBorder}"`] : []),
    ...(node.isStart ? ["penwidth=3"] : node.isExposed ? ["penwidth=2"] : []),
  ];
  return `${graphvizName(node.id)} [${attributes.join(", ")}];`;
}

function edgeLine({ from, to, bothWays, all, label, tooltip }: DrawnLine): string {
  const attributes = [
    ...(label === "" ? [] : [`label=${labelled(label)}`]),
    `tooltip=${labelled(tooltip)}`,
    ...(bothWays ? ["dir=both"] : []),
    ...(all ? ["style=bold", "penwidth=2"] : []),
  ];
  return `${graphvizName(from)} -> ${graphvizName(to)} [${attributes.join(", ")}];`;
}

function* legendLines({ looks, exposed, lines }: ReturnType<typeof drawingOf>["legend"]): Generator<string> {
  const words = [...(exposed === undefined ? [] : [exposed]), ...lines];
  if (looks.length + words.length === 0) return;
  yield "  subgraph cluster_legend {";
  yield '    label="legend"; fontsize=10; color="#bbbbbb"; style=rounded;';
  for (const { look, text } of looks) {
    const style = look === "none" ? ', style="filled,rounded,dashed"' : "";
    yield `    "legend ${look}" [label="${text}", fillcolor="${fills[look]}", fontsize=10, height=0.2${style}];`;
  }
  if (words.length > 0) yield `    "legend" [label="${words.join("\\l")}\\l", shape=plaintext, style="", fontsize=10];`;
  yield "  }";
}

function labelledLines(lines: readonly string[]): string {
  return graphvizQuoted(lines.map(graphvizLabel).join("\\n"));
}

function labelled(text: string): string {
  return graphvizQuoted(graphvizLabel(text));
}
