import type { JsonValue, Ports } from "@npa/core";
import { exposure, type ExposedDirection, type ExposureReport } from "@npa/core/exposure";
import { describe, expect, it } from "vitest";
import { type Connections, connectionsOfPorts, formatConnections, union } from "./connections.ts";
import { corpusCluster, corpusText, hasCorpus } from "./corpus.ts";
import { type NetpolOptions, clusterWideCases, netpolCases, netpolFolder, titled } from "./netpol-analyzer-cases.ts";
import { type ExposedLine, parseExposure, parseUnprotected, withNames } from "./netpol-analyzer-exposure.ts";
import { theirAssumptions } from "./npa-relation.ts";
import { unexplained } from "./unexplained.ts";

/** What an answer is about: of their options `focusWorkloads`, `focusDirection` and `focusConn`. */
type Focus = (line: ExposedLine) => boolean;

const cases = [...netpolCases("list-exposure"), ...clusterWideCases("list-exposure")].filter(
  ({ expectedFile }) => expectedFile !== null,
);

describe.runIf(hasCorpus)("netpol-analyzer: who is exposed", () => {
  it.for(titled(cases))("%s", async ([id, { inputDirs, expectedFile, format, options, needs }]) => {
    const text = corpusText(netpolFolder, expectedFile ?? "");
    const focus = focusOf(options);
    const differing = await unexplained(`${id} exposure`, async ({ edit, rename = (name) => name, assumptions }) => {
      const cluster = await corpusCluster(netpolFolder, inputDirs, edit);
      const report = exposure(cluster, { assumptions: { ...theirAssumptions(cluster), ...assumptions } });
      return [
        ...differences(report, parseExposure(rename(text), format), focus),
        // To them a pod is protected when an AdminNetworkPolicy selects it, though all that it does not deny stays open.
        ...(format === "txt"
          ? unprotectedDifferences(report, parseUnprotected(rename(text)), focus).filter(
              (line) => !line.startsWith("npa has") || !needs.some((need) => need.endsWith("anp")),
            )
          : []),
      ];
    });
    expect(differing).toEqual([]);
  });
});

function focusOf({ focusWorkloads, focusDirection, focusConn }: NetpolOptions): Focus {
  const isWanted = (workload: string): boolean => {
    const name = workload.replace(/\[.*/, "");
    return focusWorkloads?.some((focus) => name === focus || name.endsWith(`/${focus}`)) ?? true;
  };
  return ({ workload, direction, connections }) =>
    isWanted(workload) &&
    (focusDirection ?? direction) === direction &&
    (focusConn === undefined ||
      connections === "everything" ||
      connections.includes(focusConn.toUpperCase().replace("-", "/")));
}

/** Theirs that npa does not have, and what npa has of everybody, whole namespaces and missing labels that they do not. */
function differences(report: ExposureReport, theirs: readonly ExposedLine[], focus: Focus): readonly string[] {
  const all = report.workloads.flatMap(({ id, ingress, egress }) => {
    const name = id.replace(/\{.*\}$/, "");
    return [...linesOf(name, "ingress", ingress), ...linesOf(name, "egress", egress)];
  });
  const ours = all.filter(focus);
  const key = ({ workload, direction, peer }: ExposedLine): string => `${workload} ${direction} ${peer}`;
  const known = new Map(ours.map((line) => [key(line), line]));
  const wanted = new Set(theirs.map(key));
  const lacking = theirs.flatMap((line) => {
    const own = known.get(key(line));
    if (own === undefined) return [`they have ${key(line)} : ${line.connections}`];
    return own.connections === line.connections ? [] : [`${key(line)} : ${own.connections}, not ${line.connections}`];
  });
  const more = ours.filter((line) => line.isMissing && !wanted.has(key(line)));
  return [...lacking, ...more.map((line) => `npa has ${key(line)} : ${line.connections}`)];
}

interface OwnLine extends ExposedLine {
  /** Told of pods that are not there. */
  readonly isMissing: boolean;
}

/** Their lines say everything that passes, ours what passes beyond the wider ones. */
function linesOf(workload: string, direction: "ingress" | "egress", exposed: ExposedDirection): readonly OwnLine[] {
  const { cluster, namespaces, labels } = exposed;
  const everybody = cluster === null ? [] : connectionsOfPorts(cluster);
  const ofAll = cluster?.named ?? [];
  const line = (peer: string, connections: Connections, named: readonly string[], isMissing: boolean): OwnLine => ({
    workload,
    direction,
    peer,
    connections: withNames(formatConnections(connections), named),
    isMissing,
  });
  const beyond = (ports: Ports): Connections => union([...everybody, ...connectionsOfPorts(ports)]);
  return [
    ...(cluster?.except ?? []).map((less) =>
      line(
        `${namespaceKey(less.namespaceSelector)} ${selectorText(less.podSelector) || "all"}`,
        connectionsOfPorts(less),
        less.named ?? [],
        false,
      ),
    ),
    ...(cluster === null ? [] : [line("entire-cluster", everybody, ofAll, true)]),
    ...namespaces.map((opening) =>
      line(`${namespaceKey(opening.selector)} all`, beyond(opening), [...ofAll, ...(opening.named ?? [])], true),
    ),
    ...labels.map((opening) =>
      line(
        `${namespaceKey(opening.namespaceSelector)} ${selectorText(opening.podSelector)}`,
        beyond(opening),
        [...ofAll, ...(opening.named ?? [])],
        !opening.present,
      ),
    ),
  ];
}

function namespaceKey(selector: JsonValue): string {
  const text = selectorText(selector);
  return text === "" ? "any" : text.replace(/^kubernetes\.io\/metadata\.name In \[([\w-]+)\]$/, "$1");
}

interface WrittenSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** The requirements of a selector, sorted. */
function selectorText(selector: JsonValue): string {
  const { matchLabels = {}, matchExpressions = [] } = selector as WrittenSelector; // as the report has it
  return [
    ...Object.entries(matchLabels).map(([key, value]) => `${key} In [${value}]`),
    ...matchExpressions.map(({ key, operator, values = [] }) => `${key} ${operator} [${values.join(" ")}]`),
  ]
    .toSorted()
    .join(", ");
}

function unprotectedDifferences(
  { unprotected }: ExposureReport,
  theirs: readonly string[],
  focus: Focus,
): readonly string[] {
  const ours = new Set(
    unprotected.flatMap(({ id, directions }) => {
      const workload = id.replace(/\{.*\}$/, "");
      return directions
        .filter((direction) => focus({ workload, direction, peer: "", connections: "everything" }))
        .map((direction) => `${workload} ${direction}`);
    }),
  );
  const expected = new Set(theirs);
  return [
    ...theirs.filter((line) => !ours.has(line)).map((line) => `they have not protected ${line}`),
    ...[...ours].filter((line) => !expected.has(line)).map((line) => `npa has not protected ${line}`),
  ];
}
