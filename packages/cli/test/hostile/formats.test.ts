import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { directoryOf, npa } from "../run.ts";

/** Texts that attack a terminal, a runner, a spreadsheet, Markdown, XML, HTML, a diagram. */
const attacks = [
  "\u001b]0;x\u0007\u001b[2J",
  "\n::stop-commands::npa",
  "\r\n##[error]npa",
  "::set-output name=a::b",
  "=HYPERLINK(1)",
  "a;=1+1",
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "]]><x>",
  "](https://evil.example) @everyone #1 www.evil.example",
  "![x](https://evil.example/x.png)",
  "`|\n\n# heading\n\n<details>",
  '"];evil [label="x',
  '"] --> evil["x',
  "\nclick a call evil()",
  "end\nsubgraph evil",
  "\u202egnp.exe\u2066",
  "\u2028\u2029\u0085\u200b",
  "%0A::error::x",
  "__proto__",
];

/** Manifests that hold a text wherever a manifest may hold one of its author's. */
function documentsWith(attack: string, at: number): readonly object[] {
  const networking = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy" };
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: attack, labels: { team: attack, [attack]: "x" } } },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: `web-${at}`, namespace: "shop", annotations: { "npa.dev/ignore.missing-dns-egress": attack } },
      spec: {
        template: {
          metadata: { labels: { app: `web-${at}` } },
          spec: { containers: [{ name: attack, ports: [{ name: attack, containerPort: 80 }] }] },
        },
      },
    },
    { ...networking, metadata: { name: attack, namespace: "shop" }, spec: { podSelector: {} } },
    {
      ...networking,
      metadata: { name: `p-${at}`, namespace: "shop", annotations: { "npa.dev/ignore.ports-too-broad": attack } },
      spec: {
        podSelector: { matchLabels: { app: `web-${at}` } },
        ingress: [
          { from: [{ namespaceSelector: { matchLabels: { team: attack } } }], ports: [{ port: attack }], [attack]: 1 },
        ],
      },
    },
    {
      apiVersion: "cilium.io/v2",
      kind: "CiliumNetworkPolicy",
      metadata: { name: `c-${at}`, namespace: "shop" },
      spec: {
        endpointSelector: {},
        egress: [{ toFQDNs: [{ matchPattern: attack }] }],
        ingress: [{ toPorts: [{ ports: [{ port: "80" }], rules: { http: [{ path: attack, method: attack }] } }] }],
      },
    },
    {
      apiVersion: "cilium.io/v2",
      kind: "CiliumClusterwideNetworkPolicy",
      metadata: { name: `d-${at}` },
      spec: {
        endpointSelector: { matchLabels: { app: `web-${at}` } },
        egress: [{ toFQDNs: [{ matchName: `${at}.x` }] }],
      },
      [attack]: attack,
    },
    { apiVersion: attack, kind: attack, metadata: { name: attack } },
    { apiVersion: "policy.networking.k8s.io/v1alpha2", kind: "ClusterNetworkPolicy", metadata: { name: attack } },
  ];
}

const comments = attacks.map((attack) => `# npa-ignore ${attack.replaceAll(/[\r\n\u0085\u2028\u2029]/g, " ")}: x\n`);
const documents = attacks.flatMap(documentsWith).map((each) => JSON.stringify(each));
const files = {
  "a.yaml": `${comments.join("")}${documents.join("\n---\n")}`,
  "::error::npa.yaml": `${comments.join("")}${documents.slice(0, 8).join("\n---\n")}\n---\na: [\n`,
  "=1+1,@x](b).yaml":
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec: {containers: []}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: [\n",
};

/** Lines and tabs aside, what acts on a terminal or on the eye. */
const acts = /[^\P{Cc}\n\t]|[\p{Cf}\p{Zl}\p{Zp}]/u;
const commandsOfOthers = /^\s*::(?!(?:error|warning|notice)[ :])[a-z][\w-]*(?:[ ,][^:]*)?::|##\[/imu;

function texts(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...texts(inner)]);
}

/** The texts of the messages of SARIF, which its readers show with links. */
function messagesIn(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  const own = "message" in value ? texts(value.message) : [];
  return [...own, ...Object.values(value).flatMap(messagesIn)];
}

/** What a spreadsheet with commas, or with semicolons, finds in its cells. */
function cells(csv: string, separator: string): readonly string[] {
  const cell = separator === "," ? /"((?:[^"]|"")*)"|([^",\n]+)/g : /([^;\n]+)/g;
  return [...csv.matchAll(cell)].map(([whole, quoted]) => quoted ?? whole);
}

/** Markdown without code, in which nothing is markup. */
function proseOf(markdown: string): string {
  return markdown.replaceAll(/```[^]*?```/g, "").replaceAll(/(`+)(?!`)[^]*?[^`]\1(?!`)/g, "");
}

