import { describe, expect, it } from "vitest";
import type { Change } from "../../src/edit/change.ts";
import type { RawValue } from "../../src/parse/document.ts";
import { edit, edited, refusal } from "./edit.ts";

const policy = `# the shop
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy # of the shop
metadata:
    name: "web"
    namespace: 'shop'
spec:
    podSelector:
        matchLabels: {app: web, tier: "front"} # who
    # who may come in
    ingress:
    # the proxies
    - from:
        - podSelector: {}   # all of ours

        # and the others
        - namespaceSelector:
            matchLabels:
                team: a
      ports: [{port: 80}, {port: 443, protocol: TCP}]
    # monitoring
    # (see wiki)
    - ports:
        - port: 9090

# the end
`;

function deletions(...paths: readonly string[][]): Change[] {
  return paths.map((path) => ({ type: "delete", path }));
}

describe("deleting", () => {
  it("an item goes, and nothing else does", () => {
    const plain = policy.replaceAll(/ *# (?:monitoring|\(see wiki\)|all of ours|and the others)\n/g, "");
    expect(edited(plain, { type: "delete", path: ["spec", "ingress", 1] })).toBe(
      plain.replace("    - ports:\n        - port: 9090\n", ""),
    );
  });

  it("an item with a comment right above, beside or inside stays", () => {
    for (const path of [
      ["spec", "ingress", 1],
      ["spec", "ingress", 0, "from", 0],
      ["spec", "ingress", 0, "from", 1],
      ["spec", "ingress", 0],
    ])
      expect(refusal(policy, { type: "delete", path })).toContain("comment");
  });

  it("an item in brackets goes with its comma", () => {
    const ports = (...gone: number[]): string | undefined =>
      edited(
        policy,
        ...gone.map((port) => ({ type: "delete" as const, path: ["spec", "ingress", 0, "ports", port] })),
      ).match(/ports: (\[.*\])/)?.[1];
    expect(ports(0)).toBe("[{port: 443, protocol: TCP}]");
    expect(ports(1)).toBe("[{port: 80}]");
    expect(ports(0, 1)).toBe("[]");
    expect(
      edited("a: [1, 2, 3, 4, 5,]\n", { type: "delete", path: ["a", 1] }, { type: "delete", path: ["a", 2] }),
    ).toBe("a: [1, 4, 5,]\n");
    expect(edited("a: [1, 2, 3,]\n", { type: "delete", path: ["a", 2] })).toBe("a: [1, 2,]\n");
    expect(edited("a: {b: 1, c: 2}\n", { type: "delete", path: ["a", "b"] })).toBe("a: {c: 2}\n");
  });

  it("the last item leaves an empty list", () => {
    expect(
      edited("a: # why\n- 1\n- 2\nb: 1\n", { type: "delete", path: ["a", 0] }, { type: "delete", path: ["a", 1] }),
    ).toBe("a: [] # why\nb: 1\n");
    expect(edited("a:\n  b: 1\n", { type: "delete", path: ["a", "b"] })).toBe("a: {}\n");
  });

  it("the key behind a dash gives its place to the next", () => {
    expect(edited("a:\n- b: 1\n  c: 2\n", { type: "delete", path: ["a", 0, "b"] })).toBe("a:\n- c: 2\n");
    expect(refusal("a:\n- b: 1\n  # of c\n  c: 2\n", { type: "delete", path: ["a", 0, "b"] })).toContain("comment");
  });

  it("a document goes with its separator; the comment that opens the file stays", () => {
    const text = "# header\n\na: 1\n---\nb: 1\n---\nc: 1\n";
    const gone = (...lines: number[]): string => {
      let left = text;
      for (const line of lines.toReversed()) {
        const result = edit(left, [{ type: "delete", path: [] }], line);
        if (result.status === "refused") return result.refusals[0]?.reason ?? "";
        left = result.text;
      }
      return left;
    };
    expect(gone(3)).toBe("# header\n\n---\nb: 1\n---\nc: 1\n");
    expect(gone(5)).toBe("# header\n\na: 1\n---\nc: 1\n");
    expect(gone(7)).toBe("# header\n\na: 1\n---\nb: 1\n");
    expect(gone(3, 5, 7)).toContain("delete the file");
    expect(edit("a: 1\n---\nb: 1\n", [{ type: "delete", path: [] }])).toMatchObject({ text: "b: 1\n" });
    expect(edit("---\na: 1\n---\nb: 1\n", [{ type: "delete", path: [] }], 2)).toMatchObject({ text: "---\nb: 1\n" });
  });

  it("a document with a comment inside, above or, of the last one, below stays", () => {
    const text = "# of a\na: 1\n---\n# of b\nb: 1\n---\nc: 1 # x\n---\nd: 1\n---\ne: 1\n# end\n";
    for (const line of [2, 5, 7, 11])
      expect(edit(text, [{ type: "delete", path: [] }], line)).toMatchObject({
        refusals: [{ reason: "a comment would go with it" }],
      });
    expect(edit(text, [{ type: "delete", path: [] }], 9)).toMatchObject({ text: text.replace("---\nd: 1\n", "") });
  });

  it("an object of a List is an item", () => {
    const list = "kind: List\nitems:\n- kind: A\n  x: |\n    text\n    a\n- kind: B\n";
    expect(edited(list, { type: "delete", path: ["items", 0] })).toBe("kind: List\nitems:\n- kind: B\n");
    expect(edited(list, { type: "delete", path: ["items", 1] })).toBe(list.replace("- kind: B\n", ""));
  });
});

describe("adding", () => {
  const types = {
    type: "put",
    path: ["spec"],
    key: "policyTypes",
    value: ["Ingress"],
    after: ["podSelector"],
  } as const;

  it("a key goes behind another, laid out as the file is", () => {
    expect(edited(policy, types)).toBe(policy.replace("# who\n", "# who\n    policyTypes:\n    - Ingress\n"));
    expect(edited("spec:\n  podSelector: {}\n", types)).toBe("spec:\n  podSelector: {}\n  policyTypes: [Ingress]\n");
    expect(edited("spec: {podSelector: {}, ingress: []}", types)).toBe(
      "spec: {podSelector: {}, policyTypes: [Ingress], ingress: []}",
    );
    expect(edited("spec: {}\n", types)).toBe("spec: { policyTypes: [Ingress] }\n");
    expect(edited("spec:\n  policyTypes: []\n", types)).toBe("spec:\n  policyTypes: [Ingress]\n");
    expect(edited("spec:\n  policyTypes: # none\n  a: 1\n", types)).toBe(
      "spec:\n  policyTypes: [Ingress] # none\n  a: 1\n",
    );
    expect(refusal("spec:\n  policyTypes: [Egress]\n", types)).toBe("policyTypes is there already");
    expect(refusal("metadata: {}\n", types)).toContain('"spec"');
  });

  it("an item goes to the end of its list", () => {
    const rule = {
      to: [{ podSelector: { matchLabels: { "k8s-app": "kube-dns", on: "yes" } } }],
      ports: [{ port: 53 }],
    };
    const append = { type: "append", path: ["spec", "egress"], value: rule } as const;
    const lines = [
      "- to:",
      "  - podSelector:",
      "      matchLabels:",
      "        k8s-app: kube-dns",
      '        "on": "yes"',
      "  ports:",
      "  - port: 53",
      "",
    ];
    expect(edited("spec:\n  egress:\n  - to: []\n  # end\n", append)).toBe(
      `spec:\n  egress:\n  - to: []\n${lines.map((line) => (line === "" ? "" : `  ${line}`)).join("\n")}  # end\n`,
    );
    expect(edited("spec:\n  x:\n  - 1\n  egress: []", append)).toBe(
      `spec:\n  x:\n  - 1\n  egress:\n${lines
        .slice(0, -1)
        .map((line) => `  ${line}`)
        .join("\n")}`,
    );
    expect(edited("spec: {egress: [{}]}\n", { ...append, value: { a: "x y" } })).toBe(
      'spec: {egress: [{}, {a: "x y"}]}\n',
    );
  });

  it("a comment above a document is broken where it would be long", () => {
    const names = Array.from({ length: 12 }, (_, i) => `policy-number-${i}`);
    const text = edited("a: 1\n", { type: "comment", path: [], text: `Merged from ${names.join(", ")}.` });
    const lines = text.split("\n");
    expect(lines.slice(-2)).toEqual(["a: 1", ""]);
    expect(lines.slice(0, -2).map((line) => [line.startsWith("# "), line.length <= 100])).toEqual([
      [true, true],
      [true, true],
      [true, true],
    ]);
    expect(
      lines
        .slice(0, -2)
        .map((line) => line.slice(2))
        .join(" "),
    ).toBe(`Merged from ${names.join(", ")}.`);
  });

  it("is written as the rest of its document: indents, brackets and quotes", () => {
    const rule = (app: string, ports: readonly number[]): RawValue => ({
      from: [{ podSelector: { matchLabels: { app } } }, { ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } }],
      ports: ports.map((port) => ({ protocol: "TCP", port })),
    });
    const change: Change = { type: "append", path: ["spec", "ingress"], value: rule("b", [80, 443]) };
    const before = [
      "spec:",
      "    ingress:",
      "    -   from:",
      "        -   podSelector:",
      "                matchLabels: { app: 'a' }",
      "        -   ipBlock:",
      "                cidr: '10.2.0.0/16'",
      "                except: ['10.2.1.0/24']",
      "        ports:",
      "        - {protocol: TCP, port: 80}",
      "",
    ];
    const after = [
      ...before.slice(0, -1),
      "    -   from:",
      "        -   podSelector:",
      "                matchLabels: { app: 'b' }",
      "        -   ipBlock:",
      "                cidr: '10.0.0.0/8'",
      "                except: ['10.1.0.0/16']",
      "        ports:",
      "        -   { protocol: TCP, port: 80 }",
      "        -   { protocol: TCP, port: 443 }",
      "",
    ];
    expect(edited(before.join("\n"), change)).toBe(after.join("\n"));
  });

  it("is written as other documents of its file are where its own shows nothing", () => {
    const [own, other] = [
      "spec:\n    podSelector: {}\n",
      "# Theirs.\nspec:\n    ingress:\n    -   from:\n        -   podSelector: { matchLabels: { app: 'a' } }\n        ports: [ { port: 80 } ]\n",
    ];
    const rule = { from: [{ podSelector: { matchLabels: { app: "b" } } }], ports: [{ port: 81 }] };
    const put: Change = { type: "put", path: ["spec"], key: "ingress", value: [rule] };
    const written = [
      "    ingress:",
      "    -   from:",
      "        -   podSelector: { matchLabels: { app: 'b' } }",
      "        ports: [{ port: 81 }]",
      "",
    ].join("\n");
    expect(edited(`${own}---\n${other}`, put)).toBe(`${own}${written}---\n${other}`);
    // What its own shows comes first, and what cannot be read shows nothing.
    const brackets = "spec: { podSelector: {}, ingress: [], egress: [{}] }\n";
    expect(edited(`${brackets}---\n${other}`, { ...put, key: "x" })).toBe(
      `${brackets.replace(" }\n", `, x: [{ from: [{ podSelector: { matchLabels: { app: 'b' } } }], ports: [{ port: 81 }] }] }\n`)}---\n${other}`,
    );
    expect(edited(`${own}---\na: [b\n`, put)).toContain("      - from:\n          - podSelector:\n");
  });

  it("is not put in brackets where the line would be long, or some of its key are not", () => {
    const values = Array.from({ length: 20 }, (_, i) => `value-${i}`);
    const put = (value: RawValue): Change => ({ type: "append", path: ["list"], value });
    const text = "list:\n  - in: [a]\n    out: [a]\n  - out:\n      - a\n";
    expect(edited(text, put({ in: ["b"], out: ["b"] }))).toBe(`${text}  - in: [b]\n    out:\n      - b\n`);
    expect(edited(text, put({ in: values }))).toBe(
      `${text}  - in:\n${values.map((value) => `      - ${value}\n`).join("")}`,
    );
  });

  it("a file without a last line break keeps that", () => {
    expect(edited("spec:\n  podSelector: {}", types)).toBe("spec:\n  podSelector: {}\n  policyTypes: [Ingress]");
  });

  it("JSON stays JSON", () => {
    const json = '{\n\t"spec": {\n\t\t"podSelector": {},\n\t\t"x": 1\n\t}\n}\n';
    const after = edited(json, types);
    expect(JSON.parse(after)).toEqual({ spec: { podSelector: {}, policyTypes: ["Ingress"], x: 1 } });
    expect(after).toBe(json.replace("{},", '{},\n\t\t"policyTypes": ["Ingress"],'));
    expect(JSON.parse(edited('{"a":[1,2]}', { type: "delete", path: ["a", 1] }))).toEqual({ a: [1] });
  });
});

