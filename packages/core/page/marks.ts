import type { Sigma } from "sigma";
import type { Settings } from "sigma/settings";
import type { NodeDisplayData, PartialButFor } from "sigma/types";

/** As the pictures for paper draw what can be reached from outside. */
const exposedRing = "#d7191c";
const gap = 3;
const longestLabel = 34;
const layer = "exposure";

type Labelled = PartialButFor<NodeDisplayData, "x" | "y" | "size" | "label" | "color">;

/** Draws labels that lines do not cross out, on the side on which there is room for them. */
export function labelDrawer(
  container: HTMLElement,
): (context: CanvasRenderingContext2D, data: Labelled, settings: Settings) => void {
  return (context, { x, y, size, label }, settings) => {
    if (label === null || label === "") return;
    const { color, backgroundColor } = getComputedStyle(container);
    const text = shortened(label);
    context.font = `${settings.labelWeight} ${settings.labelSize}px ${settings.labelFont}`;
    const { width } = context.measureText(text);
    const right = x + size + gap;
    const at = right + width > container.clientWidth ? Math.max(gap, x - size - gap - width) : right;
    context.lineWidth = 4;
    context.lineJoin = "round";
    context.strokeStyle = backgroundColor;
    context.strokeText(text, at, y + settings.labelSize / 3);
    context.fillStyle = color;
    context.fillText(text, at, y + settings.labelSize / 3);
  };
}

/** Draws a ring around nodes after each frame. `shown` says which of them are in view of what is chosen. */
export function drawRings(sigma: Sigma, nodes: readonly string[], shown: (node: string) => boolean): void {
  if (nodes.length === 0) return;
  sigma.createCanvasContext(layer, { style: { pointerEvents: "none" } });
  const context = sigma.getCanvases()[layer]?.getContext("2d");
  if (context === undefined || context === null) return;
  sigma.resize(true);
  sigma.on("afterRender", () => {
    const { width, height } = sigma.getDimensions();
    context.clearRect(0, 0, width, height);
    context.strokeStyle = exposedRing;
    context.lineWidth = 2;
    for (const node of nodes.filter(shown)) {
      const data = sigma.getNodeDisplayData(node);
      if (data === undefined) continue;
      const { x, y } = sigma.framedGraphToViewport(data);
      context.beginPath();
      context.arc(x, y, sigma.scaleSize(data.size) + 3, 0, 2 * Math.PI);
      context.stroke();
    }
  });
}

/** The first name of several. */
function shortened(label: string): string {
  const [first = "", ...others] = label.split(" ... ");
  const name = first.length > longestLabel ? `${first.slice(0, longestLabel - 3)}...` : first;
  return others.length === 0 ? name : `${name} ...`;
}