/** What holds for the output of a format, whatever the input is. */
const isInert: Readonly<Record<string, (output: string) => void>> = {
  json: (output) => void JSON.parse(output),
  sarif(output) {
    // A message is plain text with links of ours: `[text](id)`, whose brackets are escaped in what is not.
    const ofResults = messagesIn(JSON.parse(output));
    expect(ofResults.length).toBeGreaterThan(20);
    for (const text of ofResults) expect(text).not.toMatch(/(?<!\\)\]\(https:\/\/evil/);
  },
  gitlab: (output) => void JSON.parse(output),
  markdown(output) {
    const prose = proseOf(output);
    expect(prose).not.toMatch(/<(?!br>|\/?details>|\/?summary>|!-- (?:npa-[a-z]+ )?-->)/);
    expect(prose).not.toMatch(/(?:https?:\/\/|www\.)evil/);
    expect(prose).not.toMatch(/@everyone|(?<!#)#1\b|^# heading/m);
    expect(prose).not.toMatch(/(?<!\\)\]\((?!#)/);
  },
  junit(output) {
    const tags = [...output.matchAll(/<([/?!]?[\w[-]+)/g)].map(([, name]) => name);
    const ours =
      /^(?:\?xml|\/?(?:testsuites?|testcase|failure|error|properties|property|system-out|system-err|skipped))$/;
    for (const tag of tags) expect(tag).toMatch(ours);
  },
  github(output) {
    for (const line of output.trimEnd().split("\n")) expect(line).toMatch(/^::(?:error|warning|notice)(?: [^:]*)?::/);
  },
  csv(output) {
    for (const separator of [",", ";"])
      for (const cell of cells(output, separator)) expect(cell).not.toMatch(/^\s*[=+\-@]/);
  },
  html(output) {
    const data = /id="data">([\w+/=]*)</.exec(output)?.[1] ?? "";
    const page = gunzipSync(Buffer.from(data, "base64")).toString("utf8");
    for (const text of texts(JSON.parse(page))) expect(text).not.toMatch(acts);
    expect(output.replace(data, "")).not.toMatch(/evil|alert\(|HYPERLINK/);
  },
  dot(output) {
    const outside = output.replaceAll(/"(?:[^"\\]|\\.)*"/gs, "").replaceAll(" -> ", "");
    expect(outside).not.toMatch(/evil|["<>\\]|alert/);
  },
  mermaid(output) {
    const outside = output.replaceAll(/"[^"\n]*"/g, "").replaceAll(/\|[^|\n]*\|/g, "");
    expect(outside).not.toMatch(/evil|alert|^\s*click/m);
    expect(output).not.toMatch(/<(?!br\/?>|-|==>)/);
  },
  prometheus(output) {
    for (const line of output.trimEnd().split("\n"))
      expect(line).toMatch(/^(?:#.*|[a-z_]+(?:\{(?:[a-z_]+="(?:[^"\\]|\\.)*",?)*\})? \S+)$/);
  },
};

const runs: readonly (readonly string[])[] = [
  ...["text", "json", "sarif", "markdown", "junit", "github", "gitlab", "csv", "prometheus", "html"].map((format) => [
    "analyze",
    ".",
    "-o",
    format,
  ]),
  ...["csv", "markdown", "matrix-csv"].map((format) => ["list", ".", "-o", format]),
  ...["csv", "markdown"].map((format) => ["exposure", ".", "-o", format]),
  ...["markdown", "csv", "dot", "mermaid"].map((format) => ["diff", "=1+1,@x](b).yaml", "a.yaml", "-o", format]),
  ...["dot", "mermaid", "gexf"].map((format) => ["graph", ".", "-o", format]),
  ...["markdown"].map((format) => ["prove", "=1+1,@x](b).yaml", "a.yaml", "-o", format]),
  ...["markdown", "mermaid"].map((format) => ["explain", "internet", "shop/web-1", "-f", ".", "-o", format]),
];

describe("whatever the author of a manifest writes is text in every format", () => {
  it.each(runs.map((argv) => [argv]))("npa %j", async (argv) => {
    const { code, stdout, stderr } = await npa(argv, files);
    expect([0, 1, 2]).toContain(code);
    expect(stdout.length).toBeGreaterThan(20);
    for (const output of [stdout, stderr]) {
      expect(acts.exec(output)?.[0]).toBeUndefined();
      expect(commandsOfOthers.exec(output)?.[0]).toBeUndefined();
    }
    const format = (argv.at(-1) ?? "").replace("matrix-csv", "csv");
    isInert[format]?.(stdout);
  });
});

const atMost = (most: number): unknown => expect.toSatisfy((length: number) => length <= most);

describe("a text of any length is cut", () => {
  const long = "a".repeat(1_000_000);
  const policy = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy" };
  const places: Readonly<Record<string, object>> = {
    name: { ...policy, metadata: { name: long, namespace: "shop" }, spec: { podSelector: {} } },
    namespace: { ...policy, metadata: { name: "a", namespace: long }, spec: { podSelector: {} } },
    selector: { ...policy, metadata: { name: "a" }, spec: { podSelector: { matchLabels: { [long]: long } } } },
    field: { ...policy, metadata: { name: "a" }, spec: { podSelector: {}, [long]: long } },
    kind: { apiVersion: long, kind: long, metadata: { name: long } },
    workload: { apiVersion: "v1", kind: "Pod", metadata: { name: long, namespace: long }, spec: { containers: [] } },
    port: { ...policy, metadata: { name: "a" }, spec: { podSelector: {}, ingress: [{ ports: [{ port: long }] }] } },
    suppression: {
      ...policy,
      metadata: {
        name: "a",
        annotations: { [`npa.dev/ignore.${long}`]: "x", "npa.dev/ignore.implicit-deny-all": long },
      },
      spec: { podSelector: {} },
    },
  };

  it.each(Object.keys(places))("%s", async (place) => {
    const text = `# npa-ignore ${long}: x\n# npa-ignore implicit-deny-all: ${long}\n${JSON.stringify(places[place])}`;
    const cwd = directoryOf({ "a.yaml": text });
    const formats = ["json", "sarif"];
    for (const format of formats) {
      const { stdout, stderr } = await npa(["analyze", "a.yaml", "-o", format], cwd);
      expect([format, stdout.length, stderr.length]).toEqual([format, atMost(600_000), atMost(20_000)]);
    }
  });
});
