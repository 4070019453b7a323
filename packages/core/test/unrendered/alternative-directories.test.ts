import { describe, expect, it } from "vitest";
import type { Cluster } from "../../src/model/cluster.ts";
import { readClusters } from "../../src/read/read-clusters.ts";
import { readManifests } from "../../src/read/read-manifests.ts";

const policy = (name: string, more = ""): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}, namespace: shop}\nspec: {podSelector: {}${more}}\n`;
const pod = (name: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: shop}\nspec: {containers: []}\n`;
const texts = (files: Readonly<Record<string, string>>) =>
  Object.entries(files).map(([name, text]) => ({ name, text }));
const read = (files: Readonly<Record<string, string>>): Cluster => readManifests(texts(files));
/** The directories that are told to be alternatives, and the problems. */
const told = ({ inputs, problems }: Cluster) => [
  (inputs.alternativeDirectories ?? []).map(({ within, directories, objects }) =>
    [within, ...directories, objects].join(" "),
  ),
  problems.map(({ severity, unreadable = false, object }) => [
    severity,
    ...(unreadable ? ["unreadable"] : []),
    ...(object === undefined ? [] : [object.name]),
  ]),
];
const three = [pod("a"), pod("b"), pod("c")].join("---\n");

describe("directories of finished manifests beside each other", () => {
  it.each([
    ["environments", "env/dev/a.yaml", "env/prod/a.yaml", pod("a"), "env dev prod 1"],
    ["clusters of any name", "clusters/blue/a.yaml", "clusters/green/b.yaml", pod("a"), "clusters blue green 1"],
    ["regions", "eu-west-1/a.yaml", "us-east-2/deep/a.yaml", pod("a"), ". eu-west-1 us-east-2 1"],
    ["words of names", "x/dev-eu/a.yaml", "x/shop-prod/a.yaml", pod("a"), "x dev-eu shop-prod 1"],
    [
      "files that are named so",
      "x/dev-output.yaml",
      "x/prod-output.yaml",
      pod("a"),
      "x dev-output.yaml prod-output.yaml 1",
    ],
    ["any, with three objects", "x/one/a.yaml", "x/two/b.yaml", three, "x one two 3"],
    ["absolute", "/x/one/a.yaml", "/x/two/b.yaml", three, "/x one two 3"],
  ])("%s are told of once, and no object is a duplicate", (_name, one, other, text, expected) => {
    expect(told(read({ [one]: text, [other]: text }))).toEqual([[expected], [["warning"]]]);
  });

  it.each([
    ["one object in directories of any names", { "web/np.yaml": policy("np"), "db/np.yaml": policy("np") }, ["np"]],
    ["files of one directory", { "x/one.yaml": policy("np"), "x/two.yaml": policy("np") }, ["np"]],
    ["one of them named like an environment", { "x/dev.yaml": policy("np"), "x/two.yaml": policy("np") }, ["np"]],
    ["a file beside a directory", { "np.yaml": policy("np"), "prod/np.yaml": policy("np") }, ["np"]],
    ["one file", { "prod/a.yaml": `${policy("np")}---\n${policy("np")}` }, ["np"]],
  ])("%s: that is a duplicate", (_name, files, names) => {
    expect(told(read(files))).toEqual([[], names.map((name) => ["warning", name])]);
  });

  it("three of them are one set, and a slip within one of them is still told of", () => {
    const cluster = read({
      "c/dev/a.yaml": pod("a"),
      "c/prod/a.yaml": pod("a"),
      "c/test/a.yaml": pod("a"),
      "c/test/x.yaml": `${pod("x")}---\n${pod("x")}`,
    });
    expect(told(cluster)).toEqual([["c dev prod test 1"], [["warning"], ["warning", "x"]]]);
  });

  it("a policy that another one replaces makes the answer incomplete; an equal one does not", () => {
    const open = policy("np", ", ingress: [{}]");
    expect(told(read({ "dev/np.yaml": open, "prod/np.yaml": policy("np") }))[1]).toEqual([["error", "unreadable"]]);
    expect(told(read({ "dev/np.yaml": open, "prod/np.yaml": `# same\n${open}` }))[1]).toEqual([["warning"]]);
  });
});

describe("readClusters", () => {
  const shown = (files: Readonly<Record<string, string>>) =>
    readClusters(texts(files)).map(({ root, cluster }) =>
      [root, ...cluster.workloads.map(({ name }) => name)].join(" "),
    );

  it("reads each directory by itself, with what lies beside it, and the rest as one more", () => {
    const files = {
      "clusters/common.yaml": pod("agent"),
      "clusters/dev/a.yaml": `${pod("web")}---\n${pod("debug")}`,
      "clusters/prod/a.yaml": pod("web"),
      "tools/a.yaml": pod("tool"),
    };
    expect(shown(files)).toEqual(["clusters/dev agent debug web", "clusters/prod agent web", ". tool"]);
  });

  it("reads files that are named like environments each by itself", () => {
    expect(shown({ "x/dev.yaml": pod("a"), "x/prod.yaml": pod("a"), "x/other.yaml": pod("b") })).toEqual([
      "x/dev.yaml a b",
      "x/prod.yaml a b",
    ]);
  });

  it("also within one of them, and reads what has no such directories as one", () => {
    const nested = {
      "eu/dev/a.yaml": three,
      "eu/prod/a.yaml": three,
      "us/dev/a.yaml": three,
      "us/prod/a.yaml": three,
    };
    expect(shown(nested).map((each) => each.split(" ")[0])).toEqual(["eu/dev", "eu/prod", "us/dev", "us/prod"]);
    expect(shown({ "a/x.yaml": pod("a"), "b/y.yaml": pod("b") })).toEqual([". a b"]);
  });

  it("a collection of very many is read as one", () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`clusters/c${i}/a.yaml`, pod("a")]));
    expect(shown(many)).toEqual([". a"]);
  });
});
