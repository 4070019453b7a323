import type { PageData, PageFinding } from "../src/report/html/page-data.ts";
import { type Child, counted, h } from "./element.ts";
import { LongList } from "./long-list.ts";
import type { State } from "./state.ts";

/** From worst to least, as the data counts them. */
export const severityNames = ["critical", "high", "medium", "low", "info"] as const;

/** The findings, by rule, with filters that are part of the address. */
export function findingsView(data: PageData, state: State): HTMLElement {
  const count = h("p", { class: "count", role: "status" });
  const list = new LongList<PageFinding>((finding, before) => findingElement(finding, before, data));
  const filters = filterBar(data, state);
  const update = (): void => {
    filters.update();
    const shown = data.findings.filter((finding) => isShown(finding, state));
    count.textContent = `${counted(
      shown.reduce((sum, { repeats = 0 }) => sum + 1 + repeats, 0),
      "finding",
    )}${shown.length === data.findings.length ? "" : " with this filter"}`;
    list.set(shown.toSorted(byRule));
  };
  state.onChange(onlyWhenChanged(["severity", "rule", "namespace", "text"], state, update));
  update();
  return h(
    "section",
    { id: "findings", "aria-labelledby": "findings-title" },
    h("h2", { id: "findings-title" }, "Findings"),
    filters.element,
    count,
    list.element,
  );
}

/** Calls `update` when one of the keys has another value than before. */
export function onlyWhenChanged(keys: readonly string[], state: State, update: () => void): () => void {
  const read = (): string => JSON.stringify(keys.map((key) => state.get(key)));
  let known = read();
  return () => {
    const now = read();
    if (now === known) return;
    known = now;
    update();
  };
}

/** By severity, then rule: within a rule as the report has them. */
function byRule(a: PageFinding, b: PageFinding): number {
  return a.severity - b.severity || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0);
}

function isShown(finding: PageFinding, state: State): boolean {
  const severities = state.list("severity");
  const [rule, namespace, text] = [state.get("rule"), state.get("namespace"), state.get("text").toLowerCase()];
  return (
    (severities.length === 0 || severities.includes(severityNames[finding.severity] ?? "")) &&
    (rule === "" || finding.rule === rule) &&
    (namespace === "" || finding.namespaces.includes(namespace)) &&
    (text === "" ||
      [finding.message, finding.place, finding.object, finding.rule].some((one) => one.toLowerCase().includes(text)))
  );
}

function filterBar(data: PageData, state: State): { readonly element: HTMLElement; readonly update: () => void } {
  const boxes = severityNames.map((name) =>
    h("input", {
      type: "checkbox",
      value: name,
      onchange: () => state.set({ severity: boxes.flatMap((box) => (box.checked ? [box.value] : [])).join() }, true),
    }),
  );
  const rules = [...new Set(data.findings.map(({ rule }) => rule))].toSorted();
  const namespaces = [...new Set(data.findings.flatMap(({ namespaces: names }) => names))]
    .filter((name) => name !== "")
    .toSorted();
  const rule = select("rule", "any rule", rules, state);
  const namespace = select("namespace", "any namespace", namespaces, state);
  const text = h("input", {
    type: "search",
    id: "filter-text",
    placeholder: "message, file or object",
    oninput: () => state.set({ text: text.value }, true),
  });
  const element = h(
    "form",
    {
      class: "filters",
      role: "search",
      "aria-label": "Filter the findings",
      onsubmit: (event) => event.preventDefault(),
    },
    h(
      "fieldset",
      {},
      h("legend", {}, "Severity"),
      severityNames.map((name, at) => h("label", { class: `severity-${name}` }, boxes[at], ` ${name}`)),
    ),
    h("label", {}, "Rule ", rule),
    h("label", {}, "Namespace ", namespace),
    h("label", { for: "filter-text" }, "Text ", text),
    h(
      "button",
      { type: "button", onclick: () => state.set({ severity: "", rule: "", namespace: "", text: "" }, true) },
      "Clear",
    ),
  );
  const update = (): void => {
    const severities = state.list("severity");
    for (const box of boxes) box.checked = severities.includes(box.value);
    rule.value = state.get("rule");
    namespace.value = state.get("namespace");
    if (text.value !== state.get("text")) text.value = state.get("text");
  };
  return { element, update };
}

function select(key: string, any: string, values: readonly string[], state: State): HTMLSelectElement {
  const element = h(
    "select",
    { id: `filter-${key}`, onchange: () => state.set({ [key]: element.value }, true) },
    h("option", { value: "" }, any),
    values.map((value) => h("option", { value }, value)),
  );
  return element;
}

function findingElement(finding: PageFinding, before: PageFinding | undefined, { rules }: PageData): HTMLElement {
  const name = severityNames[finding.severity] ?? "info";
  const isFirst = before?.rule !== finding.rule || before.severity !== finding.severity;
  const head = isFirst
    ? h(
        "h3",
        {},
        h("span", { class: `severity severity-${name}` }, name),
        ` ${finding.rule}`,
        h("small", {}, ` ${rules[finding.rule]?.title ?? ""}`),
      )
    : undefined;
  return h("div", {}, head, h("article", { class: `finding finding-${name}` }, body(finding)));
}

function body(finding: PageFinding): readonly Child[] {
  const { repeats = 0, repeated = [], affected = [], affectedCount = 0, related = [], frame, fix, manifest } = finding;
  return [
    h("p", { class: "message" }, finding.message),
    h(
      "p",
      { class: "place" },
      h("code", {}, finding.place),
      finding.environments === undefined ? "" : ` in ${finding.environments.join(", ")}`,
    ),
    frame === undefined
      ? undefined
      : h("pre", { class: "frame", tabindex: 0, "aria-label": "The lines about the place" }, frame.join("\n")),
    affectedCount === 0 ? undefined : names("Affects", affected, affectedCount),
    repeats === 0 ? undefined : names(`The same ${counted(repeats, "time")} more:`, repeated, repeats),
    related.map((line) => h("p", { class: "related" }, `See ${line}`)),
    fix === undefined
      ? undefined
      : h("p", { class: "fix" }, h("strong", {}, `Fix${finding.fixKind === "safe" ? " (safe)" : ""}: `), fix),
    manifest === undefined
      ? undefined
      : h(
          "details",
          {},
          h("summary", {}, "Manifest to add"),
          h("pre", { tabindex: 0, "aria-label": "Manifest" }, manifest),
        ),
  ];
}

function names(title: string, shown: readonly string[], total: number): HTMLElement {
  const rest = total - shown.length;
  return h(
    "p",
    { class: "names" },
    `${title} ${shown.join(", ")}${rest > 0 ? ` and ${rest.toLocaleString("en-US")} more` : ""}`,
  );
}
