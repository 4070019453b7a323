import { type DrawnGraph, type DrawnLine, type DrawnNode, type Look, drawingOf } from "./drawing.ts";
import { mermaidText } from "./mermaid-text.ts";
import { counted } from "./words.ts";

/** What GitHub draws of one picture: more it refuses. */
const mostLines = 500;
const mostCharacters = 45_000;

const fills: Readonly<Record<Look, string>> = {
  both: "fill:#bcd9ee,color:#000,stroke:#555",
  ingress: "fill:#e3eef7,color:#000,stroke:#555",
  egress: "fill:#fdebc8,color:#000,stroke:#555",
  none: "fill:#f9c99a,color:#000,stroke:#555,stroke-dasharray:4",
  other: "fill:#eeeeee,color:#000,stroke:#555",
};

const shapes: Readonly<Record<DrawnNode["shape"], readonly [string, string]>> = {
  box: ["(", ")"],
  group: ["[[", "]]"],
  outside: ["([", "])"],
  door: ["[/", "\\]"],
};

/** The graph as a Mermaid flowchart, which GitHub and GitLab draw in comments. What they would refuse as too much is left out, and the picture says so. */
export function toMermaid(graph: DrawnGraph): string {
  const drawing = drawingOf(graph);
  const { boxes, loose, legend } = drawing;
  const nodes = [...boxes.flatMap((box) => box.nodes), ...loose];
  const ids = new Map(nodes.map(({ id }, number) => [id, `n${number}`]));
  const nodeLine = (node: DrawnNode): string => {
    const [open, close] = shapes[node.shape];
    return `${ids.get(node.id)}${open}"${node.lines.map(mermaidText).join("<br>")}"${close}:::${node.isExposed ? "exposed_" : ""}${node.look}`;
  };
  const head = [
    "flowchart LR",
    ...boxes.flatMap(({ lines: title, nodes: inside }, number) => [
      `  subgraph b${number}["${title.map(mermaidText).join("<br>")}"]`,
      ...inside.map((node) => `    ${nodeLine(node)}`),
      "  end",
    ]),
    ...loose.map((node) => `  ${nodeLine(node)}`),
  ];
  const tail = [...legendLines(legend, drawing.note), ...classLines(nodes)];
  const lines = drawing.lines.map((line) => `  ${lineText(line, ids)}`);
  const shown = fitting(lines, mostCharacters - lengthOf([...head, ...tail]));
  const rest = lines.length - shown.length;
  const more = rest === 0 ? [] : [`  more["${mermaidText(`${counted(rest, "connection")} more: too many to draw`)}"]`];
  return `${[...head, ...shown, ...more, ...tail].join("\n")}\n`;
}

function lineText({ from, to, bothWays, all, label }: DrawnLine, ids: ReadonlyMap<string, string>): string {
  const arrow = `${bothWays ? "<" : ""}${all ? "==>" : "-->"}`;
  const text = label === "" ? "" : `|"${mermaidText(label)}"|`;
  return `${ids.get(from)} ${arrow}${text} ${ids.get(to)}`;
}

function* classLines(nodes: readonly DrawnNode[]): Generator<string> {
  for (const [look, style] of Object.entries(fills)) {
    const alike = nodes.filter((node) => node.look === look);
    if (alike.length > 0) yield `  classDef ${look} ${style}`;
    if (alike.some(({ isExposed }) => isExposed))
      yield `  classDef exposed_${look} ${style.replace("stroke:#555", "stroke:#b30000,stroke-width:3px")}`;
  }
}

function legendLines(
  { looks, exposed, lines }: ReturnType<typeof drawingOf>["legend"],
  note: string | undefined,
): string[] {
  const words = [...(exposed === undefined ? [] : [exposed]), ...lines, ...(note === undefined ? [] : [note])];
  const swatches = looks.map(({ look, text }) => `    l_${look}("${text}"):::${look}`);
  if (swatches.length + words.length === 0) return [];
  const said = words.length === 0 ? [] : [`    l_words["${words.map(mermaidText).join("<br>")}"]`];
  return ["  subgraph legend", ...swatches, ...said, "  end"];
}

function fitting(lines: readonly string[], room: number): readonly string[] {
  let used = 0;
  const end = lines.findIndex((line) => (used += line.length + 1) > room);
  return lines.slice(0, Math.min(mostLines, end < 0 ? lines.length : end));
}

function lengthOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}
