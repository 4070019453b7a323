import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { parseSource } from "../../src/parse/parse-source.ts";
import { only, problemPlaces, read, values } from "./read.ts";

const pod = (name: string): string => `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n`;
const podValue = (name: string): unknown => ({ apiVersion: "v1", kind: "Pod", metadata: { name } });
const isPod = (kind: string): boolean => kind === "Pod";

describe("a stream is split into documents", () => {
  it.each([
    ["---", `${pod("a")}---\n${pod("b")}`],
    ["--- at both ends", `---\n${pod("a")}---\n${pod("b")}---\n`],
    ["--- with a comment", `--- # one\n${pod("a")}--- # two\n${pod("b")}`],
    ["---#comment, as kubectl does", `${pod("a")}---#c\n${pod("b")}`],
    ["... and ---", `${pod("a")}...\n---\n${pod("b")}`],
    ["CRLF", `${pod("a")}---\n${pod("b")}`.replaceAll("\n", "\r\n")],
    ["a byte order mark", `\ufeff${pod("a")}---\n\ufeff${pod("b")}`],
    ["a byte order mark before ---", `\ufeff---\n${pod("a")}---\n${pod("b")}`],
    ["CR alone within documents", `${pod("a").replaceAll("\n", "\r")}\n---\n${pod("b").replaceAll("\n", "\r")}`],
    ["blank documents", `---\n\n---\n# c\n---\n${pod("a")}---\n---\n${pod("b")}\n---`],
    ["JSON in a row", JSON.stringify(podValue("a")) + JSON.stringify(podValue("b"))],
    [
      "YAML, then JSON with a comment",
      `${pod("a")}---\n{"apiVersion": "v1", # c\n "kind": "Pod", "metadata": {"name": "b"}}`,
    ],
    ["tabs in JSON", JSON.stringify(podValue("a"), null, "\t") + "\n" + JSON.stringify(podValue("b"), null, "\t")],
  ])("%s", (_name, text) => {
    const { documents, problems } = read(text);
    expect(problems).toEqual([]);
    expect(documents.map((document) => document.value)).toEqual([podValue("a"), podValue("b")]);
    expect(documents.map((document) => document.index)).toEqual([0, 1]);
  });

  it("a scalar on the separator line is a document of its own", () => {
    expect(values(`--- text\n---\n${pod("a")}`)).toEqual(["text", podValue("a")]);
  });

  it("a separator ends a document also in a block scalar", () => {
    expect(values(`a: |\n  x\n---\nb: 1\n`)).toEqual([{ a: "x\n" }, { b: 1 }]);
  });

  it("a longer dash line is no separator, and kubectl refuses it", () => {
    expect(read("----\n")).toMatchObject({ documents: [{ value: "----" }], problems: [{ code: "yaml-syntax" }] });
  });

  it("reads a list as one document", () => {
    expect(values(`kind: List\nitems:\n- ${pod("a").trimEnd().replaceAll("\n", "\n  ")}\n`)).toEqual([
      { kind: "List", items: [podValue("a")] },
    ]);
  });
});

