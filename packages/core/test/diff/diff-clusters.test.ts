import { type KubeObject, arbitraryCalicoCluster, arbitraryCluster } from "@npa/fixtures";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listConnectivity } from "../../src/analysis/stream-connectivity.ts";
import { diffClusters } from "../../src/analysis/diff-clusters.ts";
import { whatIfStaged } from "../../src/analysis/what-if-staged.ts";
import type { Cluster } from "../../src/model/cluster.ts";
import { readManifests } from "../../src/read/read-manifests.ts";
import { diffCsv } from "../../src/report/diff-csv.ts";
import { diffDot, diffMermaid } from "../../src/report/diff-graph.ts";
import { diffMarkdown } from "../../src/report/diff-markdown.ts";
import { diffText } from "../../src/report/diff-text.ts";
import { schemaErrors } from "../report/schemas.ts";

function clusterOf(objects: readonly KubeObject[]): Cluster {
  return readManifests([{ name: "c.json", text: JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }) }]);
}

const isPolicy = ({ kind }: KubeObject): boolean => kind === "NetworkPolicy";

const pods = ["web", "db", "api"].map((name) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "shop", labels: { app: name } },
}));

function policy(name: string, spec: object): KubeObject {
  return { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name, namespace: "shop" }, spec };
}

const admitWeb = policy("db", {
  podSelector: { matchLabels: { app: "db" } },
  ingress: [{ from: [{ podSelector: { matchLabels: { app: "web" } } }], ports: [{ port: 5432 }] }],
});