describe("setting a scalar", () => {
  const set = (text: string, value: string): string => edited(text, { type: "set", path: ["a"], value });

  it("keeps its quotes", () => {
    expect(set('a: "x" # c\n', "y z")).toBe('a: "y z" # c\n');
    expect(set("a: 'x'\n", "it's")).toBe("a: 'it''s'\n");
    expect(set("a: x\n", "y/z")).toBe("a: y/z\n");
    expect(set("a: x\n", "yes")).toBe('a: "yes"\n');
    expect(set("a: x\n", "1_000")).toBe('a: "1_000"\n');
    expect(set("a:\nb: 1\n", "v")).toBe("a: v\nb: 1\n");
  });

  it("is refused where the text spans lines", () => {
    expect(refusal("a: |\n  x\n", { type: "set", path: ["a"], value: "y" })).toContain("lines");
    expect(refusal("a:\n  b: 1\n", { type: "set", path: ["a"], value: "y" })).toContain("lines");
  });
});

describe("hostile texts", () => {
  it("line ends are those of the file", () => {
    const crlf = policy.replaceAll("\n", "\r\n");
    const change = { type: "delete", path: ["spec", "ingress", 0, "ports", 1] } as const;
    expect(edited(crlf, change)).toBe(edited(policy, change).replaceAll("\n", "\r\n"));
    const put = { type: "put", path: ["spec"], key: "policyTypes", value: ["Ingress"] } as const;
    expect(edited(crlf, put)).toBe(edited(policy, put).replaceAll("\n", "\r\n"));
  });

  it("what is used in two places is left alone", () => {
    const shared = "a: &x\n  b: 1\n  c: 2\nd: *x\n";
    expect(refusal(shared, { type: "delete", path: ["a", "b"] })).toContain("&x");
    expect(refusal(shared, { type: "delete", path: ["d", "b"] })).toContain("alias");
    expect(refusal(shared, { type: "delete", path: ["a"] })).toContain("&x");
    expect(edited(shared, { type: "delete", path: ["d"] })).toBe("a: &x\n  b: 1\n  c: 2\n");
    expect(refusal("a: &x {b: 1}\nd:\n  <<: *x\n", { type: "delete", path: ["d", "b"] })).toContain("not written");
    expect(edited("a: &x 1\nb: 2\n", { type: "delete", path: ["a"] })).toBe("b: 2\n");
  });

  it("what goes in the same edit uses nothing any more", () => {
    expect(edited("a: &x {b: 1}\nd: *x\ne: 1\n", ...deletions(["a"], ["d"]))).toBe("e: 1\n");
    expect(edited("a: &x {b: 1}\nd: {f: [*x]}\ne: 1\n", ...deletions(["a"], ["d"]))).toBe("e: 1\n");
    expect(edited("a: &x\n  b: 1\n  c: 2\nd: *x\n", ...deletions(["a", "b"], ["d"]))).toBe("a: &x\n  c: 2\n");
    expect(refusal("a: &x {b: 1}\nd: *x\ne: *x\n", ...deletions(["a"], ["d"]))).toContain("&x");
  });

  it("an anchor that is written twice is used where its second text is only by what stands behind that", () => {
    const twice = "a: &x 1\nb: *x\nc: &x 2\nd: *x\ne: 3\n";
    expect(edited(twice, ...deletions(["c"], ["d"]))).toBe("a: &x 1\nb: *x\ne: 3\n");
    expect(edited(twice, ...deletions(["a"], ["b"]))).toBe("c: &x 2\nd: *x\ne: 3\n");
    expect(refusal(twice, ...deletions(["c"]))).toContain("&x");
    expect(refusal(twice, ...deletions(["a"], ["d"]))).toContain("&x");
  });

  it("templates are left alone", () => {
    expect(refusal("{{- if .x }}\na: 1\n{{- end }}\n", { type: "delete", path: ["a"] })).toContain("template");
    expect(refusal('a: "{{ .x }}"\nb: 1\n', { type: "delete", path: ["b"] })).toContain("template");
  });

  it("comments between items in brackets are not lost", () => {
    const text = "a: [\n  1, # one\n  2, # two\n  3\n  ]\n";
    expect(refusal(text, { type: "delete", path: ["a", 0] })).toContain("comment");
  });

  it("nothing is thrown, whatever the text or the path", () => {
    const texts = [
      "",
      "a",
      "- a",
      "? a\n: b\n",
      "a: b: c",
      "%YAML 1.2\n---\na: 1\n",
      "a:\t1\n",
      "- - a\n  - b\n",
      "a: !!set {b, c}\n",
      "\ufeffa: 1\nb: 2\n",
      "a: 'x\n\n  y'\nb: 1\n",
    ];
    const paths = [[], ["a"], [0], [0, 0], ["b"], ["a", "b"], [-1], ["__proto__"]];
    for (const text of texts)
      for (const path of paths)
        for (const change of [
          { type: "delete", path },
          { type: "set", path, value: "v" },
          { type: "put", path, key: "k", value: [] },
          { type: "append", path, value: { k: 1 } },
        ] as const)
          expect(["edited", "refused"]).toContain(edit(text, [change]).status);
  });

  it("items go below the first one where a line in brackets would become long", () => {
    const item = (i: number): Change => ({
      type: "append",
      path: ["spec", "x"],
      value: { name: `a-rather-long-name-${i}` },
    });
    const items = [1, 2, 3, 4, 5].map(item);
    expect(edited("spec:\n  x: [{name: a}]\n", ...items)).toBe(
      `spec:
  x: [{name: a}, {name: a-rather-long-name-1}, {name: a-rather-long-name-2},
      {name: a-rather-long-name-3}, {name: a-rather-long-name-4}, {name: a-rather-long-name-5}]
`,
    );
    const json = '{"spec": {"x": [{"name": "a"}]}}';
    expect(edited(json, ...items).split("\n")).toHaveLength(1);
  });

  it("a document goes only where those behind it are read without it as they are with it", () => {
    const gone: Change = { type: "delete", path: [] };
    expect(refusal('{"a": 1}\n---\nb: 1\n', gone)).toContain("would not read");
    expect(edited('a: 1\n---\n{"b": 1}\n', gone)).toBe('{"b": 1}\n');
  });

  it("a mark at the start of the file stays", () => {
    expect(edited("\ufeffa: 1\nb: 2\n", { type: "delete", path: ["b"] })).toBe("\ufeffa: 1\n");
    expect(edited("\ufeffa: 1\nb: 2\n", { type: "set", path: ["a"], value: "c" })).toBe("\ufeffa: c\nb: 2\n");
  });
});
