import type { PageData, PagePolicy } from "../src/report/html/page-data.ts";
import { counted, h, svg } from "./element.ts";
import { LongList } from "./long-list.ts";

/** Policies with their figures, how complexity is spread, and what could be simpler. */
export function policiesView(data: PageData): HTMLElement {
  const policies = data.policies.toSorted((a, b) => b.complexity - a.complexity);
  const list = new LongList<PagePolicy>(policyElement);
  const matches = h("p", { class: "count", role: "status" });
  const show = (text: string): void => {
    const shown = policies.filter(({ name, namespace }) =>
      `${namespace}/${name}`.toLowerCase().includes(text.toLowerCase()),
    );
    matches.textContent = counted(shown.length, "policy", "policies");
    list.set(shown);
  };
  const filter = h("input", { type: "search", id: "policy-filter", oninput: () => show(filter.value) });
  show("");
  return h(
    "section",
    { id: "policies", "aria-labelledby": "policies-title" },
    h("h2", { id: "policies-title" }, "Policies"),
    histogram(policies.map(({ complexity }) => complexity)),
    data.advice
      .filter(({ total }) => total > 0)
      .map(({ title, total, lines }) =>
        h(
          "details",
          {},
          h("summary", {}, `${title} (${total.toLocaleString("en-US")})`),
          h(
            "ul",
            {},
            lines.map((line) => h("li", {}, line)),
            total > lines.length
              ? h("li", {}, `and ${(total - lines.length).toLocaleString("en-US")} more: npa analyze -o json has all`)
              : undefined,
          ),
        ),
      ),
    h("p", { class: "filters" }, h("label", { for: "policy-filter" }, "Policy ", filter)),
    matches,
    list.element,
  );
}

function policyElement({
  name,
  namespace,
  complexity,
  ingress,
  egress,
  peers,
  entries,
  overlaps,
  advice,
}: PagePolicy): HTMLElement {
  return h(
    "article",
    { class: "policy" },
    h("h3", {}, namespace === "" ? name : `${namespace}/${name}`, h("small", {}, ` complexity ${complexity}`)),
    h(
      "p",
      {},
      `${counted(ingress, "ingress rule")}, ${counted(egress, "egress rule")}, ${counted(peers, "peer")}, ${counted(entries, "expanded entry", "expanded entries")}`,
    ),
    overlaps.map((line) => h("p", { class: "related" }, line)),
    advice.map((line) => h("p", { class: "fix" }, line)),
  );
}

const bins = 20;

/** How many policies have which complexity. */
function histogram(values: readonly number[]): HTMLElement | undefined {
  if (values.length === 0) return undefined;
  const highest = Math.max(...values.slice(0, 1), 1);
  const counts = Array.from({ length: bins }, () => 0);
  for (const value of values) {
    const bin = Math.min(bins - 1, Math.floor((value / highest) * bins));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const most = Math.max(...counts);
  const [width, height] = [600, 120];
  const bars = counts.map((count, at) => {
    const tall = count === 0 ? 0 : Math.max(2, (count / most) * height);
    const [from, to] = [(at / bins) * highest, ((at + 1) / bins) * highest].map((edge) => Math.round(edge * 10) / 10);
    return svg(
      "rect",
      { x: (at * width) / bins + 1, y: height - tall, width: width / bins - 2, height: tall, class: "bar" },
      svg("title", {}, `${counted(count, "policy", "policies")} from ${from} to ${to}`),
    );
  });
  return h(
    "figure",
    {},
    svg(
      "svg",
      {
        viewBox: `0 0 ${width} ${height + 20}`,
        role: "img",
        "aria-label": `Distribution of complexity: ${counted(values.length, "policy", "policies")} from ${Math.min(...values.slice(-1))} to ${highest}`,
      },
      bars,
      svg("text", { x: 0, y: height + 15 }, "0"),
      svg("text", { x: width, y: height + 15, "text-anchor": "end" }, String(Math.round(highest * 10) / 10)),
    ),
    h("figcaption", {}, "Policies by complexity"),
  );
}
