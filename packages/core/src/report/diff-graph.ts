import type { ConnectionChange, ConnectivityDiff } from "../answers/diff.ts";
import { groupBy } from "../lib/group-by.ts";
import { changedPorts } from "./diff-words.ts";
import { graphvizLabel, graphvizQuoted } from "./graphviz-text.ts";
import { mermaidText } from "./mermaid-text.ts";
import { counted, shortLabel } from "./words.ts";

/** More edges than this are folded by namespace: a picture of more is no picture. */
const readableEdges = 20;

const colours = { added: "#b3261e", removed: "#1b7837", changed: "#8a6d00" } as const;

interface DrawnChange {
  readonly type: ConnectionChange["type"];
  readonly source: string;
  readonly target: string;
  readonly label: string;
}

/** What changes, for Graphviz: opened red, closed green, other ports amber. Folded by namespace where it would be too much. */
export function diffDot(diff: ConnectivityDiff): string {
  const edges = drawnChanges(diff);
  const lines = [
    "digraph npa {",
    "  rankdir=LR;",
    '  node [shape=box, style="rounded", fontname="Helvetica"];',
    '  edge [fontname="Helvetica", fontsize=10];',
    ...nodesOf(edges).map((id) => `  ${quoted(id)};`),
    ...edges.map(
      ({ type, source, target, label }) =>
        `  ${quoted(source)} -> ${quoted(target)} [label=${quoted(label)}, color="${colours[type]}", fontcolor="${colours[type]}"${type === "removed" ? ", style=dashed" : ""}];`,
    ),
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

/** The same for Mermaid, as GitHub renders it in comments. */
export function diffMermaid(diff: ConnectivityDiff): string {
  const edges = drawnChanges(diff);
  const nodes = nodesOf(edges);
  const numbers = new Map(nodes.map((id, i) => [id, `n${i}`]));
  const lines = [
    "flowchart LR",
    ...nodes.map((id) => `  ${numbers.get(id)}["${mermaidText(id)}"]`),
    ...edges.map(({ type, source, target, label }) => {
      const arrow = type === "removed" ? "-.->" : type === "added" ? "==>" : "-->";
      return `  ${numbers.get(source)} ${arrow}|"${mermaidText(label)}"| ${numbers.get(target)}`;
    }),
    ...edges.map(({ type }, i) => `  linkStyle ${i} stroke:${colours[type]},color:${colours[type]}`),
  ];
  return `${lines.join("\n")}\n`;
}

function drawnChanges({ changes, changeCount }: ConnectivityDiff): readonly DrawnChange[] {
  if (changeCount <= readableEdges)
    return changes.map((change) => ({ ...change, label: shortLabel(changedPorts(change)) }));
  const folded = groupBy(changes, ({ type, source, target }) =>
    [type, placeOf(source), placeOf(target)].join("\u0000"),
  );
  const sorted = [...folded].toSorted(([, a], [, b]) => b.length - a.length);
  const shown = sorted.length <= readableEdges ? sorted : sorted.slice(0, readableEdges - 1);
  const rest = sorted.slice(shown.length);
  const edges = shown.map(([key, members]): DrawnChange => {
    const [, source = "", target = ""] = key.split("\u0000");
    return { type: members[0]?.type ?? "changed", source, target, label: counted(members.length, "connection") };
  });
  const unlisted = changeCount - changes.length;
  const others = rest.reduce((sum, [, members]) => sum + members.length, unlisted);
  if (others === 0) return edges;
  return [...edges, { type: "changed", source: "others", target: "others", label: counted(others, "more connection") }];
}

/** The namespace of a workload; addresses are one place. */
function placeOf(id: string): string {
  const slash = id.indexOf("/");
  return slash < 0 || id.startsWith("external") ? "external" : id.slice(0, slash);
}

function nodesOf(edges: readonly DrawnChange[]): readonly string[] {
  return [...new Set(edges.flatMap(({ source, target }) => [source, target]))].toSorted();
}

function quoted(text: string): string {
  return graphvizQuoted(graphvizLabel(text));
}
