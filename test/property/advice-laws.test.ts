import { fixSources } from "@npa/core/edit";
import { type Finding, type Severity, analysisMarkdown, analysisText, analyzeCluster, readManifests } from "@npa/core";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { adviceInputs, orderlyInputs } from "./advice-inputs.ts";
import { propertyRuns } from "./runs.ts";

const { runs, wanted } = propertyRuns(30);

const severities: readonly Severity[] = ["critical", "high", "medium", "low", "info"];

function findingsOf(texts: readonly string[]): readonly Finding[] {
  return analyzeCluster(readManifests(texts.map((text, i) => ({ name: `${i}.yaml`, text })))).findings;
}

function rank({ severity }: Finding): number {
  return severities.indexOf(severity);
}

const tidiness = /^(?:redundant-rule|redundant-policy|duplicate-policy|mergeable-policies)$/;
const posture = /^(?:namespace-without-policies|missing-default-deny-|pod-not-isolated-)/;
const exposure = /^(?:internet-|all-namespaces-|sensitive-port-|metadata-endpoint-|ports-too-broad|restriction-undone)/;

/** What a reader wants to know first: lines that do not say what is meant, then what opens, is missing, could be less. */
function concern({ ruleId }: Finding): number {
  return [exposure, posture, tidiness].findIndex((each) => each.test(ruleId)) + 1 || 0;
}