describe("documents of kinds that nobody wants are not parsed", () => {
  it("by text", () => {
    const { documents, skipped, problems } = read(`kind: Secret\ndata: [broken\n---\n${pod("a")}`, isPod);
    expect(problems).toEqual([]);
    expect(skipped).toEqual([{ file: "file.yaml", index: 0, kind: "Secret" }]);
    expect(documents.map(({ index }) => index)).toEqual([1]);
  });

  it.each([
    ["a comment and CRLF", "a: 1\r\nkind:  Secret # x\r\nb: 2\r\n"],
    ["a quoted kind", 'a: 1\nkind: "Secret"\n'],
    ["JSON", '{"kind": "Secret"}'],
    ["a flow mapping", "# c\n{kind: Secret}"],
    ["a quoted key", '"kind": Secret\n'],
    ["indented", "  kind: Secret\n  a: 1\n"],
  ])("%s", (_name, text) => {
    const { documents, skipped, problems } = read(text, isPod);
    expect(problems).toEqual([]);
    expect(skipped).toMatchObject([{ kind: "Secret" }]);
    expect(documents).toEqual([]);
  });

  it.each([
    ["twice", "kind: Secret\nkind: Pod\n"],
    ["a second, quoted key", 'kind: Secret\n"kind": Pod\n'],
    ["a second key with a blank", "kind: Secret\nkind : Pod\n"],
    ["an explicit key", "kind: Secret\n? kind\n: Pod\n"],
    ["a merge", "x: &x {kind: Pod}\nkind: Secret\n<<: *x\n"],
    ["in a block scalar only", "a: |\n  kind: Secret\nkind: Pod\n"],
    ["a quoted scalar at column 0", 'a: "\n kind: Secret\n "\nkind: Pod\n'],
    ["a quoted text that goes back to column 0", '  kind: Pod\n  a: "\nkind: Secret # "\n'],
    ["a colon far from its key", `kind: Secret\nkind${" ".repeat(200)}: Pod\n`],
    ["an escaped key", 'kind: Secret\n"k\\x69nd": Pod\n'],
    ["a kind after a line break that no editor shows", "kind: Secret\na: b\u0085kind: Pod\n"],
    ["a kind after a lone carriage return", "kind: Secret\na: b\rkind: Pod\n"],
    ["a kind after a comment that U+2028 ends", "kind: Secret # c\u2028kind: Pod\n"],
    ["an anchor before the key", "kind: Secret\n&a kind: Pod\n"],
  ])("does not trust the text alone: %s", (_name, text) => {
    expect(read(text, isPod).documents.map(({ value }) => value)).toMatchObject([{ kind: "Pod" }]);
  });

  it.each(["kind: y\n", "kind: null\n", "kind: 12\n", "kind: [a]\n", "kind:\n", "kindOf: Secret\n"])(
    "%j is read",
    (text) => {
      expect(read(text, () => false).documents).toHaveLength(1);
    },
  );
});

