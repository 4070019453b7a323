/** Numbers that look random and are the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const policy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: open
  namespace: shop
  annotations: {a: "b", c: 'd'}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  ingress:
  - from:
    - ipBlock: {cidr: 0.0.0.0/0}
    ports:
    - port: 80
      protocol: TCP
  egress: [{}]
`;
const indented = policy.replace(/^(?=.)/gm, "  ");
const configMap = `apiVersion: v1
kind: ConfigMap
metadata: {name: cm, namespace: shop}
data:
  text: |
    one
     two

    three
  folded: >-
    a
    b
  quoted: "a
    b"
`;
const list = `apiVersion: v1
kind: List
items:
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: {name: open, namespace: shop}
  spec: {podSelector: {}, ingress: [{}]}
- apiVersion: v1
  kind: Namespace
  metadata:
    name: shop
`;
const flow = `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: open}, spec: {podSelector: {matchLabels: {a: "b"}}, ingress: [{}]}}
`;
const json = `{
  "apiVersion": "networking.k8s.io/v1",
  "kind": "NetworkPolicy",
  "metadata": {"name": "open", "namespace": "shop"},
  "spec": {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{"ports": [{"port": 80}]}]}
}
`;
const typed = policy
  .replace("NetworkPolicy", "NetworkPolicyList")
  .replace(/^metadata[^]*/m, "items:\n- spec: {podSelector: {}}\n  metadata: {name: open}\n");
const anchored = `apiVersion: networking.k8s.io/v1
kind: &kind NetworkPolicy
metadata: &meta {name: open}
x: {<<: *meta, kind: *kind}
spec: {podSelector: {}}
`;
const separators = [
  "---\n",
  "--- \n",
  "--- # x\n",
  "---\r\n",
  "...\n",
  "--- x\n",
  "---\n---\n",
  "\n",
  "# c\n---\n",
  "---\n...\n---\n",
];
const bases = [policy, indented, configMap, list, flow, json, typed, anchored];

const pieces = [
  ...Array.from(" :-?,[]{}#&*!|>'\"%@`\\=~$.<\t\r\n0yA"),
  ...Array.from("\u0000\u0007\u001b\u007f\u0085\u00a0\u00ad\u200b\u2028\u2029\ufeff\ufffe\ud800é"),
  "\u{1f600}",
  "\r\n",
  "\n\n",
  "\n ",
  "\n  ",
  "\n    ",
  "\n---\n",
  "\n--- ",
  "\n...\n",
  "\n...",
  "\n- ",
  ": ",
  " #",
  " # c\n",
  ", ",
  "? ",
  "- ",
  "|\n",
  ">-\n",
  "|2\n",
  "|+\n",
  "&a ",
  "*a",
  "*kind",
  "!!str ",
  "!!binary ",
  "!x ",
  "<<: ",
  "<<: *meta",
  "<<: {kind: Pod}",
  '"\\x6b\\u0069nd": ',
  '"\\n"',
  '"\\\n"',
  "''",
  '""',
  "'\n'",
  '"\n"',
  "kind: ",
  "kind: Pod\n",
  "kind : NetworkPolicy\n",
  '"kind": NetworkPolicy\n',
  "'kind': ConfigMap\n",
  "? kind\n: NetworkPolicy\n",
  "kind:\n  NetworkPolicy\n",
  "kind: ConfigMap # x\n",
  "\nkind: ConfigMap\n",
  "items: []\n",
  "items:\n",
  "items: ",
  "items: null\n",
  "items: {}\n",
  "items: [{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: hidden}}]\n",
  "{{ x }}",
  "{{- if x }}\n",
  "{% x %}",
  "<% x %>",
  "${X}",
  "#@ x\n",
  "#! x\n",
  "%YAML 1.1\n",
  "%TAG ! x\n",
  "null",
  "yes",
  "1e3",
  "0x1F",
  "017",
  "1_0",
  ".inf",
  "2020-01-01",
  "List",
  "Service",
  "apiVersion: v1\n",
  "metadata: {}\n",
  "metadata:\n",
  "spec: {podSelector: {}}\n",
];

/** A text that kubectl may read, or nearly. */
export function mutatedText(random: (below: number) => number): string {
  let text = composed(random);
  for (let changes = random(5); changes > 0; changes--) text = changed(text, random);
  return withoutHalves(text);
}

/** The text as a file holds it: half a surrogate pair cannot be written in UTF-8. */
function withoutHalves(text: string): string {
  return Buffer.from(text).toString();
}

function composed(random: (below: number) => number): string {
  let text = random(8) === 0 ? pick(separators, random) : "";
  const documents = random(3) === 0 ? 2 + random(2) : 1;
  for (let i = 0; i < documents; i++) text += (i === 0 ? "" : pick(separators, random)) + pick(bases, random);
  return text;
}

function changed(text: string, random: (below: number) => number): string {
  const at = place(text, random);
  switch (random(9)) {
    case 0:
    case 1:
    case 2:
      return text.slice(0, at) + pick(pieces, random) + text.slice(at);
    case 3:
      return text.slice(0, at) + pick(pieces, random) + text.slice(at + 1 + random(3));
    case 4:
      return text.slice(0, at) + text.slice(at + 1 + random(6));
    case 5:
      return (
        text.slice(0, at) +
        pick(["\u0085", "\u2028", "\u2029", "\r", "\r\n", " \n"], random) +
        text.slice(text.indexOf("\n", at) + 1 || at)
      );
    case 6: {
      const lines = text.split("\n");
      const from = random(lines.length);
      const [line = ""] = lines.splice(from, 1);
      lines.splice(random(lines.length + 1), 0, random(2) === 0 ? line : ` ${line}`);
      return lines.join("\n");
    }
    case 7: {
      const lines = text.split("\n");
      const from = random(lines.length);
      lines.splice(from, 0, lines[random(lines.length)] ?? "");
      return lines.join("\n");
    }
    default: {
      const lines = text.split("\n");
      const from = random(lines.length);
      const indent = " ".repeat(random(5));
      lines[from] = indent + (lines[from] ?? "").trimStart();
      return lines.join("\n");
    }
  }
}

/** Places where something begins or ends are of more interest than the middle of a word. */
function place(text: string, random: (below: number) => number): number {
  const at = random(text.length + 1);
  if (random(2) === 0) return at;
  const next = text.slice(at).search(/[\n:,"'{}[\]-]/);
  return next < 0 ? at : at + next + random(2);
}

function pick<T>(from: readonly T[], random: (below: number) => number): T {
  const found = from[random(from.length)];
  if (found === undefined) throw new Error("nothing to pick from");
  return found;
}
