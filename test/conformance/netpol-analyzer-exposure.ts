import { parseConnections } from "./netpol-analyzer-output.ts";

/** One line of an exposure: who is open to whom. */
export interface ExposedLine {
  readonly workload: string;
  readonly direction: "ingress" | "egress";
  /** `entire-cluster`, or a namespace and labels: `name|any|requirements` and `all|requirements`. */
  readonly peer: string;
  readonly connections: string;
}

interface JsonExposure {
  readonly exposure_results?: {
    readonly egress_exposure?: readonly JsonRow[] | null;
    readonly ingress_exposure?: readonly JsonRow[] | null;
  };
}

interface JsonRow {
  readonly src: string;
  readonly dst: string;
  readonly conn: string;
}

/** Reads what they say of pods that are not there. Addresses outside are in the list as well, and compared there. */
export function parseExposure(text: string, format: "txt" | "json"): readonly ExposedLine[] {
  const rows = format === "json" ? jsonRows(text) : textRows(text);
  return rows
    .filter(({ peer }) => !peer.endsWith("[External]"))
    .map((row) => ({ ...row, peer: peerKey(row.peer), connections: parsePorts(row.connections) }));
}

/** `TCP 80,http`: numbers, and names that pods which are not there may give any number; without a protocol, of each. */
function parsePorts(text: string): string {
  const isName = (item: string): boolean => /^(?:[A-Z]+ )?(?=[^ ]*[a-z])[a-z0-9-]+$/.test(item.trim());
  if (text.endsWith(" Connections")) return parseConnections(text);
  const items = text.split(",");
  const numbers = items.filter((item) => !isName(item)).join(",");
  return withNames(
    numbers === "" ? "nothing" : parseConnections(numbers),
    items.filter(isName).map((item) => item.trim().replace(/^[A-Z]+ /, "")),
  );
}

/** What passes by number, with what passes by name of a port: `http`, or `http/TCP`. */
export function withNames(numbers: string, names: readonly string[]): string {
  const told = [...new Set(names.map((name) => name.replace(/\/.*$/, "")))].toSorted();
  return told.length === 0 ? numbers : `${numbers} and ${told.join(" ")}`;
}

function textRows(text: string): readonly ExposedLine[] {
  const part = text.split("Exposure Analysis Result:")[1] ?? "";
  return [...part.matchAll(/^(\S+)\s+(=>|<=)\s+(.+?) : (.+)$/gm)].map(
    ([, workload = "", arrow, peer = "", connections = ""]) => ({
      workload,
      direction: arrow === "=>" ? "egress" : "ingress",
      peer,
      connections,
    }),
  );
}

function jsonRows(text: string): readonly ExposedLine[] {
  const { exposure_results: results = {} } = JSON.parse(text) as JsonExposure; // their documented form
  const [out, into] = [results.egress_exposure ?? [], results.ingress_exposure ?? []];
  return [
    ...out.map(({ src, dst, conn }): ExposedLine => ({
      workload: src,
      direction: "egress",
      peer: dst,
      connections: conn,
    })),
    ...into.map(({ src, dst, conn }): ExposedLine => ({
      workload: dst,
      direction: "ingress",
      peer: src,
      connections: conn,
    })),
  ];
}

/** `[namespace with {a=b}]/[all pods]`, `new-ns/[pod with {app=x}]`. */
function peerKey(peer: string): string {
  const match =
    /^(?:\[all namespaces\]|\[namespace with \{(?<labels>.*?)\}\]|(?<name>[\w-]+))\/\[(?:all pods|pod with \{(?<pods>.*)\})\]$/.exec(
      peer,
    );
  if (match === null) return peer;
  const { labels, name, pods } = match.groups ?? {};
  const namespace = name ?? (labels === undefined ? "any" : requirements(labels));
  return `${namespace} ${pods === undefined ? "all" : requirements(pods)}`;
}

/** `app=x,{Key:role,Operator:NotIn,Values:[a b],}` as sorted requirements. */
function requirements(text: string): string {
  const expressions = [...text.matchAll(/\{Key:([^,]+),Operator:(\w+),Values:\[([^\]]*)\],\}/g)].map(
    ([, key = "", operator = "", values = ""]) => `${key} ${operator} [${values}]`,
  );
  const labels = text
    .replaceAll(/\{[^{}]*\}/g, "")
    .split(",")
    .flatMap((part) => {
      const [key = "", value] = part.split("=");
      return value === undefined ? [] : [`${key} In [${value}]`];
    });
  return [...labels, ...expressions].toSorted().join(", ");
}

/** The workloads that they call not protected, with the direction. */
export function parseUnprotected(text: string): readonly string[] {
  return [...text.matchAll(/^(\S+) is not protected on (Ingress|Egress)$/gm)].map(
    ([, workload = "", direction = ""]) => `${workload} ${direction.toLowerCase()}`,
  );
}