describe("problems", () => {
  it("a broken document has its place in the file, and the others are read", () => {
    const text = `${pod("a")}---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: "b\n---\n${pod("c")}`;
    const { documents, problems } = read(text);
    expect(documents.map(({ value }) => value)).toEqual([podValue("a"), podValue("c")]);
    expect(documents.map(({ index }) => index)).toEqual([0, 2]);
    expect(problems).toMatchObject([
      { code: "yaml-syntax", severity: "error", unreadable: true, location: { line: 9, column: 9 } },
    ]);
  });

  it.each([
    ["tab indentation", "kind: Pod\nmetadata:\n\tname: a\n", "3:1 yaml-syntax"],
    ["bad indentation", "kind: Pod\nmetadata:\n    name: a\n   b: c\n", "4:4 yaml-syntax"],
    ["an unknown alias", "kind: Pod\na: *b\n", "2:4 yaml-syntax"],
    ["a merge of a scalar", "kind: Pod\na: {<<: 1}\n", "2:5 yaml-syntax"],
    ["a %YAML directive", `%YAML 1.2\n---\n${pod("a")}`, "1:1 yaml-syntax"],
    ["a %TAG directive", `# c\n%TAG ! tag:x,2000:\n---\n${pod("a")}`, "2:1 yaml-syntax"],
    ["JSON with a comma too many", '{"kind": "Pod",\n "a": 1,\n}', "3:1 yaml-syntax"],
    ["JSON with a comment", '{"kind": "Pod", # c\n "a": 1}', "1:17 yaml-syntax"],
    ["JSON that is cut off", '{"kind": "Pod",\n "a": [1, 2', "2:12 yaml-syntax"],
    ["JSON with a bad string", '{"kind": "Pod",\n "a": "x\ty"}', "2:9 yaml-syntax"],
    ["JSON with a bad escape", '{"kind": "Pod", "a": "x\\y"}', "1:24 yaml-syntax"],
    ["JSON with an octal number", '{"kind": "Pod", "a": 017}', "1:23 yaml-syntax"],
    ["JSON with a huge number", '{"kind": "Pod", "a": 1e999}', "1:1 yaml-syntax"],
    ["JSON without a colon", '{"kind": "Pod", "a" 1}', "1:21 yaml-syntax"],
    ["text after JSON", '{"kind": "Pod"}\n garbage', "2:2 yaml-syntax"],
    ["a byte order mark in the middle", "kind: Pod\n\ufeff%x\n", "2:1 yaml-syntax"],
    ["a second document after ...", "kind: Pod\n...\nkind: Pod\n", "3:1 yaml-syntax"],
    ["a second document after --- that a lone CR ends", "a: 1\r---\rkind: Pod\n", "2:1 yaml-syntax"],
    ["text after an indented document", " kind: Pod\nkind: Pod\n", "2:1 yaml-syntax"],
    ["content on the separator line", "a: 1\n--- {kind: Pod}\n", "2:1 yaml-syntax"],
    ["JSON, then YAML", `{"kind": "Pod"}\n---\n${pod("b")}`, "2:1 yaml-syntax"],
    ["a control character", 'kind: Pod\na: "\u0007"\n', "2:5 yaml-syntax"],
  ])("%s", (_name, text, place) => {
    expect(problemPlaces(text)).toEqual([place]);
    expect(read(text).problems[0]).toMatchObject({ severity: "error", unreadable: true });
  });

  it("a text that is not for Kubernetes is not an unreadable object", () => {
    expect(read("title: [broken\n").problems).toMatchObject([{ code: "yaml-syntax", severity: "warning" }]);
    expect(read("title: [broken\n").problems[0]).not.toHaveProperty("unreadable");
  });

  it.each([
    ["a directive", "file.yaml", "%YAML 1.2\n---\ncreation_rules: []\n"],
    ["a directive of a tag behind a document", "file.yaml", "a: 1\n---\n%TAG ! tag:x,2000:\n---\nb: 1\n"],
    ["JSON with comments", ".vscode/settings.json", '{\n  // why\n  "a": 1,\n}\n'],
    ["JSON that begins with a comment", "tsconfig.json", '/* { */\n{"compilerOptions": {"strict": true /* yes */}}\n'],
    ["a key that is there twice", "mkdocs.yml", "nav: []\nnav: []\n"],
  ])("what is meant for other programs is no problem: %s", (_name, name, text) => {
    const problems: Diagnostic[] = [];
    const options = { wants: () => true };
    parseSource({ name, text }, options, (problem) => problems.push(problem));
    expect(problems).toEqual([]);
    parseSource({ name, text }, { ...options, isOurs: true }, (problem) => problems.push(problem));
    expect(problems).toHaveLength(1);
  });

  it.each([
    ["a directive before a manifest", "file.yaml", `%YAML 1.2\n---\na: 1\n---\n${pod("a")}`],
    ["a manifest in JSON with comments", "pod.json", '{"kind": "Pod" /* why */}'],
    ["a manifest in JSON behind a comment", "pod.json", '// why\n{"kind": "Pod"}'],
  ])("what may be meant for Kubernetes is one: %s", (_name, name, text) => {
    const problems: Diagnostic[] = [];
    parseSource({ name, text }, { wants: () => true }, (problem) => problems.push(problem));
    expect(problems).toMatchObject([{ code: "yaml-syntax", severity: "error", unreadable: true }]);
  });

  it("a file that was read before a broken JSON object is kept", () => {
    expect(read('{"kind": "Pod"}\n{"kind": }').documents).toHaveLength(1);
  });

  it.each([
    [
      "YAML",
      "kind: Pod\nmetadata:\n  name: a\n  labels: {x: 1, x: 2}\n  name: b\n",
      ["4:18 duplicate-key", "5:3 duplicate-key"],
    ],
    ["YAML keys that become equal", "a: {1: x, '1': y}\nkind: Pod\n", ["1:11 duplicate-key"]],
    ["JSON", '{"a": {"x": 1,\n"x": 2}, "kind": ":"}', ["2:1 duplicate-key"]],
    ["JSON, escaped", '{"a": 1, "\\u0061": 2}', ["1:10 duplicate-key"]],
    ["__proto__", '{"__proto__": 1, "__proto__": 2, "kind": 3}', ["1:18 duplicate-key"]],
  ])("duplicate keys: %s", (_name, text, places) => {
    expect(problemPlaces(text)).toEqual(places);
  });

  it("the last of equal keys wins", () => {
    expect(values("a: 1\na: 2\n")).toEqual([{ a: 2 }]);
    expect(read("a: {b: 1}\nx: &m {b: 1}\nm: {b: 2, <<: *m}\nn: {<<: *m, b: 2}\n").problems).toEqual([]);
    expect(read("kind: Pod\na:\n- b: {c: 1, c: 2}\n").problems[0]?.location?.path).toBe("a[0].b.c");
  });

  it("reports at most a hundred duplicates of a document", () => {
    expect(read(`kind: Pod\n${"a: 1\n".repeat(500)}`).problems).toHaveLength(100);
  });
});

