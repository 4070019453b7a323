import type { PageData, PagePicture } from "../src/report/html/page-data.ts";
import { h } from "./element.ts";
import type { State } from "./state.ts";

/** The picture of the environment that was chosen; of the first one else. */
export function chosenPicture({ pictures }: PageData, state: State): PagePicture | undefined {
  const name = state.get("environment");
  return pictures.find((picture) => picture.name === name) ?? pictures[0];
}

/** To choose an environment; nothing where there is only one. */
export function pictureSelect({ pictures }: PageData, state: State): HTMLElement | undefined {
  if (pictures.length < 2) return undefined;
  const element = h(
    "select",
    { "aria-label": "Environment", onchange: () => state.set({ environment: element.value, node: "" }, true) },
    pictures.map(({ name = "" }) => h("option", { value: name }, name)),
  );
  const update = (): void => {
    element.value = chosenPicture({ pictures } as PageData, state)?.name ?? "";
  };
  state.onChange(update);
  update();
  return h("p", { class: "filters" }, h("label", {}, "Environment ", element));
}
