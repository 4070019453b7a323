import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { joinFlowLines } from "../../src/parse/flow-lines.ts";
import { parseSource } from "../../src/parse/parse-source.ts";

/** Documents whose brackets close further out than js-yaml likes: how people write JSON in YAML. */
const documents = {
  "brackets that close at their key": `apiVersion: v1
kind: Pod
metadata: {
  name: a, # the name
  labels: {
    app: "web } {",
    tier: 'it''s [ fine'
  }
}
spec:
  containers: [
    {name: c, image: d}
  ]
`,
  "beside a block text, comments and quotes": `apiVersion: v1
kind: Pod
metadata:
  name: a
  annotations:
    note: |
      it is { not closed [
      # nor a comment
    plain: say "hi { there
    folded: >-
      a [
spec: {
containers: [
{ name: c, # } not the end
image: d }
]
}
`,
};

function read(text: string): {
  value: unknown;
  problems: readonly Diagnostic[];
  slice: (steps: readonly (string | number)[]) => string;
} {
  const problems: Diagnostic[] = [];
  const { documents: found } = parseSource({ name: "a.yaml", text }, { wants: () => true }, (problem) =>
    problems.push(problem),
  );
  const lines = text.split("\n");
  return {
    value: found[0]?.value,
    problems,
    slice(steps) {
      const place = found[0]?.locate(steps);
      return lines[(place?.line ?? 1) - 1]?.slice((place?.column ?? 1) - 1, (place?.endColumn ?? 1) - 1) ?? "";
    },
  };
}

function kubectlReads(text: string): unknown {
  const directory = mkdtempSync(path.join(tmpdir(), "npa-flow-"));
  const file = path.join(directory, "a.yaml");
  writeFileSync(file, text);
  const { status, stdout } = spawnSync("kubectl", ["annotate", "--local", "-f", file, "x=y", "-o", "json"], {
    encoding: "utf8",
  });
  rmSync(directory, { recursive: true });
  return status === 0 ? JSON.parse(stdout) : undefined;
}

const hasKubectl = spawnSync("kubectl", ["version", "--client"]).status === 0;

describe("lines inside brackets may be indented anyhow", () => {
  it.each(Object.entries(documents))("%s", (_name, text) => {
    const { value, problems, slice } = read(text);
    expect(problems).toEqual([]);
    expect(value).toMatchObject({
      kind: "Pod",
      metadata: { name: "a" },
      spec: { containers: [{ name: "c", image: "d" }] },
    });
    expect(slice(["spec", "containers", 0, "image"])).toBe("d");
    expect(slice(["metadata", "name"])).toBe("a");
  });

  it.runIf(hasKubectl).each(Object.entries(documents))("as kubectl reads it: %s", (_name, text) => {
    const { value } = read(text);
    expect(kubectlReads(text)).toMatchObject(JSON.parse(JSON.stringify(value)));
  });

  it("keeps the length, and everything outside brackets", () => {
    const text = documents["beside a block text, comments and quotes"];
    const joined = joinFlowLines(text);
    expect(joined).toHaveLength(text.length);
    expect(joined.slice(0, text.indexOf("spec:"))).toBe(text.slice(0, text.indexOf("spec:")));
  });

  it("an open bracket is still a problem, at its place", () => {
    const { problems } = read("apiVersion: v1\nkind: Pod\nspec: {\na: [\n");
    expect(problems).toHaveLength(1);
  });
});
