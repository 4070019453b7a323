import type { PageData, PageMatrix } from "../src/report/html/page-data.ts";
import { h } from "./element.ts";
import { chosenPicture, pictureSelect } from "./pictures.ts";
import type { State } from "./state.ts";

/** More rows than this are drawn instead of being a table. */
const mostRows = 60;

const words: Readonly<Record<string, string>> = {
  ".": "nothing",
  o: "some workloads or ports",
  "#": "every workload on all ports",
  "=": "within each of the alike ones, not between them",
};

/** Who reaches whom, namespace by namespace, as a heat map. */
export function namespacesView(data: PageData, state: State): HTMLElement {
  const content = h("div");
  const update = (): void => {
    const picture = chosenPicture(data, state);
    if (picture === undefined) content.replaceChildren(h("p", {}, "The input has no workloads."));
    else content.replaceChildren(...matrixElements(picture.matrix));
  };
  state.onChange(update);
  update();
  return h(
    "section",
    { id: "namespaces", "aria-labelledby": "namespaces-title" },
    h("h2", { id: "namespaces-title" }, "Namespaces"),
    h("p", {}, "A row sends, a column receives. Namespaces that reach and are reached alike are one row."),
    pictureSelect(data, state),
    content,
  );
}

function matrixElements(matrix: PageMatrix): readonly HTMLElement[] {
  const said = h("p", { class: "cell-text", role: "status" }, "");
  const say = (from: number, to: number): void => {
    said.textContent = textOf(matrix, from, to);
  };
  const used = new Set(matrix.cells.join(""));
  const legend = h(
    "ul",
    { class: "legend" },
    Object.entries(words)
      .filter(([mark]) => used.has(mark))
      .map(([mark, text]) =>
        h("li", {}, h("span", { class: `cell ${cellClass(mark)}`, "aria-hidden": "true" }, shown(mark)), ` ${text}`),
      ),
  );
  const map = matrix.names.length > mostRows ? canvasOf(matrix, say) : tableOf(matrix, say);
  return [
    legend,
    h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "The matrix" }, map),
    pairSelect(matrix, say),
    said,
  ];
}

function tableOf({ names, cells, texts }: PageMatrix, say: (from: number, to: number) => void): HTMLElement {
  return h(
    "table",
    { class: "matrix" },
    h("caption", {}, "From rows to columns"),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("td"),
        names.map((name) => h("th", { scope: "col" }, h("span", {}, name))),
      ),
    ),
    h(
      "tbody",
      {},
      names.map((name, from) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, name),
          marksOf(cells[from]).map((mark, to) =>
            h(
              "td",
              {
                class: `cell ${cellClass(mark)}`,
                title: texts[`${from},${to}`] ?? "nothing",
                onclick: () => say(from, to),
                onmouseenter: () => say(from, to),
              },
              shown(mark),
            ),
          ),
        ),
      ),
    ),
  );
}

/** Thousands of cells as one image; a click or the two lists below tell what one means. */
function canvasOf({ names, cells }: PageMatrix, say: (from: number, to: number) => void): HTMLElement {
  const size = names.length > 300 ? 4 : 10;
  const canvas = h("canvas", {
    width: names.length * size,
    height: names.length * size,
    role: "img",
    "aria-label": `Matrix of ${names.length} namespaces; choose two below to read a cell`,
  });
  const context = canvas.getContext("2d");
  const colours: Readonly<Record<string, string>> = { o: "#e8a33d", "#": "#b30000", "=": "#4a90c2" };
  cells.forEach((row, from) => {
    marksOf(row).forEach((mark, to) => {
      if (context === null || colours[mark] === undefined) return;
      context.fillStyle = colours[mark];
      context.fillRect(to * size, from * size, size - 1, size - 1);
    });
  });
  const read = (event: Event): void => {
    if (!(event instanceof MouseEvent)) return;
    const [to, from] = [Math.floor(event.offsetX / size), Math.floor(event.offsetY / size)];
    if (from < names.length && to < names.length) say(from, to);
  };
  canvas.addEventListener("mousemove", read);
  canvas.addEventListener("click", read);
  return canvas;
}

function pairSelect({ names }: PageMatrix, say: (from: number, to: number) => void): HTMLElement {
  const choose = (id: string): HTMLSelectElement =>
    h(
      "select",
      { id, onchange: () => say(Number(from.value), Number(to.value)) },
      names.map((name, at) => h("option", { value: at }, name)),
    );
  const from = choose("cell-from");
  const to = choose("cell-to");
  return h(
    "p",
    { class: "filters" },
    h("label", { for: "cell-from" }, "From ", from),
    h("label", { for: "cell-to" }, "To ", to),
  );
}

function textOf({ names, cells, texts }: PageMatrix, from: number, to: number): string {
  const mark = cells[from]?.[to] ?? ".";
  const ports = texts[`${from},${to}`];
  return `${names[from] ?? ""} to ${names[to] ?? ""}: ${ports ?? "nothing"}${ports === undefined ? "" : ` (${words[mark] ?? ""})`}`;
}

/** One mark per cell; none of them is more than one character. */
function marksOf(row = ""): readonly string[] {
  return row.split("");
}

function cellClass(mark: string): string {
  return { ".": "cell-nothing", o: "cell-some", "#": "cell-all", "=": "cell-within" }[mark] ?? "cell-nothing";
}

function shown(mark: string): string {
  return mark === "." ? "·" : mark;
}
