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
/** What may stand between two documents. */
export const separators = [
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
const merged = `x: &base {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy}
y: &more
  metadata: {name: open}
<<: [*base, *more]
spec: &spec
  podSelector: {}
  ingress: &rules
  - {}
  egress: *rules
`;
const tagged = `!!map
apiVersion: !!str networking.k8s.io/v1
!!str kind: !!str NetworkPolicy
metadata: !!map {name: !!str open, labels: {n: !!str 5, b: !!str yes}}
spec: {podSelector: !!map {}, ingress: !!seq [{}], policyTypes: [!!binary SW5ncmVzcw==]}
`;
const binary = `apiVersion: v1
kind: !!binary TmV0d29ya1BvbGljeQ==
metadata: {name: open}
---
apiVersion: networking.k8s.io/v1
kind: !!binary |
  TmV0d29ya1BvbGljeQ==
metadata: {name: open}
`;
const twice = `kind: ConfigMap
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: open, name: open}
spec: {podSelector: {}, ingress: [{}], ingress: []}
`;
const directed = `%YAML 1.1
%TAG !k! tag:yaml.org,2002:
---
apiVersion: networking.k8s.io/v1
kind: !k!str NetworkPolicy
metadata: {name: open}
...
%YAML 1.2
---
apiVersion: v1
kind: Namespace
metadata: {name: shop}
`;
const marks = `apiVersion: v1
kind: ConfigMap
metadata: {name: cm}
data:
  text: |
    one
    ---
    apiVersion: networking.k8s.io/v1
  other: "a
    --- b"
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: open}
`;
const twiceJson = `{"kind": "ConfigMap", "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "open", "name": "open"}, "spec": {"podSelector": {}}}
`;
const mixed = `${json.trim()}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: after}
`;
const streamed = `${twiceJson.trim()}{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
${flow}`;
const odd = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: 5, namespace: 07, labels: {a: 1.50, b: ~, c: 2020-01-01}}
spec:
  podSelector: {matchLabels: {a: null, b: yes}}
  ingress:
  - ports: [{port: 0x50}, {port: 0o17}, {port: 1e2}, {port: 8_0}, {port: "80"}, {port: +80}]
---
? apiVersion
: networking.k8s.io/v1
? "kind"
: >-
  NetworkPolicy
? metadata
: ? name
  : open
`;
const nested = `apiVersion: v1
kind: Secret
metadata: {name: list}
items:
- apiVersion: v1
  kind: List
  items:
  - {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: open}}
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicyList
  items: [{metadata: {name: typed}}]
`;
/** What is mutated. */
export const bases = [
  policy,
  indented,
  configMap,
  list,
  flow,
  json,
  typed,
  anchored,
  merged,
  tagged,
  binary,
  twice,
  directed,
  marks,
  twiceJson,
  mixed,
  streamed,
  odd,
  nested,
];

/** What is put in somewhere. */
export const pieces = [
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
  "!!map ",
  "!!seq ",
  "!!null ",
  "!!int ",
  "!!float ",
  "!!bool ",
  "!!set ",
  "!!timestamp ",
  "!<tag:yaml.org,2002:str> ",
  "!!binary TmV0d29ya1BvbGljeQ==",
  "&base ",
  "*base",
  "*base : x\n",
  "*rules",
  "<<: *base\n",
  "<<: [*base, *more]\n",
  "<<: [{kind: NetworkPolicy}, {kind: Pod}]\n",
  "'<<': *base\n",
  "!!merge <<: *base\n",
  "%YAML 1.2\n---\n",
  "%YAML 3.0\n---\n",
  "%FOO bar\n",
  "\ufeff---\n",
  "\n\ufeff",
  "\t# c\n",
  "\n\t\n",
  " \t",
  "|-\n  ---\n",
  ">\n---\n",
  "\n---",
  "\n---\t",
  "\n----\n",
  "\n ---\n",
  "\n---#\n",
  "\r---\r",
  "\r\n---\r\n",
  "x: " + "a".repeat(5000) + "\n",
  " ".repeat(4097),
  "# " + "x".repeat(4100) + "\n",
  "{}",
  "}{",
  "} {",
  "}\n{",
  "}\n---\n{",
  "[]",
  "kind: null\n",
  "kind: ~\n",
  "kind:\n",
  "kind: ''\n",
  "kind: 5\n",
  "kind: [NetworkPolicy]\n",
  "kind: networkpolicy\n",
  "Kind: NetworkPolicy\n",
  "KIND: Pod\n",
  "kind: ' NetworkPolicy'\n",
  "apiVersion: ' networking.k8s.io/v1'\n",
  'apiVersion: "networking.k8s.io/v1 "\n',
  "apiVersion: networking.k8s.io/v1\n",
  "apiVersion: null\n",
  "apiVersion: networking.k8s.io\n",
  "apiVersion: /v1\n",
  "name: 5",
  "name: 1e3",
  "name: ~",
  "5: 6\n",
  "true: x\n",
  "null: x\n",
  "1.0: x\n",
  "? [a, b]\n: c\n",
  "? {a: b}\n: c\n",
  "{? kind : NetworkPolicy}",
  ", kind",
  "=",
  "NaN",
  "-.inf",
  "0b11",
  "190:20:30",
  "1e400",
  "12345678901234567890",
  "0.1e-400",
];
