import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Endpoint } from "../../src/answers/endpoint.ts";
import { foldAlikeNamespaces } from "../../src/query/alike-namespaces.ts";
import type { TargetGroup } from "../../src/query/group-connections.ts";

const teams = ["a", "b", "c", "d"];
const names = ["x", "y"];
const endpoints = [...teams, "other"].flatMap((namespace) =>
  names.map((name): Endpoint => ({
    id: `${namespace}/${name}`,
    type: "workload",
    namespace,
    name,
    workloadKind: "Pod",
    pods: 1,
  })),
);

/** One line `source target port`; in each team, between two teams, or with the outside. */
const arbitraryLines = fc
  .record({
    own: fc.subarray(names.flatMap((s) => names.map((t) => [s, t] as const))),
    mates: fc.subarray(names.flatMap((s) => names.map((t) => [s, t] as const))),
    other: fc.subarray(names.flatMap((s) => names.flatMap((t) => [`${s} other/${t}`, `other/${t} ${s}`]))),
    outside: fc.subarray(names.flatMap((name) => [`internet ${name}`, `${name} internet`])),
    port: fc.constantFrom("1", "2"),
    more: fc.array(fc.tuple(fc.constantFrom(...endpoints), fc.constantFrom(...endpoints)), { maxLength: 2 }),
  })
  .map(({ own, mates, other, outside, port, more }) => {
    const inTeam = (text: string, team: string): string =>
      text
        .split(" ")
        .map((end) => (names.includes(end) ? `${team}/${end}` : end))
        .join(" ");
    return [
      ...teams.flatMap((team) => [
        ...own.map(([s, t]) => `${team}/${s} ${team}/${t} ${port}`),
        ...teams
          .filter((mate) => mate !== team)
          .flatMap((mate) => mates.map(([s, t]) => `${team}/${s} ${mate}/${t} 1`)),
        ...[...other, ...outside].map((line) => `${inTeam(line, team)} ${port}`),
      ]),
      ...more.map(([s, t]) => `${s.id} ${t.id} 1`),
    ];
  });

function groupsOf(lines: readonly string[]): readonly TargetGroup[] {
  const targets = new Map<string, Map<string, Set<string>>>();
  for (const line of lines.toSorted()) {
    const [source = "", target = "", port = ""] = line.split(" ");
    const rows = targets.get(target) ?? new Map<string, Set<string>>();
    rows.set(port, (rows.get(port) ?? new Set()).add(source));
    targets.set(target, rows);
  }
  return [...targets]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([target, rows]) => ({
      target,
      rows: [...rows].map(([port, sources]) => ({
        ports: { ports: { TCP: [port] }, all: false },
        sources: [...sources],
      })),
    }));
}

/** All that folded groups tell, line by line. */
function told(groups: readonly TargetGroup[]): readonly string[] {
  const teamOf = (text: string): string => text.split("/")[0] ?? "";
  const blocks = new Map(groups.flatMap(({ target, alike }) => (alike === undefined ? [] : [[teamOf(target), alike]])));
  const swapped = (text: string, a: string, b: string): string => {
    const team = teamOf(text);
    if (!text.includes("/")) return text;
    return team === a ? text.replace(`${a}/`, `${b}/`) : team === b ? text.replace(`${b}/`, `${a}/`) : text;
  };
  const lines = groups.flatMap(({ target, rows }) => {
    const own = rows.flatMap(({ ports, sources, alike = [] }) => {
      const port = Object.values(ports.ports)[0]?.[0] ?? "";
      const others = alike.flatMap(({ namespaces: mates, of, names: each }) => {
        const ofFirst = sources.filter((source) => teamOf(source) === of).map((source) => source.slice(of.length + 1));
        return mates.flatMap((mate) => (each.length === 0 ? ofFirst : each).map((name) => `${mate}/${name}`));
      });
      return [...sources, ...others].map((source) => ({ source, target, port }));
    });
    const mates = blocks.get(teamOf(target)) ?? [];
    const copies = mates.flatMap((mate) =>
      own.map(({ source, port }) => ({
        source: swapped(source, teamOf(target), mate),
        target: swapped(target, teamOf(target), mate),
        port,
      })),
    );
    return [...own, ...copies];
  });
  return lines.map(({ source, target, port }) => `${source} ${target} ${port}`).toSorted();
}

describe("namespaces that are alike", () => {
  it("are told by one of them, and nothing else is told", () => {
    let folded = 0;
    fc.assert(
      fc.property(arbitraryLines, (written) => {
        const lines = [...new Set(written)].toSorted();
        const groups = foldAlikeNamespaces(groupsOf(lines), endpoints);
        expect(told(groups)).toEqual(lines);
        if (groups.some(({ alike }) => alike !== undefined)) folded++;
      }),
      { numRuns: 200 },
    );
    expect(folded).toBeGreaterThan(20);
  });

  it("are not those that stand in a ring, or of which one is different", () => {
    const ring = teams.map((team, i) => `${team}/x ${teams[(i + 1) % teams.length]}/x 1`);
    expect(told(foldAlikeNamespaces(groupsOf(ring), endpoints))).toEqual(ring.toSorted());
    expect(foldAlikeNamespaces(groupsOf(ring), endpoints)).toHaveLength(teams.length);
  });
});