describe("the laws of findings", () => {
  it("what is offered for removal rests on nothing of which something of medium or more is found", () => {
    let offered = 0;
    fc.assert(
      fc.property(fc.oneof(adviceInputs, orderlyInputs), ({ texts }) => {
        const findings = findingsOf(texts);
        const doubtful = findings.filter((each) => rank(each) <= 2 && each.object.kind === "NetworkPolicy");
        const files = new Set(doubtful.map(({ location }) => location?.file));
        for (const { ruleId, object, location, related, fix } of findings) {
          // Of two that say the same, word for word, either may go.
          if (!ruleId.startsWith("redundant-") || fix?.kind !== "safe") continue;
          offered++;
          // One object stands in one file.
          const rests = [location, ...related.map((each) => each.location)].map((each) => each?.file);
          expect([ruleId, object.name, rests.filter((file) => files.has(file))]).toEqual([ruleId, object.name, []]);
        }
      }),
      { numRuns: runs * 2 },
    );
    expect(offered).toBeGreaterThan(wanted(3));
  });

  it("names of policies and workloads silence nothing, and lower nothing by more than one rank", () => {
    const named = fc.constantFrom(
      "web",
      "ingress-nginx",
      "default-deny-all",
      "allow-dns",
      "prometheus",
      "proxy",
      "tmp",
    );
    let compared = 0;
    fc.assert(
      fc.property(adviceInputs, fc.array(named, { minLength: 12, maxLength: 12 }), ({ texts }, names) => {
        const renamed = texts.map((text, i) => {
          const object = JSON.parse(text) as { kind: string; metadata: { name: string } }; // made by adviceInputs
          if (object.kind !== "NetworkPolicy" && object.kind !== "Deployment") return text;
          object.metadata.name = `${names[i % names.length]}-${i}`;
          return JSON.stringify(object);
        });
        // Which of several objects a finding is filed under goes by their names: the worst of each namespace is compared.
        const told = (all: readonly Finding[]): ReadonlyMap<string, number> =>
          new Map(
            all
              .filter((each) => rank(each) <= 3 && !tidiness.test(each.ruleId))
              .toSorted((x, y) => rank(y) - rank(x))
              .map((each) => [`${each.ruleId} ${each.object.namespace ?? each.object.name}`, rank(each)]),
          );
        const [plain, other] = [told(findingsOf(texts)), told(findingsOf(renamed))];
        for (const [key, severity] of plain) {
          compared++;
          const now = other.get(key);
          expect([key, now === undefined ? "silenced" : now - severity <= 1]).toEqual([key, true]);
        }
      }),
      { numRuns: runs },
    );
    expect(compared).toBeGreaterThan(wanted(50));
  });

  it("the cause heads the report: the gravest first, and among these defects, exposure, posture, tidiness", () => {
    let mixed = 0;
    fc.assert(
      fc.property(adviceInputs, ({ texts }) => {
        const findings = findingsOf(texts);
        const order = findings.map((each) => rank(each) * 10 + concern(each));
        expect(order).toEqual(order.toSorted((a, b) => a - b));
        if (new Set(order).size > 3) mixed++;
      }),
      { numRuns: runs },
    );
    expect(mixed).toBeGreaterThan(wanted(5));
  });

  it("a selector that matches nothing is medium where something near it does, else low", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(adviceInputs, fc.constantFrom("web", "wep", "nothing", "dbb"), ({ texts }, value) => {
        const cluster = texts.map((text) =>
          text.replaceAll(
            '"podSelector":{"matchLabels":{"app":"web"}}',
            `"podSelector":{"matchLabels":{"app":"${value}"}}`,
          ),
        );
        for (const { ruleId, severity, message } of findingsOf(cluster)) {
          if (ruleId !== "peer-matches-nothing" && ruleId !== "policy-selects-no-pods") continue;
          const isNear = /did you mean|has all of it but|are in /.test(message);
          seen.add(`${isNear}`);
          expect([message, severity]).toEqual([message, isNear ? "medium" : "low"]);
        }
      }),
      { numRuns: runs * 2 },
    );
    expect(seen.size).toBeGreaterThan(wanted(1));
  });

  it("no score is perfect beside a high finding, and a namespace that is refused what it needs has no points for correctness", () => {
    const refusing = new Set(["declared-route-blocked", "missing-dns-egress", "dns-ingress-blocked"]);
    const seen = { high: 0, refused: 0 };
    fc.assert(
      fc.property(adviceInputs, ({ texts }) => {
        const cluster = readManifests(texts.map((text, i) => ({ name: `${i}.yaml`, text })));
        const { findings, securityScoreDetail: score } = analyzeCluster(cluster);
        const grave = findings.filter((each) => rank(each) <= 1);
        if (grave.length > 0 && score.value !== null) {
          seen.high++;
          expect(Math.round(score.value)).toBeLessThan(100);
        }
        for (const { ruleId, object } of grave) {
          const own = score.byNamespace[object.namespace ?? object.name];
          if (own === undefined) continue;
          if (own.value !== null) expect(Math.round(own.value)).toBeLessThan(100);
          const isNetworkPolicy = object.kind === "NetworkPolicy";
          if (!refusing.has(ruleId) || !isNetworkPolicy) continue;
          seen.refused++;
          const correctness = own.terms.find(({ name }) => name === "correctness")?.value ?? 0;
          expect({ ruleId, correctness }).toEqual({ ruleId, correctness: 0 });
        }
      }),
      { numRuns: runs },
    );
    expect(seen.high).toBeGreaterThan(wanted(5));
    expect(seen.refused).toBeGreaterThan(wanted(5));
  });

  it("one template in many namespaces is told once, with a count", () => {
    let repeated = 0;
    fc.assert(
      fc.property(adviceInputs, ({ texts }) => {
        const template = texts.filter(
          (text) => /"namespace":"shop"/.test(text) && !/metadata\.name"|"kind":"(?:Ingress|Service)"/.test(text),
        );
        const names = ["team-a", "team-b", "team-c"];
        const copies = names.flatMap((name) => [
          JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name } }),
          ...template.map((text) => text.replaceAll('"namespace":"shop"', `"namespace":"${name}"`)),
        ]);
        const report = analyzeCluster(readManifests(copies.map((text, i) => ({ name: `${i}.yaml`, text }))));
        const keyed = new Map<string, Finding[]>();
        for (const finding of report.findings) {
          const { ruleId, object, location, message } = finding;
          const name = object.namespace ?? object.name;
          const key = [ruleId, object.kind, location?.path, message.replaceAll(name, "NAMESPACE")].join(" ");
          keyed.set(key, [...(keyed.get(key) ?? []), finding]);
        }
        for (const [key, findings] of keyed) {
          if (findings.length !== names.length) continue;
          repeated++;
          expect([key, new Set(findings.map(({ group }) => group ?? "none")).size]).toEqual([key, 1]);
          expect([key, findings[0]?.group === undefined]).toEqual([key, false]);
        }
        for (const text of [analysisText(report), analysisMarkdown(report)]) {
          for (const group of new Set(report.findings.flatMap((each) => each.group ?? []))) {
            const members = report.findings.filter((each) => each.group === group);
            // Of rules of one policy the same may be said word for word.
            const messages = [...new Set(members.map(({ message }) => message))];
            const told = messages.filter((message) => text.includes(message)).length;
            expect([members[0]?.message, told <= 1]).toEqual([members[0]?.message, true]);
          }
        }
      }),
      { numRuns: runs },
    );
    expect(repeated).toBeGreaterThan(wanted(20));
  });

  it("--fix takes out nothing that is narrower than what stays for the same pods", () => {
    let taken = 0;
    fc.assert(
      fc.property(fc.oneof(adviceInputs, orderlyInputs), ({ texts }) => {
        const sources = texts.map((text, i) => ({ name: `${i}.yaml`, text }));
        const result = fixSources({
          sources,
          read: (changed) => readManifests(changed),
          findings: (cluster) => analyzeCluster(cluster).findings,
          suggested: false,
        });
        const after = new Map(sources.map(({ name, text }) => [name, text]));
        for (const file of result.files) after.set(file.name, file.after);
        const [old, now] = [piecesIn(texts), piecesIn([...after.values()].filter((text) => text.trim() !== ""))];
        for (const piece of old) {
          if (now.some((other) => isEqual(other, piece))) continue;
          taken++;
          const broader = now.filter((other) => isBroader(other, piece));
          expect({ piece, broader }).toEqual({ piece, broader: [] });
        }
        taken += old.length - now.length;
      }),
      { numRuns: runs * 2 },
    );
    expect(taken).toBeGreaterThan(wanted(2));
  });
});

