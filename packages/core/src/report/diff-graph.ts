import { checkAnswer } from "../lib/check-argument.ts";
import type { ConnectionChange, ConnectivityDiff, EnvironmentsDiff } from "../answers/diff.ts";
import { compareStrings } from "../lib/compare.ts";
import { groupBy } from "../lib/group-by.ts";
import { changedPorts, environmentText, isUnchanged } from "./diff-words.ts";
import { graphvizLabel, graphvizQuoted } from "./graphviz-text.ts";
import { mermaidText } from "./mermaid-text.ts";
import { counted, shortLabel } from "./words.ts";

/** More edges than this are folded by namespace: a picture of more is no picture. */
const readableEdges = 20;

/** `maybe`: what changes only if facts turn out so that the input does not give. */
type Look = ConnectionChange["type"] | "maybe";

const colours = { added: "#b3261e", removed: "#1b7837", changed: "#8a6d00", maybe: "#5f6368" } as const;
const arrows = { added: "==>", removed: "-.->", changed: "-->", maybe: "-.->" } as const;
const dashes = { added: "", removed: ", style=dashed", changed: "", maybe: ", style=dotted" } as const;

interface DrawnEnd {
  /** As it is called in the text of the picture. */
  readonly name: string;
  readonly label: string;
}

interface DrawnChange {
  readonly look: Look;
  readonly source: string;
  readonly target: string;
  readonly label: string;
}

/** What is drawn of one environment, or of all there is. */
interface Part {
  readonly title?: string;
  readonly ends: ReadonlyMap<string, DrawnEnd>;
  readonly edges: readonly DrawnChange[];
}

