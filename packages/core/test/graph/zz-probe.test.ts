import { it } from "vitest";
import { readFileSync, writeFileSync } from "node:fs";
import { generateCluster } from "@npa/fixtures";
import { readCluster, defaultAssumptions } from "@npa/core";
import { Reachability } from "/work/main/packages/core/src/reachability/reachability.ts";
import { buildGraph } from "/work/main/packages/core/src/graph/build-graph.ts";
import { graphJson } from "/work/main/packages/core/src/graph/graph-json.ts";
import { toDot } from "/work/main/packages/core/src/report/dot.ts";
const t = async (name: string, f: () => any) => { const a = performance.now(); const r = f(); console.log(name, Math.round(performance.now() - a), "ms", r); };
it("probe", () => {
  for (const p of (process.env["P"] ?? "S").split(",")) {
    const texts: any[] = []; let items: any[] = []; let n = 0;
    for (const o of generateCluster(p as any)) { items.push(o); if (items.length === 2000) { texts.push({ name: `c${n++}.json`, text: JSON.stringify({ apiVersion: "v1", kind: "List", items }) }); items = []; } }
    texts.push({ name: `c${n++}.json`, text: JSON.stringify({ apiVersion: "v1", kind: "List", items }) });
    const cluster = readCluster(texts);
    let r!: Reachability;
    t(`${p} engine`, () => { r = new Reachability(cluster, { assumptions: defaultAssumptions }); return [r.classCount, r.certain.egress.denseGroups.size, r.certain.ingress.denseGroups.size, r.certain.egress.rows.size, r.certain.ingress.rows.size]; });
    t(`${p} counts`, () => JSON.stringify(r.counts()));
    const show = (b: any) => `${b.graph.order} nodes ${b.graph.size} edges ${b.by} ${b.note}`;
    let g: any;
    t(`${p} graph`, () => show(g = buildGraph(r)));
    t(`${p} dot`, () => { const d = toDot(graphJson(g, {} as any)); writeFileSync(`/tmp/${p}.dot`, d); return d.length; });
    t(`${p} ns`, () => show(buildGraph(r, { by: "namespace" })));
    const w = cluster.workloads[Math.floor(cluster.workloads.length / 2)]!.id;
    t(`${p} from 1 ${w}`, () => show(buildGraph(r, { from: w, hops: 1 })));
    t(`${p} from 2`, () => show(buildGraph(r, { from: w, hops: 2 })));
    t(`${p} from all`, () => show(buildGraph(r, { from: w })));
    t(`${p} external`, () => show(buildGraph(r, { from: "external", hops: 1 })));
    t(`${p} scope`, () => show(buildGraph(r, { namespaces: [cluster.workloads[0]!.namespace] })));
  }
}, 600000);
