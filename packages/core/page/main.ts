import type { PageData } from "../src/report/html/page-data.ts";
import { h } from "./element.ts";
import { findingsView } from "./findings.ts";
import { graphView } from "./graph.ts";
import { namespacesView } from "./namespaces.ts";
import { policiesView } from "./policies.ts";
import { State } from "./state.ts";
import { summaryView } from "./summary.ts";

const tabs = ["summary", "findings", "graph", "namespaces", "policies"] as const;

/** The data of the page: gzip, written in base64. */
async function readData(): Promise<PageData> {
  const text = document.getElementById("data")?.textContent ?? "";
  const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return (await new Response(stream).json()) as PageData;
}

function page(data: PageData, state: State): readonly HTMLElement[] {
  const links = tabs.map((tab) => h("a", { href: state.link({ tab }) }, tab));
  const sections = [
    summaryView(data, state),
    findingsView(data, state),
    graphView(data, state),
    namespacesView(data, state),
    policiesView(data),
  ];
  const update = (): void => {
    const chosen = tabs.find((tab) => tab === state.get("tab")) ?? "summary";
    tabs.forEach((tab, at) => {
      links[at]?.setAttribute("href", state.link({ tab }));
      if (tab === chosen) links[at]?.setAttribute("aria-current", "page");
      else links[at]?.removeAttribute("aria-current");
    });
    for (const section of sections) section.classList.toggle("inactive", section.id !== chosen);
  };
  state.onChange(update);
  update();
  const made = data.timestamp === null ? "" : ` on ${data.timestamp.replace("T", " ").replace(/\.\d+Z$/, " UTC")}`;
  return [
    h(
      "header",
      {},
      h("h1", {}, data.title),
      h("p", { class: "made" }, `npa ${data.version}${made}`),
      h("nav", { "aria-label": "Parts of the report" }, links),
      h("button", { type: "button", class: "theme", onclick: switchTheme }, "Light or dark"),
    ),
    ...sections,
  ];
}

function switchTheme(): void {
  const root = document.documentElement;
  const isDark =
    root.dataset["theme"] === undefined
      ? matchMedia("(prefers-color-scheme: dark)").matches
      : root.dataset["theme"] === "dark";
  root.dataset["theme"] = isDark ? "light" : "dark";
}

const app = document.getElementById("app");
try {
  app?.replaceChildren(...page(await readData(), new State()));
  document.documentElement.dataset["ready"] = "true";
} catch (error) {
  app?.replaceChildren(h("p", { role: "alert" }, `The report cannot be shown: ${String(error)}`));
}
