import { DirectedGraph } from "graphology";
import { Sigma } from "sigma";
import type { PageData, PageEdge, PageNode, PagePicture } from "../src/report/html/page-data.ts";
import { type Child, counted, h } from "./element.ts";
import { onlyWhenChanged } from "./findings.ts";
import { places } from "./layout.ts";
import { LongList } from "./long-list.ts";
import { drawRings, labelDrawer } from "./marks.ts";
import { chosenPicture, pictureSelect } from "./pictures.ts";
import type { State } from "./state.ts";

/** Blue to orange: every kind of colour vision tells them apart. */
const colours: Readonly<Record<PageNode["look"], string>> = {
  both: "#2b7bba",
  ingress: "#84b8dd",
  egress: "#e8b04a",
  none: "#d95f0e",
  other: "#888888",
};
const looks: Readonly<Record<PageNode["look"], string>> = {
  both: "isolated both ways",
  ingress: "ingress isolated, egress open",
  egress: "egress isolated, ingress open",
  none: "not isolated",
  other: "outside of the pods",
};

/** What stands for one picture. */
interface Drawing {
  readonly element: HTMLElement;
  readonly select: (node: number | undefined) => void;
}

/** Who reaches whom, drawn; a node shows who reaches it, whom it reaches, on what ports and through which rules. */
export function graphView(data: PageData, state: State): HTMLElement {
  const content = h("div");
  let drawn: { readonly picture: PagePicture; readonly drawing: Drawing } | undefined;
  const update = (): void => {
    const picture = chosenPicture(data, state);
    if (picture === undefined) {
      content.replaceChildren(h("p", {}, "The input has no workloads."));
      return;
    }
    if (drawn?.picture !== picture) {
      drawn = { picture, drawing: drawingOf(picture, state) };
      content.replaceChildren(drawn.drawing.element);
    }
    const at = picture.nodes.findIndex(({ id }) => id === state.get("node"));
    drawn.drawing.select(at < 0 ? undefined : at);
  };
  state.onChange(onlyWhenChanged(["environment", "node"], state, update));
  update();
  return h(
    "section",
    { id: "graph", "aria-labelledby": "graph-title" },
    h("h2", { id: "graph-title" }, "Graph"),
    pictureSelect(data, state),
    content,
  );
}

function drawingOf(picture: PagePicture, state: State): Drawing {
  const canvas = h("div", {
    class: "canvas",
    role: "img",
    "aria-label": "The graph as a picture; the list beside it has the same",
  });
  const detail = h("div", { class: "detail", "aria-live": "polite" });
  const choose = (at: number): void => state.set({ node: picture.nodes[at]?.id ?? "" });
  const list = nodeList(picture, choose);
  const looksUsed = (Object.keys(looks) as PageNode["look"][]).filter((look) =>
    picture.nodes.some((node) => node.look === look),
  );
  const element = h(
    "div",
    {},
    picture.note === undefined ? undefined : h("p", { class: "note" }, picture.note),
    h(
      "ul",
      { class: "legend" },
      looksUsed.map((look) =>
        h("li", {}, h("span", { class: `dot look-${look}`, "aria-hidden": "true" }), ` ${looks[look]}`),
      ),
      picture.nodes.some(({ exposed }) => exposed)
        ? h("li", {}, h("span", { class: "dot exposed", "aria-hidden": "true" }), " reachable from outside")
        : undefined,
    ),
    h("div", { class: "graph" }, h("div", { class: "side" }, list), canvas, detail),
  );
  let focus: ((at: number | undefined) => void) | undefined;
  let selected: number | undefined;
  // Drawn when it is first looked at: before, the canvas has no size.
  const seen = new ResizeObserver(() => {
    if (canvas.clientWidth === 0) return;
    seen.disconnect();
    focus = drawOn(canvas, picture, choose);
    focus?.(selected);
  });
  seen.observe(canvas);
  return {
    element,
    select: (at) => {
      selected = at;
      detail.replaceChildren(...detailOf(picture, at, choose));
      focus?.(at);
    },
  };
}

function nodeList(picture: PagePicture, choose: (at: number) => void): HTMLElement {
  const all = picture.nodes.map((node, at) => ({ node, at }));
  const list = new LongList<{ readonly node: PageNode; readonly at: number; readonly member?: string }>(
    ({ node, at, member }) =>
      h(
        "button",
        { type: "button", class: "node", onclick: () => choose(at) },
        h("span", { class: `dot look-${node.look}${node.exposed ? " exposed" : ""}`, "aria-hidden": "true" }),
        ` ${member ?? nameOf(node)}`,
      ),
  );
  const show = (text: string): void => {
    const wanted = text.toLowerCase();
    if (wanted === "") list.set(all);
    else
      list.set(
        all.flatMap((entry) => {
          const members = entry.node.members.filter((member) => member.toLowerCase().includes(wanted));
          if (members.length > 0) return members.map((member) => ({ ...entry, member }));
          return nameOf(entry.node).toLowerCase().includes(wanted) ? [entry] : [];
        }),
      );
  };
  const search = h("input", {
    type: "search",
    id: "node-filter",
    placeholder: "namespace/workload",
    oninput: () => show(search.value),
  });
  show("");
  return h("div", {}, h("label", { for: "node-filter" }, "Find a workload ", search), list.element);
}

