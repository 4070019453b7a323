import { instance } from "@viz-js/viz";
import { type DrawnGraph, toDot } from "./dot.ts";

/**
 * The graph as an SVG image, laid out by Graphviz in WebAssembly: no Graphviz needs to be installed. Needs the optional
 * peer `@viz-js/viz`. Laying out takes seconds for a few hundred nodes: fold first.
 */
export async function toSvg(graph: DrawnGraph): Promise<string> {
  return (await instance()).renderString(toDot(graph), { format: "svg", engine: "dot" });
}
