/** Pictures without Graphviz: "@npa/core/svg". An entry of its own, for it loads 1.4 MB of WebAssembly. */
export { toSvg } from "../report/svg.ts";