/** What changes, for Graphviz: opened red, closed green, other ports amber. Folded by namespace where it would be too much. */
export function diffDot(diff: ConnectivityDiff | EnvironmentsDiff): string {
  checkAnswer("diffDot", diff, "ConnectivityDiff", "EnvironmentsDiff");
  const parts = partsOf(diff);
  const lines = [
    "digraph npa {",
    "  rankdir=LR;",
    '  node [shape=box, style="rounded", fontname="Helvetica"];',
    '  edge [fontname="Helvetica", fontsize=10];',
    ...parts.flatMap(({ title, ends }, i) => {
      const nodes = [...ends.values()].map(({ name, label }) => `  ${name} [label=${quoted(label)}];`);
      if (title === undefined) return nodes;
      return [`  subgraph cluster_${i} {`, `    label=${quoted(title)};`, ...nodes.map((node) => `  ${node}`), "  }"];
    }),
    ...edgesOf(parts).map(
      ({ look, source, target, label }) =>
        `  ${source} -> ${target} [label=${quoted(label)}, color="${colours[look]}", fontcolor="${colours[look]}"${dashes[look]}];`,
    ),
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

/** The same for Mermaid, as GitHub renders it in comments. */
export function diffMermaid(diff: ConnectivityDiff | EnvironmentsDiff): string {
  checkAnswer("diffMermaid", diff, "ConnectivityDiff", "EnvironmentsDiff");
  const parts = partsOf(diff);
  const edges = edgesOf(parts);
  const lines = [
    "flowchart LR",
    ...parts.flatMap(({ title, ends }, i) => {
      const nodes = [...ends.values()].map(({ name, label }) => `  ${name}["${mermaidText(label)}"]`);
      if (title === undefined) return nodes;
      return [`  subgraph e${i}["${mermaidText(title)}"]`, ...nodes.map((node) => `  ${node}`), "  end"];
    }),
    ...edges.map(({ look, source, target, label }) => `  ${source} ${arrows[look]}|"${mermaidText(label)}"| ${target}`),
    ...edges.map(({ look }, i) => `  linkStyle ${i} stroke:${colours[look]},color:${colours[look]}`),
  ];
  return `${lines.join("\n")}\n`;
}

/** All environments together have as many edges as one would. */
function partsOf(diff: ConnectivityDiff | EnvironmentsDiff): readonly Part[] {
  if (diff.kind === "ConnectivityDiff") return numbered([{ edges: drawnChanges(diff, readableEdges) }]);
  const changing = diff.environments.filter((each) => !isUnchanged(each));
  const all = changing.reduce((sum, each) => sum + countOf(each.diff), 0);
  const shown = changing.filter((each) => countOf(each.diff) > 0).slice(0, readableEdges);
  const share = all <= readableEdges ? readableEdges : Math.max(1, Math.floor(readableEdges / shown.length));
  const drawn = shown.map((each) => ({ title: environmentText(each), edges: drawnChanges(each.diff, share) }));
  const rest = changing.filter((each) => countOf(each.diff) > 0).slice(shown.length);
  const left = rest.reduce((sum, each) => sum + countOf(each.diff), 0);
  const title = counted(rest.length, "more environment");
  return numbered(rest.length === 0 ? drawn : [...drawn, { title, edges: [others(left)] }]);
}

/** Gives the ends names that hold in the whole picture. */
function numbered(parts: readonly Pick<Part, "title" | "edges">[]): readonly Part[] {
  let next = 0;
  return parts.map((part) => {
    const ids = new Set(part.edges.flatMap(({ source, target }) => [source, target]));
    const ends = [...ids]
      .toSorted(compareStrings)
      .map((id) => [id, { name: `n${next++}`, label: endLabel(id) }] as const);
    return { ...part, ends: new Map(ends) };
  });
}

/** The edges with the names of their ends. */
function edgesOf(parts: readonly Part[]): readonly DrawnChange[] {
  return parts.flatMap(({ ends, edges }) =>
    edges.map((edge) => ({
      ...edge,
      source: ends.get(edge.source)?.name ?? "",
      target: ends.get(edge.target)?.name ?? "",
    })),
  );
}

function countOf({ changeCount, uncertain }: ConnectivityDiff): number {
  return changeCount + uncertain.length;
}

function drawnChanges(diff: ConnectivityDiff, most: number): readonly DrawnChange[] {
  const looked = [
    ...diff.changes.map((change) => ({ change, look: change.type as Look })),
    ...diff.uncertain.map((change) => ({ change, look: "maybe" as const })),
  ];
  if (countOf(diff) <= most)
    return looked.map(({ change, look }) => {
      const ports = changedPorts(change);
      return { ...change, look, label: shortLabel(look === "maybe" ? `maybe ${change.type}: ${ports}` : ports) };
    });
  const folded = groupBy(looked, ({ look, change: { source, target } }) =>
    [look, placeOf(source), placeOf(target)].join("\u0000"),
  );
  const sorted = [...folded].toSorted(([, a], [, b]) => b.length - a.length);
  const shown = sorted.length <= most ? sorted : sorted.slice(0, most - 1);
  const edges = shown.map(([key, members]): DrawnChange => {
    const [, source = "", target = ""] = key.split("\u0000");
    const look = members[0]?.look ?? "changed";
    const count = counted(members.length, "connection");
    return { look, source, target, label: look === "maybe" ? `maybe ${count}` : count };
  });
  const drawn = shown.reduce((sum, [, members]) => sum + members.length, 0);
  return drawn === countOf(diff) ? edges : [...edges, others(countOf(diff) - drawn)];
}

function others(count: number): DrawnChange {
  return { look: "changed", source: "others", target: "others", label: counted(count, "more connection") };
}

/** The namespace of a workload; addresses are one place. */
function placeOf(id: string): string {
  const slash = id.indexOf("/");
  return slash < 0 || id.startsWith("external") ? "external" : id.slice(0, slash);
}

const longestEnd = 60;

/** Lists of addresses have no bound. */
function endLabel(id: string): string {
  return id.length > longestEnd ? `${id.slice(0, longestEnd - 1)}…` : id;
}

function quoted(text: string): string {
  return graphvizQuoted(graphvizLabel(text));
}
