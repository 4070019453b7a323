import { readManifests } from "@npa/core";
import { describe, expect, it } from "vitest";

const policy = (name: string): string =>
  `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: ${name}, namespace: shop}, spec: {podSelector: {}}}`;
const deleting = (kind: string, name: string): string =>
  `$patch: delete\napiVersion: networking.k8s.io/v1\nkind: ${kind}\nmetadata: {name: ${name}}\n`;
const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, "      ");

function read(files: Readonly<Record<string, string>>): { readonly names: readonly string[]; readonly named: unknown } {
  const sources = Object.entries({ "base/policies.yaml": `${policy("web")}\n---\n${policy("db")}`, ...files });
  const { policies, notEvaluated } = readManifests(sources.map(([name, text]) => ({ name, text })));
  return { names: policies.map(({ name }) => name), named: notEvaluated.map(({ ref, reason }) => [ref.name, reason]) };
}

describe("patches of kustomizations that take objects out", () => {
  const base = "resources: [policies.yaml]\n";
  const taken = (name: string): unknown => [name, "a patch of the kustomization in base takes it out of what is built"];

  it.each([
    [
      "all of a kind",
      `patches:\n  - target: {group: networking.k8s.io, kind: NetworkPolicy}\n    patch: |\n${indented(deleting("NetworkPolicy", "any"))}`,
      [],
      [taken("web"), taken("db")],
    ],
    [
      "by a name that is an expression",
      `patches:\n  - target: {kind: NetworkPolicy, name: w.*}\n    patch: |\n${indented(deleting("NetworkPolicy", "any"))}`,
      ["db"],
      [taken("web")],
    ],
    [
      "by what the patch is",
      `patches:\n  - patch: |\n${indented(deleting("NetworkPolicy", "db"))}`,
      ["web"],
      [taken("db")],
    ],
    ["by a file", "patchesStrategicMerge: [gone.yaml]", ["web"], [taken("db")]],
    [
      "not by labels, of which nothing is told here",
      `patches:\n  - target: {kind: NetworkPolicy, labelSelector: a=b}\n    patch: |\n${indented(deleting("NetworkPolicy", "any"))}`,
      ["db", "web"],
      undefined,
    ],
  ])("are no part of an answer: %s", (_, patch, names, named) => {
    const found = read({
      "base/kustomization.yaml": base + patch,
      ...(patch.includes("gone.yaml") ? { "base/gone.yaml": deleting("NetworkPolicy", "db") } : {}),
    });
    expect(found.names.toSorted()).toEqual(names);
    if (named !== undefined) expect(found.named).toEqual(expect.arrayContaining(named));
  });

  it("but where another kustomization builds them", () => {
    const patch = `patches:\n  - patch: |\n${indented(deleting("NetworkPolicy", "db"))}`;
    const files = { "base/kustomization.yaml": base, "test/kustomization.yaml": `resources: [../base]\n${patch}` };
    expect(read(files).names).toEqual(["web"]);
    expect(read({ ...files, "prod/kustomization.yaml": "resources: [../base]\n" }).names.toSorted()).toEqual([
      "db",
      "web",
    ]);
  });
});