/** One peer on one port, as it is written. */
interface Piece {
  /** Namespace, direction and subject. */
  readonly pods: string;
  readonly peer: string;
  readonly port: string;
}

/** What policies allow piece by piece, apart from npa's reading. */
function piecesIn(texts: readonly string[]): readonly Piece[] {
  return texts.flatMap((text) => {
    const { kind, metadata, spec } = JSON.parse(text) as {
      readonly kind: string;
      readonly metadata: { readonly namespace?: string };
      readonly spec: Readonly<Record<string, unknown>>;
    };
    if (kind !== "NetworkPolicy") return [];
    return (["ingress", "egress"] as const).flatMap((direction) => {
      const rules = (spec[direction] ?? []) as readonly Readonly<Record<string, readonly unknown[] | undefined>>[];
      const pods = JSON.stringify([metadata.namespace, direction, spec["podSelector"]]);
      return rules.flatMap((rule) => {
        const peers = (rule["from"] ?? rule["to"])?.map((each) => JSON.stringify(each)) ?? ["any"];
        const ports = rule["ports"]?.map((each) => JSON.stringify(each)) ?? ["any"];
        return peers.flatMap((peer) => ports.map((port) => ({ pods, peer, port })));
      });
    });
  });
}

function isEqual(a: Piece, b: Piece): boolean {
  return a.pods === b.pods && a.peer === b.peer && a.port === b.port;
}

/** Whether a piece holds all of another one and more, as far as the pools of the arbitraries go: the author of that one meant less. */
function isBroader(a: Piece, b: Piece): boolean {
  return a.pods === b.pods && !isEqual(a, b) && holds(a.peer, b.peer) && holds(a.port, b.port);
}

/** Values, and what is narrower than they are. */
const wider: Readonly<Record<string, RegExp>> = {
  any: /./,
  '{"podSelector":{}}': /^\{"podSelector":/,
  '{"port":80,"endPort":82}': /^\{"port":8[01]\}$/,
};

function holds(one: string, other: string): boolean {
  return one === other || wider[one]?.test(other) === true;
}
