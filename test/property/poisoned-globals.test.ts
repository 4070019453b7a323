import { type AnalysisReport, analyze, listConnectivity, readManifests } from "@npa/core";
import { deployment, namespace, networkPolicy, toYaml } from "@npa/fixtures";
import { describe, expect, it } from "vitest";

const extended = [Object.prototype, Array.prototype, Map.prototype, Set.prototype, String.prototype, RegExp.prototype];

/** Runs while prototypes have more properties than they should, and takes these out again. */
function poisoned<T>(keys: readonly string[], property: PropertyDescriptor, work: () => T): T {
  const added = extended.flatMap((prototype) =>
    keys.filter((key) => !Object.hasOwn(prototype, key)).map((key) => [prototype, key] as const),
  );
  for (const [prototype, key] of added) Object.defineProperty(prototype, key, { ...property, configurable: true });
  try {
    return work();
  } finally {
    for (const [prototype, key] of added) Reflect.deleteProperty(prototype, key);
  }
}

const objects = [
  namespace("shop", { team: "a", polluted: "yes" }),
  deployment("shop", "web", { labels: { app: "web", label: "x" }, ports: [{ name: "http", containerPort: 8080 }] }),
  deployment("shop", "db", { labels: { app: "db" } }),
  networkPolicy("shop", "deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"] }),
  networkPolicy("shop", "web", {
    podSelector: { matchLabels: { app: "web" }, matchExpressions: [{ key: "label", operator: "In", values: ["x"] }] },
    ingress: [
      {
        from: [
          { podSelector: { matchLabels: { app: "db" } }, namespaceSelector: { matchLabels: { team: "a" } } },
          { ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } },
        ],
        ports: [{ port: "http" }, { port: 9000, endPort: 9010, protocol: "UDP" }],
      },
    ],
    egress: [{}],
  }),
];
const text = [...toYaml(objects)].join("");
const sources = [{ name: "a.yaml", text }];

/** Every answer, without asking the changed prototypes more than JSON does. */
function answers(): string {
  const report: AnalysisReport = analyze(sources);
  return JSON.stringify([report, [...listConnectivity(readManifests(sources)).connections]]);
}

function keysOf(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  const inner = Object.values(value).flatMap(keysOf);
  return Array.isArray(value) ? inner : [...Object.keys(value), ...inner];
}

/** Fields of manifests that SECURITY.md names: npa's own data has optional ones of the same names. */
const shared = new Set(["cidr", "namespaceSelector", "policyTypes", "port", "ports", "template"]);
const keys = [...new Set([...keysOf(objects), "polluted", "toJson", "0x", "isAdmin", "spec", "host", "path", "type"])];
const clean = answers();

describe("prototypes that some other code of the process has changed change no answer", () => {
  it.each<readonly [string, readonly string[], PropertyDescriptor]>([
    [
      "values, as an assignment leaves them",
      keys.filter((key) => !shared.has(key)),
      { value: "poison", enumerable: true, writable: true },
    ],
    [
      "values that cannot be written",
      keys.filter((key) => !shared.has(key)),
      { value: "poison", enumerable: false, writable: false },
    ],
    ["setters that swallow, for every name", keys, { get: () => undefined, set: () => undefined, enumerable: true }],
  ])("%s", (_name, names, property) => {
    expect(keys.length).toBeGreaterThan(30);
    expect(clean).not.toContain("poison");
    expect(poisoned(names, property, answers)).toBe(clean);
  });
});