describe("diffClusters", () => {
  it("compares a bounded number of changes, and says where there are more", () => {
    const many = Array.from({ length: 9 }, (_, i) => ({
      ...admitWeb,
      kind: "Pod",
      apiVersion: "v1",
      metadata: { name: `pod-${i}`, namespace: "shop" },
      spec: {},
    }));
    const denial = policy("deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
    const sides = [clusterOf([...many, denial]), clusterOf(many)] as const;
    const whole = diffClusters(...sides, { findings: false });
    expect([whole.changeCount, whole.truncated]).toEqual([90, undefined]);
    const bounded = diffClusters(...sides, { findings: false, limit: 1 });
    expect(bounded).toMatchObject({ truncated: true, changes: [expect.anything()] });
    expect(whole.changes).toContainEqual(bounded.changes[0]);
    expect(bounded.changeCount).toBeLessThanOrEqual(50);
    expect(schemaErrors(bounded)).toEqual([]);
    for (const text of [[...diffText(bounded)].join(""), diffMarkdown(bounded)])
      expect(text).toContain("there are more");
    expect(diffClusters(...sides, { findings: false, limit: Infinity })).toMatchObject({ changeCount: 90 });
  });

  it("reads each state as its data plane is set there", () => {
    const closed: KubeObject = {
      apiVersion: "cilium.io/v2",
      kind: "CiliumNetworkPolicy",
      metadata: { name: "closed", namespace: "shop" },
      spec: { endpointSelector: { matchLabels: { app: "db" } }, ingress: [{}] },
    };
    const set = (data: object): Cluster =>
      clusterOf([
        ...pods,
        closed,
        { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "cilium-config", namespace: "kube-system" }, data },
      ]);
    const untold = clusterOf([...pods, closed]);
    const figures = (before: Cluster, after: Cluster, assumptions = {}): readonly number[] => {
      const { opened, closed: gone } = diffClusters(before, after, { findings: false, assumptions }).verdict;
      return [opened, gone];
    };
    const [never, audit, always] = [
      set({ "enable-policy": "never" }),
      set({ "policy-audit-mode": "true" }),
      set({ "enable-policy": "always" }),
    ];
    for (const open of [never, audit]) {
      expect(figures(untold, open)).toEqual([3, 0]);
      expect(figures(open, set({}))).toEqual([0, 3]);
      expect(figures(never, open)).toEqual([0, 0]);
      // What is assumed holds on both sides.
      expect(figures(untold, open, { ciliumEnforcement: "default" })).toEqual([0, 0]);
    }
    // The pods that no policy selects: all that they send and get.
    expect(figures(untold, always)[1]).toBeGreaterThan(0);
    expect(figures(always, untold)).toEqual(figures(untold, always).toReversed());
    const diff = diffClusters(untold, never);
    expect(diff.changedPolicies).toEqual([]);
    expect([...diffText(diff)].join("")).toContain("workloads, namespaces or settings of the data plane changed");
  });

  it("tells what opens and closes, by the policy that causes it", () => {
    const admitApi = policy("db", {
      podSelector: { matchLabels: { app: "db" } },
      ingress: [
        { from: [{ podSelector: { matchLabels: { app: "web" } } }], ports: [{ port: 5432 }, { port: 5433 }] },
        { from: [{ podSelector: { matchLabels: { app: "api" } } }], ports: [{ port: 5432 }] },
      ],
    });
    const diff = diffClusters(clusterOf([...pods, admitWeb]), clusterOf([...pods, admitApi]));
    expect(diff.changes).toEqual([
      {
        type: "added",
        source: "shop/api[Pod]",
        target: "shop/db[Pod]",
        after: { ports: { TCP: ["5432"] }, all: false },
      },
      {
        type: "changed",
        source: "shop/web[Pod]",
        target: "shop/db[Pod]",
        before: { ports: { TCP: ["5432"] }, all: false },
        after: { ports: { TCP: ["5432-5433"] }, all: false },
      },
    ]);
    expect(diff.verdict).toMatchObject({ opened: 2, closed: 0 });
    expect(diff.groups).toMatchObject([
      { causes: [{ change: "changed", object: { name: "db" } }], count: 2, opened: 2, changes: [0, 1] },
    ]);
    expect(schemaErrors(diff)).toEqual([]);
    expect([...diffText(diff)].join("")).toContain("  + shop/api[Pod] => shop/db[Pod] : TCP 5432\n");
    expect(diffMarkdown(diff, { name: "x -->" })).toMatch(/^<!-- npa-diff:x-- -->\n/);
    expect([...diffCsv(diff)]).toHaveLength(3);
    expect(diffDot(diff)).toMatch(
      /n0 \[label="shop\/api\[Pod\]"\];\n[^>]*n0 -> n1 \[label="TCP 5432", color="#b3261e"/,
    );
    expect(diffMermaid(diff)).toContain("linkStyle 1 stroke:#8a6d00");
  });

  it("makes one end of addresses that change alike, and names workloads that come and go", () => {
    const [web = {}, db = {}] = pods;
    const diff = diffClusters(clusterOf([web, db]), clusterOf([web, admitWeb]), { findings: false });
    expect(diff.addedEndpoints).toEqual([]);
    expect(diff.removedEndpoints).toEqual(["shop/db[Pod]"]);
    expect(diff.verdict).toEqual({
      opened: 0,
      unallowed: 0,
      closed: 4,
      openedByNewEndpoints: 0,
      closedByGoneEndpoints: 4,
      newFindings: null,
      fixedFindings: null,
    });
    const closing = diffClusters(clusterOf([web, db]), clusterOf([web, db, admitWeb]), { findings: false });
    expect(closing.changes.map(({ type, source, target }) => [type, source, target])).toEqual([
      ["removed", "external", "shop/db[Pod]"],
      ["changed", "shop/web[Pod]", "shop/db[Pod]"],
    ]);
  });

  it("takes a policy for a cause of what a new workload opens only where it allows that", () => {
    const [web = {}, db = {}, api = {}] = pods;
    const own = policy("own", {
      podSelector: {},
      ingress: [{ from: [{ podSelector: { matchLabels: { app: "web" } } }] }],
    });
    const open = policy("open", { podSelector: { matchLabels: { app: "db" } }, ingress: [{ ports: [{ port: 80 }] }] });
    const causes = (before: readonly KubeObject[], after: readonly KubeObject[]): readonly unknown[] =>
      diffClusters(clusterOf(before), clusterOf(after), { findings: false }).groups.map((group) => [
        group.causes.map(({ object }) => object.name),
        group.sources.ids,
        group.targets.ids,
      ]);
    // db was open on 80 to everybody: that api, which is new, reaches it is not the doing of the new policy beside it.
    expect(causes([db, open], [db, open, api, own])).toEqual([[[], ["shop/api[Pod]"], ["external", "shop/db[Pod]"]]]);
    expect(causes([db, open], [db, open, web, own])).toContainEqual([["own"], ["shop/web[Pod]"], ["shop/db[Pod]"]]);
  });

  it("names what changes and is not evaluated", () => {
    const text = (cidr: string, host: string): string =>
      [
        `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: c, namespace: shop, annotations: {a: "${host}"}}\nspec:\n  endpointSelector: {}\n  ingress: [{fromCIDR: ["${cidr}"]}]\n`,
        `apiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy\nmetadata: {name: h}\nspec:\n  nodeSelector: {}\n  ingress: [{fromCIDR: ["${host}"]}]\n`,
        ...pods.map((pod) => JSON.stringify(pod)),
      ].join("\n---\n");
    const read = (...argv: Parameters<typeof text>): Cluster =>
      readManifests([{ name: "a.yaml", text: text(...argv) }]);
    const told = (before: Cluster, after: Cluster): readonly string[] => {
      const diff = diffClusters(before, after, { findings: false });
      expect(schemaErrors(diff)).toEqual([]);
      return diff.changedUnknowns.map(({ change, object }) => `${change} ${object.kind} ${object.name}`);
    };
    const open = read("${LAN}", "10.0.0.0/8");
    expect(told(open, open)).toEqual([]);
    expect(told(open, read("${LAN}", "10.0.0.0/8"))).toEqual([]);
    expect(told(open, read("${WAN}", "10.0.0.0/8"))).toEqual(["changed CiliumNetworkPolicy c"]);
    expect(told(open, read("${LAN}", "10.0.0.0/9"))).toEqual(["changed CiliumClusterwideNetworkPolicy h"]);
    expect(told(clusterOf(pods), open)).toHaveLength(2);
    const diff = diffClusters(open, clusterOf(pods), { findings: false });
    for (const answer of [[...diffText(diff)].join(""), diffMarkdown(diff)]) {
      expect(answer).toContain("2 objects that are not evaluated change");
      expect(answer).toMatch(
        /Changed and not evaluated: these may open or close more\n[^]*removed[ |]+CiliumNetworkPolicy shop\/c/,
      );
    }
  });

  it("says that a connection may open where that hangs on unknown labels", () => {
    const unknown = policy("db", {
      podSelector: { matchLabels: { app: "db" } },
      ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: "x" } } }] }],
    });
    const closed = policy("db", { podSelector: { matchLabels: { app: "db" } } });
    const diff = diffClusters(clusterOf([...pods, closed]), clusterOf([...pods, unknown]), { findings: false });
    expect([diff.changeCount, diff.uncertain.length]).toEqual([0, 2]);
  });

  it("tells what becomes certain, or no longer is, apart from what opens and closes", () => {
    const namespaceless = { apiVersion: "v1", kind: "Pod", metadata: { name: "job", namespace: "jobs", labels: {} } };
    const admit = (...ingress: readonly object[]): Cluster =>
      clusterOf([...pods, namespaceless, policy("db", { podSelector: { matchLabels: { app: "db" } }, ingress })]);
    const from = (selector: object, ...ports: readonly number[]): object => ({
      from: [{ namespaceSelector: selector }],
      ports: ports.map((port) => ({ port })),
    });
    const team = { matchLabels: { team: "x" } };
    const named = { matchLabels: { "kubernetes.io/metadata.name": "jobs" } };
    const ofJob = (before: Cluster, after: Cluster): object => {
      const diff = diffClusters(before, after, { findings: false });
      expect(schemaErrors(diff)).toEqual([]);
      const own = (list: typeof diff.changes): object[] =>
        list
          .filter(({ source }) => source === "jobs/job[Pod]")
          .map(({ source: _source, target: _target, ...rest }) => rest);
      return { certain: own(diff.changes), uncertain: own(diff.uncertain) };
    };
    const ports = (...listed: readonly string[]): object => ({ ports: { TCP: listed }, all: false });
    const [none, maybe, sure] = [admit(), admit(from(team, 80)), admit(from(named, 80))];
    const uncertain = true;
    expect(ofJob(maybe, sure)).toEqual({
      certain: [],
      uncertain: [{ type: "changed", before: ports("80"), after: ports("80"), nowCertain: ports("80"), uncertain }],
    });
    expect(ofJob(sure, maybe)).toEqual({
      certain: [],
      uncertain: [
        { type: "changed", before: ports("80"), after: ports("80"), noLongerCertain: ports("80"), uncertain },
      ],
    });
    expect(ofJob(none, maybe)).toEqual({ certain: [], uncertain: [{ type: "added", after: ports("80"), uncertain }] });
    expect(ofJob(maybe, none)).toEqual({
      certain: [],
      uncertain: [{ type: "removed", before: ports("80"), uncertain }],
    });
    expect(ofJob(none, sure)).toEqual({ certain: [{ type: "added", after: ports("80") }], uncertain: [] });
    // Each port by itself: one opens, one becomes certain, one may open, and one stays.
    expect(ofJob(admit(from(named, 443), from(team, 80)), admit(from(named, 22, 80, 443), from(team, 53)))).toEqual({
      certain: [{ type: "changed", before: ports("443"), after: ports("22", "443") }],
      uncertain: [
        {
          type: "changed",
          before: ports("80", "443"),
          after: ports("53", "80", "443"),
          nowCertain: ports("80"),
          uncertain,
        },
      ],
    });
    const diff = diffClusters(maybe, sure, { findings: false, allowOpened: [{ reason: "none", source: "nobody" }] });
    expect(diff.verdict).toMatchObject({ opened: 0, closed: 0, unallowed: 1 });
    const text = [...diffText(diff)].join("");
    expect(text).toContain("opens and closes no connection; 3 connections may change.");
    for (const answer of [text, diffMarkdown(diff)]) {
      expect(answer).toContain("TCP 80 becomes certain");
      expect(answer).toContain("May open, though the configuration does not allow it");
      expect(answer).toContain("by which no connection of these workloads changes for certain");
    }
    expect([...diffText(diffClusters(sure, maybe, { findings: false }))].join("")).toContain(
      "  ~ jobs/job[Pod] => shop/db[Pod] : TCP 80 is no longer certain\n",
    );
    expect([...diffCsv(diff)]).toContain("changed,jobs/job[Pod],shop/db[Pod],TCP 80,TCP 80,false,,,TCP 80,\n");
    expect(diffDot(diff)).toContain("maybe changed: TCP 80 becomes certain");
  });

  it("changes one list into the other, for any two states", () => {
    const states = fc
      .tuple(arbitraryCluster(), arbitraryCluster(), fc.boolean())
      .map(([one, other, isSame]) => [
        one,
        isSame ? [...one.filter((each) => !isPolicy(each)), ...other.filter(isPolicy)] : other,
      ]);
    let changes = 0;
    fc.assert(
      fc.property(states, ([one = [], other = []]) => {
        const [before, after] = [clusterOf(one), clusterOf(other)];
        const diff = diffClusters(before, after, { findings: false });
        changes += diff.changeCount + diff.uncertain.length;
        expect(schemaErrors(diff)).toEqual([]);
        // Between workloads that are one endpoint on both sides the lists must differ exactly as the answer says.
        const [old, now] = [pairs(before), pairs(after)];
        const told = new Map(diff.changes.map((change) => [`${change.source} ${change.target}`, change]));
        const open = new Set([...uncertainPairs(before), ...uncertainPairs(after)]);
        for (const { source, target } of diff.uncertain) {
          const isOutside = [source, target].some((id) => id.startsWith("external"));
          if (!isOutside) expect(open).toContain(`${source} ${target}`);
        }
        const ids = wholeWorkloads(before).filter((id) => wholeWorkloads(after).includes(id));
        for (const source of ids) {
          for (const target of ids) {
            const key = `${source} ${target}`;
            if (open.has(key)) continue;
            const [was, is] = [old.get(key), now.get(key)];
            expect([key, told.get(key)?.before, told.get(key)?.after]).toEqual(
              JSON.stringify(was) === JSON.stringify(is) ? [key, undefined, undefined] : [key, was, is],
            );
          }
        }
      }),
      { numRuns: 40 },
    );
    expect(changes).toBeGreaterThan(20);
  });

  it("is empty between a state and itself, and reversed when the sides are", () => {
    fc.assert(
      fc.property(arbitraryCluster(), arbitraryCluster(), (one, other) => {
        const [before, after] = [clusterOf(one), clusterOf(other)];
        expect(diffClusters(before, clusterOf(one), { findings: false })).toMatchObject({ changes: [], uncertain: [] });
        const [there, back] = [
          diffClusters(before, after, { findings: false }),
          diffClusters(after, before, { findings: false }),
        ];
        expect([there.verdict.opened, there.verdict.closed]).toEqual([back.verdict.closed, back.verdict.opened]);
      }),
      { numRuns: 20 },
    );
  });
});

