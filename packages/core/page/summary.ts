import type { PageData } from "../src/report/html/page-data.ts";
import { counted, h } from "./element.ts";
import { severityNames } from "./findings.ts";
import type { State } from "./state.ts";

/** The figures at the head: scores with what costs most, findings by severity, what was read. */
export function summaryView(data: PageData, state: State): HTMLElement {
  return h(
    "section",
    { id: "summary", "aria-labelledby": "summary-title" },
    h("h2", { id: "summary-title" }, "Summary"),
    h(
      "div",
      { class: "scores" },
      data.scores.map(({ name, value }) =>
        h(
          "div",
          { class: "score" },
          h("span", { class: "score-name" }, name),
          h("strong", { class: `score-value ${scoreClass(value)}` }, value === null ? "none" : String(tenths(value))),
          h("span", { class: "of" }, value === null ? "not scored" : "of 100"),
        ),
      ),
    ),
    severityLinks(data, state),
    h(
      "dl",
      { class: "figures" },
      data.summary.map(([label, text]) => [h("dt", {}, label), h("dd", {}, text)]),
    ),
    termsTable(data),
    data.notEvaluated.length === 0
      ? undefined
      : h(
          "details",
          {},
          h("summary", {}, `${counted(data.notEvaluated.length, "rule")} not evaluated, and why`),
          h(
            "ul",
            {},
            data.notEvaluated.map((line) => h("li", {}, line)),
          ),
        ),
  );
}

function severityLinks({ findings }: PageData, state: State): HTMLElement {
  const counts = severityNames.map((_, severity) =>
    findings.reduce((sum, finding) => sum + (finding.severity === severity ? 1 + (finding.repeats ?? 0) : 0), 0),
  );
  return h(
    "ul",
    { class: "severities", "aria-label": "Findings by severity" },
    severityNames.map((name, severity) =>
      h(
        "li",
        {},
        h(
          "a",
          { class: `severity severity-${name}`, href: state.link({ tab: "findings", severity: name }) },
          `${(counts[severity] ?? 0).toLocaleString("en-US")} ${name}`,
        ),
      ),
    ),
  );
}

function termsTable({ terms }: PageData): HTMLElement | undefined {
  if (terms.length === 0) return undefined;
  return h(
    "table",
    {},
    h("caption", {}, "What the security score is made of"),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        ["Term", "Points", "Why", "Costs most"].map((title) => h("th", { scope: "col" }, title)),
      ),
    ),
    h(
      "tbody",
      {},
      terms.map(({ name, weight, value, note, costliest }) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, name),
          h(
            "td",
            { class: "figure" },
            value === null ? "not scored" : `${tenths((value * weight) / 100)} of ${tenths(weight)}`,
          ),
          h("td", {}, note),
          h("td", {}, costliest ?? ""),
        ),
      ),
    ),
  );
}

function scoreClass(value: number | null): string {
  if (value === null) return "score-none";
  return value >= 80 ? "score-good" : value >= 50 ? "score-fair" : "score-poor";
}

function tenths(figure: number): number {
  return Math.round(figure * 10) / 10;
}