/** Draws with sigma; where the browser has no WebGL, the list is all there is. */
function drawOn(
  container: HTMLElement,
  picture: PagePicture,
  choose: (at: number) => void,
): ((at: number | undefined) => void) | undefined {
  if (document.createElement("canvas").getContext("webgl2") === null) {
    container.replaceChildren(h("p", {}, "This browser has no WebGL: the list beside has everything."));
    return undefined;
  }
  const graph = new DirectedGraph();
  const at = places(picture.nodes);
  picture.nodes.forEach((node, i) => {
    graph.addNode(i, {
      ...at[i],
      // What is outside has no number: its parts are where policies cut it.
      size: node.look === "other" ? 6 : 4 + 2 * Math.log2(1 + node.members.length),
      color: colours[node.look],
      label: nameOf(node),
    });
  });
  picture.edges.forEach((edge, i) => {
    if (edge.from !== edge.to)
      graph.addDirectedEdgeWithKey(i, edge.from, edge.to, { size: edge.all ? 2.5 : 1, color: "#999999" });
  });
  let focused: string | undefined;
  const near = new Set<string>();
  const sigma = new Sigma(graph, container, {
    defaultEdgeType: "arrow",
    defaultDrawNodeLabel: labelDrawer(container),
    labelGridCellSize: picture.nodes.length > 60 ? 200 : 100,
    labelRenderedSizeThreshold: picture.nodes.length > 60 ? 9 : 4,
    zIndex: true,
    stagePadding: 70,
    nodeReducer: (node, attributes) =>
      focused === undefined || near.has(node)
        ? { ...attributes, forceLabel: focused !== undefined }
        : { ...attributes, color: "#cccccc66", label: "" },
    edgeReducer: (edge, attributes) => {
      if (focused === undefined) return attributes;
      const isNear = graph.extremities(edge).includes(focused);
      return isNear
        ? { ...attributes, color: graph.source(edge) === focused ? "#2b7bba" : "#d95f0e", zIndex: 1 }
        : { ...attributes, hidden: true };
    },
  });
  const exposed = picture.nodes.flatMap((node, i) => (node.exposed ? [String(i)] : []));
  drawRings(sigma, exposed, (node) => focused === undefined || near.has(node));
  sigma.on("clickNode", ({ node }) => choose(Number(node)));
  sigma.on("clickStage", () => choose(-1));
  return (node) => {
    focused = node === undefined ? undefined : String(node);
    near.clear();
    if (focused !== undefined) for (const other of [focused, ...graph.neighbors(focused)]) near.add(other);
    sigma.refresh();
  };
}

function detailOf(picture: PagePicture, at: number | undefined, choose: (at: number) => void): readonly HTMLElement[] {
  const node = at === undefined ? undefined : picture.nodes[at];
  if (node === undefined) {
    return [
      h(
        "p",
        { class: "hint" },
        `${counted(picture.nodes.length, "node")}, ${counted(picture.edges.length, "connection")}. Choose a node to see who reaches it, whom it reaches, on what ports and through which rules.`,
      ),
    ];
  }
  const [into, out] = [picture.edges.filter(({ to }) => to === at), picture.edges.filter(({ from }) => from === at)];
  return [
    h("h3", {}, nameOf(node)),
    h(
      "p",
      {},
      `${node.lines.slice(1).join(", ")}; ${looks[node.look]}${node.exposed ? "; reachable from outside" : ""}`,
    ),
    ...(node.members.length > 1
      ? [listing(`Stands for ${counted(node.members.length, "workload")}`, node.members)]
      : []),
    ...(node.policies.length > 0
      ? [listing(`Isolated by ${counted(node.policies.length, "policy", "policies")}`, node.policies)]
      : []),
    h("h4", {}, `Reached by (${into.length})`),
    ...connections(picture, into, ({ from }) => from, choose),
    h("h4", {}, `Reaches (${out.length})`),
    ...connections(picture, out, ({ to }) => to, choose),
  ];
}

function listing(title: string, names: readonly string[]): HTMLElement {
  const shown = names.slice(0, 500);
  const rest = names.length - shown.length;
  return h(
    "details",
    {},
    h("summary", {}, title),
    h(
      "ul",
      {},
      shown.map((name) => h("li", {}, name)),
      rest > 0 ? h("li", {}, `and ${rest.toLocaleString("en-US")} more`) : undefined,
    ),
  );
}

function connections(
  picture: PagePicture,
  edges: readonly PageEdge[],
  otherOf: (edge: PageEdge) => number,
  choose: (at: number) => void,
): readonly HTMLElement[] {
  const list = new LongList<PageEdge>((edge) => {
    const other = picture.nodes[otherOf(edge)];
    return h(
      "div",
      { class: "connection" },
      h(
        "button",
        { type: "button", class: "node", onclick: () => choose(otherOf(edge)) },
        other === undefined ? "" : nameOf(other),
      ),
      h(
        "span",
        { class: "ports" },
        edge.between === undefined ? edge.ports : `within each: ${edge.ports}; between them: ${edge.between}`,
      ),
      rulesOf(picture, edge),
    );
  });
  list.set(edges);
  return [list.element];
}

function rulesOf({ rules }: PagePicture, { egress, ingress }: PageEdge): HTMLElement {
  const side = (title: string, numbers: readonly number[], open: string): Child =>
    numbers.length === 0 ? h("li", {}, open) : numbers.map((number) => h("li", {}, `${title}: ${rules[number] ?? ""}`));
  return h(
    "details",
    {},
    h("summary", {}, counted(egress.length + ingress.length, "rule")),
    h(
      "ul",
      {},
      side("lets it out", egress, "no rule is needed to let it out: nothing isolates the source for egress"),
      side("lets it in", ingress, "no rule is needed to let it in: nothing isolates the target for ingress"),
    ),
  );
}

function nameOf({ box, lines, id }: PageNode): string {
  const [name = id] = lines;
  return box === "" ? name : `${box}/${name}`;
}