function pairs(cluster: Cluster): ReadonlyMap<string, object> {
  return new Map(
    listConnectivity(cluster).connections.map(({ source, target, ports, all }) => [
      `${source} ${target}`,
      { ports, all },
    ]),
  );
}

/** Those of which the list leaves something open; what a comparison says of them is a law of test/property. */
function uncertainPairs(cluster: Cluster): readonly string[] {
  return listConnectivity(cluster).uncertain.map(({ source, target }) => `${source} ${target}`);
}

/** The ids of workloads that are one endpoint: those of parts depend on what selectors of the other side look at. */
function wholeWorkloads(cluster: Cluster): readonly string[] {
  return listConnectivity(cluster).endpoints.flatMap(({ id, type }) =>
    type === "workload" && id.endsWith("]") ? [id] : [],
  );
}

describe("what staged policies of Calico would change", () => {
  const staged: Readonly<Record<string, string>> = {
    "projectcalico.org/v3 NetworkPolicy": "StagedNetworkPolicy",
    "projectcalico.org/v3 GlobalNetworkPolicy": "StagedGlobalNetworkPolicy",
    "networking.k8s.io/v1 NetworkPolicy": "StagedKubernetesNetworkPolicy",
  };

  it("is what the same policies change in force", () => {
    let changes = 0;
    fc.assert(
      fc.property(arbitraryCalicoCluster(), fc.array(fc.boolean(), { minLength: 4 }), (objects, choices) => {
        const kindOf = ({ apiVersion, kind }: KubeObject): string | undefined =>
          staged[`${String(apiVersion)} ${String(kind)}`];
        const chosen = objects.filter(
          (object, i) => kindOf(object) !== undefined && choices[i % choices.length] === true,
        );
        const others = objects.filter((object) => !chosen.includes(object));
        if (chosen.length === 0) return;
        const now = clusterOf([
          ...others,
          ...chosen.map((object) => ({ ...object, apiVersion: "projectcalico.org/v3", kind: kindOf(object) ?? "" })),
        ]);
        const known = { findings: false } as const;
        const diff = whatIfStaged(now, known);
        const enforced = diffClusters(clusterOf(others), clusterOf(objects), known);
        expect(diff.verdict).toEqual(enforced.verdict);
        expect([diff.changes, diff.uncertain]).toEqual([enforced.changes, enforced.uncertain]);
        expect(diff.staged).toHaveLength(chosen.length);
        changes += diff.changeCount + diff.uncertain.length;
      }),
      { numRuns: 15 },
    );
    expect(changes).toBeGreaterThan(0);
  });

  const of = (kind: string, metadata: object, spec: object): KubeObject => ({
    apiVersion: "projectcalico.org/v3",
    kind,
    metadata,
    spec,
  });

  it("sets, deletes, or does nothing, and is told of like any change", () => {
    const shop = { namespace: "shop", name: "db" };
    const closed = of("StagedKubernetesNetworkPolicy", shop, { podSelector: { matchLabels: { app: "db" } } });
    const gone = of("StagedKubernetesNetworkPolicy", shop, { stagedAction: "Delete" });
    const learnt = of("StagedNetworkPolicy", { namespace: "shop", name: "l" }, { stagedAction: "Learn" });
    const figures = (...objects: readonly KubeObject[]): readonly (number | string)[] => {
      const { verdict, groups } = whatIfStaged(clusterOf([...pods, admitWeb, ...objects]));
      return [verdict.opened, verdict.closed, ...groups.flatMap(({ causes }) => causes.map(({ change }) => change))];
    };
    expect(figures(closed)).toEqual([0, 1, "changed"]);
    expect(figures(gone, learnt)).toEqual([3, 0, "removed"]);
    const diff = whatIfStaged(clusterOf([...pods, admitWeb, closed]));
    expect(schemaErrors(diff)).toEqual([]);
    expect([...diffText(diff)][0]).toMatch(/^To enforce 1 staged policy opens no connection and closes 1;/);
    expect(diffMarkdown(diff)).toContain("## What the staged policies would change");
    expect(diff.after.notEvaluated).toEqual([]);
    expect(() => whatIfStaged(clusterOf(pods))).toThrow("no staged policies");
  });

  it("leaves out what would be refused, and says why", () => {
    const wrong = of("StagedGlobalNetworkPolicy", { name: "w" }, { selector: "app = 'db'", stagedAction: "Set" });
    const cluster = clusterOf([
      ...pods,
      wrong,
      of("StagedNetworkPolicy", { name: "a", namespace: "shop" }, { stagedAction: "Delte" }),
    ]);
    expect(whatIfStaged(cluster).verdict).toMatchObject({ opened: 0, closed: 0 });
    expect(cluster.problems.map(({ message }) => message)).toEqual([
      expect.stringContaining("is no selector, at character 5"),
      'stagedAction "Delte" is none: write Delete',
    ]);
    expect(cluster.refusedPolicies).toEqual([]);
  });
});
