import type { JsonValue, Ports } from "@npa/core";
import { exposure, type ExposedDirection, type ExposureReport } from "@npa/core/exposure";
import { describe, expect, it } from "vitest";
import { type Connections, connectionsOfPorts, formatConnections, union } from "./connections.ts";
import { corpusCluster, corpusText, hasCorpus } from "./corpus.ts";
import { netpolCases, netpolFolder, titled } from "./netpol-analyzer-cases.ts";
import { type ExposedLine, parseExposure, parseUnprotected } from "./netpol-analyzer-exposure.ts";
import { theirAssumptions } from "./npa-relation.ts";
import { unexplained } from "./unexplained.ts";

/**
 * They print the names of ports that pods which are not there would have to declare (`TCP http`). npa says that pods which
 * are not there declare none: their stand-ins have no ports (docs/exposure.md).
 */
const withNames = /_with_named_ports?_/;

const cases = netpolCases("list-exposure").filter(
  ({ id, expectedFile, options }) =>
    expectedFile !== null && options.focusWorkloads === undefined && !withNames.test(id),
);

describe.runIf(hasCorpus)("netpol-analyzer: who is exposed", () => {
  it.for(titled(cases))("%s", async ([id, { inputDirs, expectedFile, format }]) => {
    const text = corpusText(netpolFolder, expectedFile ?? "");
    const differing = await unexplained(`${id} exposure`, async ({ edit, rename = (name) => name, assumptions }) => {
      const cluster = await corpusCluster(netpolFolder, inputDirs, edit);
      const report = exposure(cluster, { assumptions: { ...theirAssumptions(cluster), ...assumptions } });
      return [
        ...differences(report, parseExposure(rename(text), format)),
        ...(format === "txt" ? unprotectedDifferences(report, parseUnprotected(rename(text))) : []),
      ];
    });
    expect(differing).toEqual([]);
  });
});

/** Theirs that npa does not have, and what npa has of everybody, whole namespaces and missing labels that they do not. */
function differences(report: ExposureReport, theirs: readonly ExposedLine[]): readonly string[] {
  const ours = report.workloads.flatMap(({ id, ingress, egress }) => {
    const name = id.replace(/\{.*\}$/, "");
    return [...linesOf(name, "ingress", ingress), ...linesOf(name, "egress", egress)];
  });
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
  const line = (peer: string, connections: Connections, isMissing: boolean): OwnLine => ({
    workload,
    direction,
    peer,
    connections: formatConnections(connections),
    isMissing,
  });
  const beyond = (ports: Ports): Connections => union([...everybody, ...connectionsOfPorts(ports)]);
  return [
    ...(cluster === null ? [] : [line("entire-cluster", everybody, true)]),
    ...namespaces.map((opening) => line(`${namespaceKey(opening.selector)} all`, beyond(opening), true)),
    ...labels.map((opening) =>
      line(
        `${namespaceKey(opening.namespaceSelector)} ${selectorText(opening.podSelector)}`,
        beyond(opening),
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

function unprotectedDifferences({ unprotected }: ExposureReport, theirs: readonly string[]): readonly string[] {
  const ours = new Set(
    unprotected.flatMap(({ id, directions }) => directions.map((one) => `${id.replace(/\{.*\}$/, "")} ${one}`)),
  );
  const expected = new Set(theirs);
  return [
    ...theirs.filter((line) => !ours.has(line)).map((line) => `they have not protected ${line}`),
    ...[...ours].filter((line) => !expected.has(line)).map((line) => `npa has not protected ${line}`),
  ];
}
