import { existsSync, readdirSync, readFileSync } from "node:fs";
import { analyzeCluster, can, countConnectivity, listConnectivity, readManifests, toVerdictJson } from "@npa/core";
import { reachabilityGraph } from "@npa/core/graph";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { type CodeBlock, codeBlocks, page, sections } from "./markdown.ts";

const text = page("json.md");
const blocks = codeBlocks(text);
const examples = blocks.filter(({ language, note }) => language === "json" && note.startsWith("npa "));
const manifests = blocks.find(({ language }) => language === "yaml")?.text ?? "";

const core = new URL("../../packages/core/src/", import.meta.url);

/** Where the types of the answers are declared, and those of each file that are on the page. */
const declaredIn: Readonly<Record<string, "all" | readonly string[]>> = {
  ...Object.fromEntries(readdirSync(new URL("answers/", core)).map((file) => [`answers/${file}`, "all"] as const)),
  "graph/graph-result.ts": [
    "ReachabilityGraph",
    "GraphFacts",
    "GraphEdge",
    "Isolation",
    "Reached",
    "FoldedPods",
    "NamespaceNode",
    "NamespaceGroupNode",
  ],
  "analysis/rule-catalog.ts": "all",
  "diagnostics/diagnostic.ts": ["Diagnostic", "ObjectRef"],
  "source/position.ts": ["Location"],
  "model/cluster.ts": ["InputSummary", "UnrenderedSources", "NotFollowed"],
};

interface Declaration {
  readonly name: string;
  readonly fields: readonly string[];
}

function declarations(): readonly Declaration[] {
  return Object.entries(declaredIn).flatMap(([file, wanted]) => {
    const source = readFileSync(new URL(file, core), "utf8");
    return interfacesOf(source).filter(({ name }) => wanted === "all" || wanted.includes(name));
  });
}

/** The interfaces of a formatted file, with their own fields: those two spaces in. */
function interfacesOf(source: string): readonly Declaration[] {
  return [...source.matchAll(/^(?:export )?interface (\w+)[^{]*\{\n([\s\S]*?)^\}/gm)].map(
    ([, name = "", body = ""]) => ({
      name,
      fields: [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, field = ""]) => field),
    }),
  );
}

/** The one field that JSON has under another name than the library. */
function jsonName(field: string): string {
  return field === "answer" ? "allowed" : field;
}

/** The fields that a section lists: the backticked words before the colon of each item. */
function listedFields(section: string): readonly string[] {
  return [...section.matchAll(/^- ((?:`\w+`(?:, )?)+):/gm)].flatMap(([, head = ""]) =>
    [...head.matchAll(/`(\w+)`/g)].map(([, field = ""]) => field),
  );
}

const cluster = readManifests([{ name: "shop.yaml", text: manifests }]);

/** The answer of the command that the note of an example spells, more or less as on the command line. */
function answer({ note }: CodeBlock): { readonly kind: string } {
  const [, command, ...args] = note.split(" ");
  if (command === "list") return args.includes("--count") ? countConnectivity(cluster) : listConnectivity(cluster);
  if (command === "analyze") return analyzeCluster(cluster);
  if (command === "graph") return reachabilityGraph(cluster, { by: "namespace" });
  const [source = "", target = "", port] = args;
  if (command === "can")
    return toVerdictJson(can(cluster, { source, target, ...(port === undefined ? {} : { port }) }));
  throw new Error(`no such example: ${note}`);
}

/** What of the answer an example shows: all of it or, for `npa analyze RULE`, the rule's first finding. */
function subject(example: CodeBlock): unknown {
  const rule = /^npa analyze (.+)$/.exec(example.note)?.[1];
  if (rule === undefined) return answer(example);
  return analyzeCluster(cluster).findings.find(({ ruleId }) => ruleId === rule);
}

/** Puts the true answers for the fields that an example shows into its place: what the failing test prints can be copied. */
function shownOf(whole: unknown, example: unknown): unknown {
  if (Array.isArray(whole) && Array.isArray(example)) return whole.map((item, i) => shownOf(item, example[i]));
  if (isObject(whole) && isObject(example))
    return Object.fromEntries(Object.keys(example).map((key) => [key, shownOf(whole[key], example[key])]));
  return whole;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

describe("docs/json.md", () => {
  it("reads the types", () => {
    expect(declarations().length).toBeGreaterThan(30);
  });

  it.each(declarations().map(({ name, fields }) => [name, fields] as const))(
    "lists the fields of %s",
    (name, fields) => {
      const section = sections(text).get(name);
      expect(section, `a section "### ${name}"`).toBeDefined();
      expect(listedFields(section ?? "").toSorted()).toEqual(fields.map(jsonName).toSorted());
    },
  );

  it.each(examples.map((example) => [example.note, example] as const))("shows what %s answers", (_, example) => {
    const shown: unknown = JSON.parse(example.text);
    expect(shown).toEqual(shownOf(subject(example), shown));
  });

  it("has an example of every answer about connections", () => {
    expect(new Set(examples.map((example) => answer(example).kind))).toEqual(
      new Set(["ConnectivityList", "ConnectivityCounts", "Verdict", "AnalysisReport", "ReachabilityGraph"]),
    );
  });

  it.each(examples.map((example) => [example.note, example] as const))("%s answers by its schema", (_, example) => {
    const whole = answer(example);
    const schema = new URL(`../../packages/core/schema/${whole.kind}.schema.json`, import.meta.url);
    expect(existsSync(schema), `a schema of ${whole.kind}`).toBe(true);
    const validate = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(schema, "utf8")));
    validate(JSON.parse(JSON.stringify(whole)));
    expect(validate.errors ?? []).toEqual([]);
  });
});
