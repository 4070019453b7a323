import type {
  ClusterOpening,
  Door,
  ExposedDirection,
  ExposedWorkload,
  ExposureReport,
  Opening,
  OpeningRule,
  UnprotectedWorkload,
} from "../answers/exposure.ts";
import type { Direction } from "../model/policy.ts";
import type { JsonValue } from "../answers/finding.ts";
import { groupBy } from "../lib/group-by.ts";
import { printable } from "./escape.ts";
import { counted, objectText, placeText, portsText, shortened } from "./words.ts";

const shownExceptions = 5;

/** What is told of together: openings of many workloads to the same. */
export interface ExposureRow {
  /** To what: `internet`, `every pod`, `namespaces team=ops`, `pods app=x in namespaces team=ops`. */
  readonly what: string;
  readonly ports: string;
  readonly isUncertain: boolean;
  readonly workloads: readonly string[];
  /** Rules by which it is open; empty where nothing isolates. */
  readonly through: readonly OpeningRule[];
}

/** One kind of opening in one direction, with the workloads that have it. */
export interface ExposureSection {
  readonly direction: "ingress" | "egress";
  readonly kind: "internet" | "cluster" | "namespaces" | "labels";
  readonly rows: readonly ExposureRow[];
}

/** One opening of one workload. */
export interface ToldOpening {
  readonly kind: ExposureSection["kind"];
  readonly what: string;
  readonly present?: boolean;
  readonly opening: Opening;
}

/** The kinds of openings, the widest first. */
const exposureKinds = ["internet", "cluster", "namespaces", "labels"] as const;

/** `TCP 8080`, `TCP 53 and the ports named dns/UDP`, `All (uncertain)`, `TCP 1-90 (of which TCP 80 is uncertain)`. */
export function openPortsText(opening: Omit<Opening, "through">): string {
  return `${plainPortsText(opening)}${uncertainText(opening)}`;
}

function uncertainText({ ports, all, uncertain }: Omit<Opening, "through">): string {
  if (uncertain === undefined) return "";
  const text = portsText(uncertain);
  return text === portsText({ ports, all }) ? " (uncertain)" : ` (of which ${text} is uncertain)`;
}

function plainPortsText(opening: Omit<Opening, "through">): string {
  const { named = [], ports, all } = opening;
  if (named.length === 0) return portsText({ ports, all });
  const names = `${named.length === 1 ? "the port" : "the ports"} named ${printable(named.join(", "))}`;
  return Object.keys(ports).length === 0 ? names : `${portsText({ ports, all })} and ${names}`;
}

/** `, but pods role=monitoring in any namespace (nothing)`. */
function exceptText({ except = [] }: ClusterOpening): string {
  if (except.length === 0) return "";
  const told = except.slice(0, shownExceptions).map(({ namespaceSelector, podSelector, ...ports }) => {
    const isNothing = !ports.all && Object.keys(ports.ports).length === 0 && ports.named === undefined;
    const who = selectorText(podSelector) === "any" ? "all pods" : `pods ${selectorText(podSelector)}`;
    return `${who} in ${namespacesText(namespaceSelector)} (${isNothing ? "nothing" : `only ${openPortsText(ports)}`})`;
  });
  const more = except.length > shownExceptions ? ` and ${except.length - shownExceptions} more` : "";
  return `, but ${told.join(", ")}${more}`;
}

/** The openings of one workload in one direction, in words. */
export function openingsOf({ internet, cluster, namespaces, labels }: ExposedDirection): readonly ToldOpening[] {
  return [
    ...internet.map((opening): ToldOpening => ({ kind: "internet", what: opening.ranges.join(", "), opening })),
    ...(cluster === null
      ? []
      : [{ kind: "cluster" as const, what: `every pod${exceptText(cluster)}`, opening: cluster }]),
    ...namespaces.map((opening): ToldOpening => ({
      kind: "namespaces",
      what: `namespaces ${selectorText(opening.selector)}`,
      opening,
    })),
    ...labels.map((opening): ToldOpening => ({
      kind: "labels",
      what: `pods ${selectorText(opening.podSelector)} in ${namespacesText(opening.namespaceSelector)}${opening.present ? "" : " (no such pod)"}`,
      present: opening.present,
      opening,
    })),
  ];
}

/** The openings of all workloads: those to the same on the same ports are one row. */
export function exposureSections({ workloads }: Pick<ExposureReport, "workloads">): readonly ExposureSection[] {
  return (["ingress", "egress"] as const).flatMap((direction) => {
    const told = workloads.flatMap((workload) =>
      openingsOf(workload[direction]).map((each) => ({ workload, ...each })),
    );
    return exposureKinds.flatMap((kind) => {
      const rows = rowsOf(
        told.filter((each) => each.kind === kind),
        direction,
      );
      return rows.length === 0 ? [] : [{ direction, kind, rows }];
    });
  });
}

