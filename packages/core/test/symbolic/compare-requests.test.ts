import { describe, expect, it } from "vitest";
import type { Policy } from "../../src/model/policy.ts";
import { readManifests } from "../../src/read/read-manifests.ts";
import { comparePolicies } from "../../src/symbolic/compare-policies.ts";
import { describeCounterexample } from "../../src/symbolic/describe-example.ts";

const get = "{ method: GET, path: /a }";
const post = "{ method: POST, path: /b }";

function policies(...entries: readonly string[]): readonly Policy[] {
  const spec = `{ endpointSelector: { matchLabels: { app: db } }, ingress: [${entries.join()}] }`;
  const text = `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: p, namespace: shop }\nspec: ${spec}`;
  return readManifests([{ name: "a.yaml", text }]).policies;
}

function entry(port: number, ...requests: readonly string[]): string {
  const rules = requests.length === 0 ? "" : `, rules: { http: [${requests.join()}] }`;
  return `{ fromEndpoints: [{}], toPorts: [{ ports: [{ port: "${port}", protocol: TCP }]${rules} }] }`;
}

function verdict(before: readonly string[], after: readonly string[]): string {
  return comparePolicies(policies(...before), policies(...after)).verdict;
}

describe("comparing policies that limit requests", () => {
  it.each([
    ["the same texts in another order", [entry(80, get, post)], [entry(80, post, get)], "equivalent"],
    ["the same texts in two entries", [entry(80, get, post)], [entry(80, post), entry(80, get)], "equivalent"],
    ["a limit beside an allow that lifts it", [entry(80)], [entry(80), entry(80, get)], "equivalent"],
    ["a limit less", [entry(80, get)], [entry(80)], "looser"],
    ["a limit more", [entry(80), entry(81)], [entry(80, get), entry(81)], "stricter"],
    ["a request on a port that was closed", [entry(80, get)], [entry(80, get), entry(81, post)], "looser"],
    ["a request more on a port with others", [entry(80, get)], [entry(80, get, post)], "undecided"],
    ["other requests, and a port more", [entry(80, get)], [entry(80, post), entry(81)], "undecided"],
  ])("%s", (_, before, after, wanted) => {
    expect(verdict(before, after)).toBe(wanted);
  });

  it("shows a request that no policy names", () => {
    const [example] = comparePolicies(policies(entry(80)), policies(entry(80, get))).tightened;
    expect(example === undefined ? "" : describeCounterexample(example)).toContain(
      "on TCP 80 with a request that no policy names before, not after",
    );
  });

  it("does not decide about limits that are asked beside other rules", () => {
    const sni =
      '{ fromEndpoints: [{}], toPorts: [{ ports: [{ port: "443", protocol: TCP }], serverNames: [a.example] }] }';
    expect(verdict([sni], [sni, entry(443)])).toBe("undecided");
  });
});