describe("templates", () => {
  it.each([
    ["an action as a value", "kind: Pod\nmetadata:\n  name: {{ .Release.Name }}\n"],
    ["an action on its own line", "kind: Pod\n{{- if .Values.x }}\nmetadata: {}\n{{- end }}\n"],
    ["Jinja", "kind: Pod\n{% if x %}\nmetadata: {}\n{% endif %}\n"],
    ["ERB", "kind: Pod\nmetadata:\n<% each do |x| %>\n  name: a\n<% end %>\n"],
    ["an include", 'kind: Pod\nmetadata:\n  labels:\n    {{- include "x" . | nindent 4 }}\n'],
  ])("%s", (_name, text) => {
    const { documents, problems, template } = read(text);
    expect(documents).toEqual([]);
    expect(problems).toEqual([]);
    expect(template).toBe("file.yaml");
  });

  it("braces in a text are fine", () => {
    expect(only("kind: ConfigMap\ndata:\n  a: '{{ x }}'\n  b: |\n    {{ y }}\n  c: z {{ z }}\n").value).toEqual({
      kind: "ConfigMap",
      data: { a: "{{ x }}", b: "{{ y }}\n", c: "z {{ z }}" },
    });
  });

  it("a broken document with quoted braces is a broken document", () => {
    expect(problemPlaces("kind: Pod\na: '{{ x }}'\nb: [\n")).toEqual(["4:1 yaml-syntax"]);
  });
});

describe("values", () => {
  it("has mappings without a prototype", () => {
    for (const text of ["__proto__: {a: 1}\n", '{"__proto__": {"a": 1}}']) {
      const { value } = only(text);
      expect(Object.getPrototypeOf(value)).toBeNull();
      expect(Object.keys(value as object)).toEqual(["__proto__"]);
      expect(value).not.toHaveProperty("a");
    }
  });

  it("reads anchors, aliases and all scalar styles", () => {
    expect(
      values("a: &x [1, 'b''c', \"d\\n\"]\nb: *x\nc: >-\n  e\n  f\n\n  g\nd: |+\n  h\n\ne: i\n  j\n? k\n: l\n"),
    ).toEqual([{ a: [1, "b'c", "d\n"], b: [1, "b'c", "d\n"], c: "e f\ng", d: "h\n\n", e: "i j", k: "l" }]);
  });

  it.each(["\n", "\r\n", "\r", "\r\r\n"])("%j is one line break, as for kubectl", (lineBreak) => {
    expect(values(`a: |${lineBreak}  b${lineBreak}  c${lineBreak}d: "e\\${lineBreak}f"${lineBreak}`)).toEqual([
      { a: "b\nc\n", d: "ef" },
    ]);
  });

  it("a comment with a character that kubectl refuses makes a document that is not read", () => {
    expect(problemPlaces("a: 1\n---\n# \u007f\nb: 1\n")).toEqual(["3:3 yaml-syntax"]);
  });

  it("reads an empty text as nothing", () => {
    for (const text of ["", "\n", "# c\n", "\ufeff", "---", "---\n...\n"])
      expect(read(text)).toEqual({ documents: [], skipped: [], problems: [] });
  });
});