function rowsOf(
  told: readonly (ToldOpening & { readonly workload: ExposedWorkload })[],
  direction: "ingress" | "egress",
): readonly ExposureRow[] {
  return [...groupBy(told, ({ what, opening }) => `${what}\u0000${openPortsText(opening)}`).values()]
    .map((group): ExposureRow => {
      const { what, opening } = group[0] as ToldOpening; // groups are not empty
      const rules = group.flatMap((each) =>
        each.opening.through.flatMap((at) => each.workload[direction].through[at] ?? []),
      );
      const distinct = new Map(
        rules.map((rule) => [`${placeText(rule.location)} ${rule.rule} ${rule.requests?.join() ?? ""}`, rule]),
      );
      return {
        what,
        ports: openPortsText(opening),
        isUncertain: opening.uncertain !== undefined,
        workloads: group.map(({ workload }) => workload.id),
        through: [...distinct.values()],
      };
    })
    .toSorted((a, b) => b.workloads.length - a.workloads.length || (a.what < b.what ? -1 : 1));
}

const shownRequests = 4;

/** The directions of a workload that is not protected: `in and out (out uncertain)`. */
export function directionsText(
  { directions, uncertain = [] }: UnprotectedWorkload,
  words: Readonly<Record<Direction, string>>,
  and: string,
): string {
  const texts = directions.map((each) => words[each]).join(and);
  const open = uncertain.map((each) => words[each]).join(and);
  return uncertain.length === 0 ? texts : `${texts} (${open === texts ? "" : `${open} `}uncertain)`;
}

/** `NetworkPolicy shop/web spec.ingress[0] (web.yaml:12:7) and 3 more`, or that no policy isolates. */
export function throughText(through: readonly OpeningRule[], isUncertain = false): string {
  const [first] = through;
  if (first === undefined)
    return isUncertain ? "it hangs on what the input does not give, or could not be read" : "no policy isolates them";
  const rest = through.length - 1;
  const { requests } = first;
  const some =
    requests === undefined ? "" : ` for some requests: ${shortened(requests, requests.length, shownRequests)}`;
  return `${objectText(first.object)} ${printable(first.rule)} (${placeText(first.location)})${some}${rest === 0 ? "" : ` and ${counted(rest, "more rule")}`}`;
}

function namespacesText(selector: JsonValue): string {
  const text = selectorText(selector);
  const name = /^kubernetes\.io\/metadata\.name=([^,| ]+)$/.exec(text)?.[1];
  if (name !== undefined) return `namespace ${name}`;
  return text === "any" ? "any namespace" : `namespaces ${text}`;
}

interface Written {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** A selector as people write it: `app=web,tier in (a|b),!legacy`; `any` for the empty one. */
function selectorText(selector: JsonValue): string {
  const { matchLabels = {}, matchExpressions = [] } = selector as Written; // made by npa from a Selector
  const parts = [
    ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
    ...matchExpressions.map(({ key, operator, values = [] }) => {
      if (operator === "Exists") return key;
      if (operator === "DoesNotExist") return `!${key}`;
      const [only] = values;
      if (operator === "In") return values.length === 1 ? `${key}=${only}` : `${key} in (${values.join("|")})`;
      return values.length === 1 ? `${key}!=${only}` : `${key} not in (${values.join("|")})`;
    }),
  ];
  return parts.length === 0 ? "any" : parts.join(",");
}

/** `LoadBalancer`, `Ingress shop/web`: what a door is, and where it leads. */
export function doorText({ object, service, backend, ...ports }: Door): string {
  const through = object.kind === "Service" ? "" : ` through Service ${printable(service)}`;
  return backend === undefined
    ? `${objectText(object)}${through}`
    : `${objectText(object)} to ${printable(backend)}${through} : ${portsText(ports)}`;
}

/** `12 workloads: 3 are open to the internet, 1 may reach it; 2 are not protected in some direction.` */
export function exposureSentence({ workloads, unprotected, doors }: ExposureReport): string {
  if (workloads.length === 0) return "the input has no workloads: there is nothing to be exposed";
  const open = (direction: "ingress" | "egress"): number =>
    workloads.filter((workload) =>
      workload[direction].internet.some(({ ranges }) => ranges.some((range) => range.startsWith("internet"))),
    ).length;
  const cluster = workloads.filter(({ ingress }) => ingress.cluster !== null).length;
  const doorsOpen = doors.filter((door) => door.open !== "no").length;
  return [
    `${counted(workloads.length, "workload")}: ${open("ingress")} open to the internet, ${cluster} to every pod of the cluster, ${open("egress")} may reach the internet`,
    `${unprotected.length} not isolated in some direction`,
    ...(doors.length === 0
      ? []
      : [`${counted(doors.length, "door")} from outside, ${doorsOpen} of them open or maybe open`]),
  ].join("; ");
}
