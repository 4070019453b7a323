import { type Ports, defaultAssumptions, readManifests } from "@npa/core";
import { type ExposedDirection, exposure } from "@npa/core/exposure";
import { type KubeObject, arbitraryCluster, arbitraryTieredCluster } from "@npa/fixtures";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listEndpoints } from "../../packages/core/src/reachability/endpoints.ts";
import { formatPorts } from "../../packages/core/src/reachability/format-ports.ts";
import { Reachability } from "../../packages/core/src/reachability/reachability.ts";
import {
  type ConnectionId,
  type ConnectionTable,
  allConnections,
  noConnections,
} from "../../packages/core/src/sets/connection-set.ts";
import { parsePort } from "../../packages/core/src/sets/parse-port.ts";

const runs = Number(process.env["NPA_PROPERTY_RUNS"] ?? 50);
const assumptions = { ...defaultAssumptions, unknownNamespaceLabels: "absent" as const };

/** What one workload and another that is there may send, and what the openings of the first tell of it. */
interface Compared {
  readonly direction: "ingress" | "egress";
  readonly of: string;
  readonly other: string;
  readonly opened: ConnectionId;
  readonly may: ConnectionId;
  readonly table: ConnectionTable;
}

function* compared(objects: readonly KubeObject[]): Generator<Compared> {
  const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  const cluster = readManifests([{ name: "c.json", text }]);
  const report = exposure(cluster, { assumptions });
  const reachability = new Reachability(cluster, { assumptions });
  const { table } = reachability;
  const endpoints = listEndpoints(reachability).filter(
    ({ classId }) => reachability.podClass(classId)?.onNode === false,
  );
  for (const { endpoint, classId } of endpoints) {
    const told = report.workloads.find(({ id }) => id === endpoint.id);
    if (told === undefined) continue;
    for (const other of endpoints) {
      const namespace = cluster.namespaces.get(other.workload?.namespace ?? "")?.labels ?? {};
      const labels = reachability.podClass(other.classId)?.labels ?? {};
      for (const direction of ["ingress", "egress"] as const) {
        const { cluster: ofAll } = told[direction];
        const everybody = (ofAll?.except ?? [])
          .filter((each) => matches(each.namespaceSelector, namespace) && matches(each.podSelector, labels))
          .reduce(
            (rest, each) => table.intersection(rest, idOf(each, table)),
            ofAll === null ? noConnections : idOf(ofAll, table),
          );
        const opened = openingsOf(told[direction], labels, namespace).reduce(
          (sum, ports) => table.union(sum, idOf(ports, table)),
          everybody,
        );
        const row = reachability.possible[direction].rowOf[classId]?.connections(other.classId) ?? noConnections;
        // A pod of one family may less, and openings are told for both.
        const may = idOf(formatPorts(row, table), table);
        yield { direction, of: endpoint.id, other: other.endpoint.id, opened, may, table };
      }
    }
  }
}

function idOf({ ports, all }: Ports, table: ConnectionTable): ConnectionId {
  if (all) return allConnections;
  return table.ofPorts(
    Object.entries(ports).flatMap(([protocol, ranges]: [string, readonly string[]]) =>
      ranges.map((range) => parsePort(`${range}/${protocol}`)),
    ),
  );
}

describe("exposure", () => {
  it("holds of the pods that are there: what is told that they may send, they may, and no more than some opening tells", () => {
    let pairs = 0;
    fc.assert(
      fc.property(arbitraryCluster(), (objects) => {
        for (const { direction, of, other, opened, may, table } of compared(objects)) {
          // Of pods that are not there egress by name of a port is told by name.
          const told = direction === "ingress" ? opened : table.intersection(may, opened);
          const expected = direction === "ingress" ? may : opened;
          const shown = (id: ConnectionId): object => ({ direction, of, other, ports: [...table.ports(id)] });
          expect(shown(told)).toEqual(shown(expected));
          pairs++;
        }
      }),
      { numRuns: runs },
    );
    expect(pairs).toBeGreaterThan(runs);
  });

  it("tells nothing that rules of another tier deny", () => {
    fc.assert(
      fc.property(arbitraryTieredCluster(), (objects) => {
        // Of addresses and port names of pods that are not there, and of peers in the form of v0.1.1, nothing is told (docs/exposure.md).
        fc.pre(
          !/"(?:networks|nodes|\w*[nN]amedPort|notSameLabels|sameLabels|namespaces":\{"namespaceSelector)"/.test(
            JSON.stringify(objects),
          ),
        );
        for (const { direction, of, other, opened, may, table } of compared(objects))
          expect({ direction, of, other, more: [...table.ports(table.difference(opened, may))] }).toEqual({
            direction,
            of,
            other,
            more: [],
          });
      }),
      { numRuns: runs },
    );
  });
});

type Labels = Readonly<Record<string, string>>;

interface WrittenSelector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

function openingsOf({ namespaces, labels }: ExposedDirection, pod: Labels, namespace: Labels): readonly Ports[] {
  return [
    ...namespaces.filter(({ selector }) => matches(selector, namespace)),
    ...labels.filter((each) => matches(each.namespaceSelector, namespace) && matches(each.podSelector, pod)),
  ];
}

function matches(selector: unknown, labels: Labels): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector as WrittenSelector; // as the report has it
  const expressions = matchExpressions.every(({ key, operator, values = [] }) => {
    const value = labels[key];
    if (operator === "Exists") return value !== undefined;
    if (operator === "DoesNotExist") return value === undefined;
    const isIn = value !== undefined && values.includes(value);
    return operator === "In" ? isIn : !isIn;
  });
  return expressions && Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
}
