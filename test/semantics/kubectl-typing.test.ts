import { describe, expect, it } from "vitest";
import { clusterOf, expectAllowed, expectDenied, expectRefused, portsBetween, problems } from "./answers.ts";
import { namespace, pod, policy } from "./manifests.ts";

const world = namespace("a") + pod("a/web", "{app: web}") + pod("a/db", "{app: db}");
const valued = (value: string): string => policy("a/p", `podSelector: {matchLabels: {flag: ${value}}}`);
const port = (value: string): string => policy("a/p", `podSelector: {}\ningress: [{ports: [{port: ${value}}]}]`);
const labelsOf = (yaml: string, id: string): object => ({
  ...clusterOf(yaml).workloads.find((workload) => workload.id === id)?.groups[0]?.labels,
});

describe("the text is read as kubectl reads it", () => {
  it.each(["y", "Y", "yes", "Yes", "YES", "on", "On", "n", "no", "NO", "off", "true", "False"])(
    "%s as a label value is a boolean: the object is refused, and the problem says to quote it",
    (value) => {
      expectRefused(world + valued(value), /quote/i);
      const labelled = world + pod("a/odd", `{flag: ${value}}`);
      expect(clusterOf(labelled).workloads.map(({ name }) => name)).toEqual(["db", "web"]);
      expect(problems(labelled, "wrong-type")).toEqual([
        expect.objectContaining({ severity: "error", unreadable: true, message: expect.stringMatching(/quote/i) }),
      ]);
      expect(labelsOf(world + pod("a/odd", `{flag: "${value}"}`), "a/odd[Pod]")).toEqual({ flag: value });
    },
  );

  it.each(["0x1F", "017", "0o17", "1e3", "1_000", "12", "1.5"])("%s as a label value is a number: refused", (value) => {
    expectRefused(world + valued(value), /quote/i);
    expect(problems(world + pod("a/odd", `{flag: ${value}}`), "wrong-type")).toHaveLength(1);
  });

  it.each(["1:30", "2020-01-01", "web"])("%s as a label value is a string", (value) => {
    // A label value has no colon: the text is read as a string, and then refused for what it says.
    expect(problems(world + valued(value), "wrong-type")).toEqual([]);
  });

  it("2020-01-01 as a label value matches the same text in quotes", () => {
    const yaml = world + pod("a/dated", '{flag: "2020-01-01"}') + valued("2020-01-01");
    expectDenied(yaml, ["a/web", "a/dated"]);
    expectAllowed(yaml, ["a/dated", "a/web"]);
  });

  it.each([
    ["1", "1"],
    ["true", "true"],
    ["y", "true"],
  ])("the label key %s becomes %j", (written, key) => {
    expect(labelsOf(world + pod("a/odd", `{${written}: x}`), "a/odd[Pod]")).toEqual({ [key]: "x" });
  });

  it.each([
    ["0x50", "TCP 80"],
    ["080", "TCP 80"],
    ["0777", "TCP 511"],
  ])("the port %s is %s", (written, expected) => {
    expect(portsBetween(world + port(written), "a/web", "a/db")).toBe(expected);
  });

  it.each(["metadata: {name: x, weight: .inf}\n", "%YAML 1.2\n---\nkind: Pod\n"])("%j is a problem", (text) => {
    const cluster = clusterOf(`${world}---\napiVersion: v1\nkind: Pod\n${text}`);
    expect(cluster.problems.filter(({ severity }) => severity === "error")).not.toEqual([]);
    expect(cluster.workloads.map(({ name }) => name)).toEqual(["db", "web"]);
  });

  it("<< merges", () => {
    const merged =
      "---\nx: &labels {app: merged}\napiVersion: v1\nkind: Pod\nmetadata: {name: m, namespace: a, labels: {<<: *labels, b: c}}\nspec: {}\n";
    expect(labelsOf(merged, "a/m[Pod]")).toEqual({ app: "merged", b: "c" });
  });

  it("several JSON objects in a row are all read", () => {
    const json = (name: string): string =>
      JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name, namespace: "a" }, spec: {} });
    expect(clusterOf(`${json("one")}\n${json("two")}`).workloads.map(({ name }) => name)).toEqual(["one", "two"]);
  });

  it("an unknown tag is read through", () => {
    expect(labelsOf(world + pod("a/odd", "{app: !Ref foo}"), "a/odd[Pod]")).toEqual({ app: "foo" });
  });

  it.each(["null", "~", ""])("%j as a label value is the empty string", (value) => {
    expect(labelsOf(world + pod("a/odd", `{flag: ${value}}`), "a/odd[Pod]")).toEqual({ flag: "" });
  });

  it("of a duplicate key the last wins, with a problem", () => {
    const yaml = world + pod("a/odd", "{app: first, app: second}");
    expect(labelsOf(yaml, "a/odd[Pod]")).toEqual({ app: "second" });
    expect(problems(yaml, "duplicate-key")).toHaveLength(1);
  });

  it("an unknown field is dropped, with the nearest field name: a misspelled matchLabels selects all pods", () => {
    const yaml = world + policy("a/p", "podSelector: {matchLables: {app: web}}");
    expectDenied(yaml, ["a/web", "a/db"]);
    expectDenied(yaml, ["a/db", "a/web"]);
    expect(problems(yaml, "unknown-field")).toEqual([
      expect.objectContaining({ message: expect.stringMatching(/"matchLables".*Did you mean matchLabels/) }),
    ]);
  });
});
