import type { PageNode } from "../src/report/html/page-data.ts";

/** Where a node is drawn. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** The nodes of a box around its middle, the boxes around the middle of all, the biggest first; what is outside of the cluster on the left. Always the same. */
export function places(nodes: readonly PageNode[]): readonly Place[] {
  const boxes = new Map<string, number[]>();
  const outside: number[] = [];
  nodes.forEach(({ box, look }, at) => {
    if (look === "other") outside.push(at);
    else boxes.set(box === "" ? `\u0000${at}` : box, [...(boxes.get(box === "" ? `\u0000${at}` : box) ?? []), at]);
  });
  const result: Place[] = nodes.map(() => ({ x: 0, y: 0 }));
  const sorted = [...boxes.values()].toSorted((a, b) => b.length - a.length || (a[0] ?? 0) - (b[0] ?? 0));
  const widest = radiusOf(sorted[0]?.length ?? 1);
  let reach = 0;
  sorted.forEach((members, at) => {
    // A sunflower: each next box a golden angle on, as far out as its number asks.
    const distance = sorted.length === 1 ? 0 : (widest + 1.5) * 1.25 * Math.sqrt(at + 0.5);
    const angle = at * Math.PI * (3 - Math.sqrt(5));
    const middle = { x: distance * Math.cos(angle), y: distance * Math.sin(angle) };
    const radius = radiusOf(members.length);
    reach = Math.max(reach, distance + radius);
    members.forEach((node, i) => {
      const turn = (2 * Math.PI * i) / members.length;
      result[node] =
        members.length === 1
          ? middle
          : { x: middle.x + radius * Math.cos(turn), y: middle.y + radius * Math.sin(turn) };
    });
  });
  outside.forEach((node, i) => {
    const turn = Math.PI + (i - (outside.length - 1) / 2) * Math.min(0.4, Math.PI / outside.length);
    result[node] = { x: (reach + 2) * Math.cos(turn), y: (reach + 2) * Math.sin(turn) };
  });
  return result;
}

function radiusOf(count: number): number {
  return count === 1 ? 0 : Math.max(0.8, count / (2 * Math.PI));
}
