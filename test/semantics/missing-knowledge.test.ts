import { type Connection, can, countConnectivity, listConnectivity } from "@npa/core";
import { describe, expect, it } from "vitest";
import { assuming, clusterOf, expectAllowed, expectDenied, expectUnknown, list, verdict } from "./answers.ts";
import { denyIngress, deployment, namespace, pod, policy } from "./manifests.ts";

const pods =
  namespace("a") + pod("a/web", "{app: web}") + pod("b/tool", "{app: tool}") + pod("b/other", "{app: other}");
const from = (namespaceSelector: string, podSelector = ""): string =>
  pods +
  policy(
    "a/in",
    `podSelector: {}\ningress: [{from: [{namespaceSelector: ${namespaceSelector}${podSelector}}], ports: [{port: 80}]}]`,
  );
const packet = ["b/tool", "a/web"] as const;
const expression = (text: string): string => `{matchExpressions: [{${text}}]}`;
const closed = assuming({ unknownNamespaceLabels: "absent" });

describe("where knowledge is missing", () => {
  it("row 29: a label of a namespace that the input does not define is unknown, and so is what hangs on it", () => {
    expectUnknown(from("{matchLabels: {team: blue}}"), packet);
    for (const text of [
      "key: team, operator: In, values: [blue]",
      "key: team, operator: NotIn, values: [blue]",
      "key: team, operator: Exists",
      "key: team, operator: DoesNotExist",
    ])
      expectUnknown(from(expression(text)), packet);
  });

  it("row 29: defining the namespace settles it", () => {
    const yaml = from("{matchLabels: {team: blue}}");
    expectAllowed(yaml + namespace("b", "{team: blue}"), packet);
    expectDenied(yaml + namespace("b", "{team: red}"), packet);
    expectDenied(yaml + namespace("b"), packet);
  });

  it("what is known decides although something else is unknown", () => {
    expectDenied(from("{matchLabels: {team: blue, kubernetes.io/metadata.name: c}}"), packet);
    expectUnknown(from("{matchLabels: {team: blue, kubernetes.io/metadata.name: b}}"), packet);
    expectDenied(from("{matchLabels: {team: blue}}", ", podSelector: {matchLabels: {app: web}}"), packet);
    expectUnknown(from("{matchLabels: {team: blue}}", ", podSelector: {matchLabels: {app: tool}}"), packet);
  });

  it("requirements on an unknown label that contradict each other match nothing", () => {
    const both = "{matchLabels: {team: blue}, matchExpressions: [{key: team, operator: DoesNotExist}]}";
    expectDenied(from(both), packet);
    const unlike = "{matchLabels: {team: blue}, matchExpressions: [{key: team, operator: NotIn, values: [blue]}]}";
    expectDenied(from(unlike), packet);
  });

  it("what is allowed for certain is not unknown, whatever else may be allowed", () => {
    const certain = policy(
      "a/certain",
      "podSelector: {}\ningress: [{from: [{namespaceSelector: {}}], ports: [{port: 80}]}]",
    );
    expectAllowed(from("{matchLabels: {team: blue}}") + certain, [...packet, "80"]);
  });

  it("what is denied on the other side is denied, not unknown", () => {
    const yaml = from("{matchLabels: {team: blue}}") + policy("b/out", "policyTypes: [Egress]");
    expectDenied(yaml, packet);
  });

  it("list puts the lower bound in connections, the rest in uncertain with the missing facts", () => {
    const listed = list(from("{matchLabels: {team: blue}}"));
    expect(listed.connections.some(({ target, source }) => target === "a/web[Pod]" && source === "b/tool[Pod]")).toBe(
      false,
    );
    expect(listed.uncertain).toEqual(
      ["b/other[Pod]", "b/tool[Pod]"].map((source) => ({
        source,
        target: "a/web[Pod]",
        ports: { TCP: ["80"] },
        all: false,
        because: [{ namespace: "b", label: "team" }],
      })),
    );
  });

  it("what two ends need of one namespace must be true of it at once", () => {
    const two = pod("b/web", "{app: web}") + pod("b/tool", "{app: tool}");
    const out = (labels: string): string =>
      policy("b/out", `podSelector: {}\npolicyTypes: [Egress]\negress: [{to: [{namespaceSelector: ${labels}}]}]`);
    const into = (labels: string, more = ""): string =>
      policy("b/in", `podSelector: {}\ningress: [{from: [{namespaceSelector: ${labels}}]}${more}]`);
    const inside = ["b/tool", "b/web"] as const;
    const [prod, dev] = ["{matchLabels: {env: prod}}", "{matchLabels: {env: dev}}"];
    expectUnknown(two + out(prod) + into(prod), inside);
    expectDenied(two + out(prod) + into(dev), inside);
    expectDenied(two + out(prod) + into(expression("key: env, operator: DoesNotExist")), inside);
    expectUnknown(two + out(prod) + into(dev, ", {from: [{namespaceSelector: {matchLabels: {team: a}}}]}"), inside);
    expectAllowed(two + namespace("b", "{env: prod}") + out(prod) + into(prod), inside);
    const yaml = two + out(prod) + into(dev);
    expect(list(yaml).uncertain.filter(({ source, target }) => source !== "external" && target !== "external")).toEqual(
      [],
    );
    expect(countConnectivity(clusterOf(yaml)).uncertainPodPairs).toBe(0);
    const { egress, ingress, notes } = verdict(yaml, inside);
    expect([egress.answer, ingress.answer]).toEqual(["unknown", "unknown"]);
    expect(notes).toContainEqual(expect.stringContaining("those that the two ask of namespace b contradict"));
    // Of two namespaces the one may have what the other has not.
    expectUnknown(
      pod("c/web", "{app: web}") +
        two +
        out(prod) +
        policy("c/in", `podSelector: {}\ningress: [{from: [{namespaceSelector: ${dev}}]}]`),
      ["b/tool", "c/web"],
    );
  });

  it("what may not be asked of a pod contradicts nothing: a policy that possibly selects it may not", () => {
    const policies = (env: string): string =>
      policy(
        "b/p",
        `podSelector: {matchLabels: {pod-template-hash: x}}\npolicyTypes: [Ingress, Egress]\ningress: [{from: [{namespaceSelector: {matchLabels: {env: ${env}}}}]}]\negress: [{to: [{namespaceSelector: {matchLabels: {env: prod}}}]}]`,
      );
    const two = deployment("b/web", "{app: web}") + deployment("b/tool", "{app: tool}");
    for (const env of ["prod", "dev"]) expectUnknown(two + policies(env), ["b/tool", "b/web"]);
  });

  it("what is certain in one family and open in the other says in which", () => {
    const dual = (name: string, n: number): string =>
      pod(name, "{app: web}", { status: `{podIPs: [{ip: 10.0.0.${n}}, {ip: "fd00::${n}"}]}` });
    const yaml =
      dual("b/web", 1) +
      policy(
        "b/p",
        "podSelector: {}\npolicyTypes: [Egress]\negress: [{to: [{namespaceSelector: {matchLabels: {env: prod}}}, {ipBlock: {cidr: 0.0.0.0/0}}]}]",
      ) +
      dual("b/db", 2);
    const listed = list(yaml, assuming({ ipBlockMatchesPods: true }));
    const of = (entries: readonly Connection[]): readonly unknown[] =>
      entries
        .filter(({ source, target }) => source === "b/web[Pod]" && target === "b/db[Pod]")
        .map(({ family }) => family);
    expect([of(listed.connections), of(listed.uncertain)]).toEqual([["IPv4"], ["IPv6"]]);
    // Where both families are alike, and towards addresses, nothing is said of them.
    expect(of(list(yaml).uncertain)).toEqual([undefined]);
    expect(
      listed.connections.filter(({ target }) => target.startsWith("external")).map(({ family }) => family),
    ).toEqual([undefined, undefined]);
  });

  it("can answers unknown and names the missing fact", () => {
    const answer = verdict(from("{matchLabels: {team: blue, zone: x}}"), packet);
    expect(answer.answer).toBe("unknown");
    expect(answer.because).toEqual([
      { namespace: "b", label: "team" },
      { namespace: "b", label: "zone" },
    ]);
  });

  it("counts use the lower bound, and say how much is uncertain", () => {
    const counts = countConnectivity(clusterOf(from("{matchLabels: {team: blue}}")));
    expect(counts.uncertainPodPairs).toBe(2);
    const settled = countConnectivity(clusterOf(from("{matchLabels: {team: blue}}") + namespace("b", "{team: blue}")));
    expect(settled.uncertainPodPairs).toBe(0);
    expect(settled.podPairs).toBe(counts.podPairs + 2);
  });

  it("unknownNamespaceLabels=absent closes the world: an undefined namespace has its name label only", () => {
    expectDenied(from("{matchLabels: {team: blue}}"), packet, closed);
    expectAllowed(from(expression("key: team, operator: DoesNotExist")), packet, closed);
    expectAllowed(from(expression("key: team, operator: NotIn, values: [blue]")), packet, closed);
    expectAllowed(from("{matchLabels: {kubernetes.io/metadata.name: b}}"), packet, closed);
    expect(listConnectivity(clusterOf(from("{matchLabels: {team: blue}}")), closed).uncertain).toEqual([]);
  });

  it("policies without any workload are read, and list nothing but the outside", () => {
    const yaml = denyIngress("a") + policy("a/p", "ingress: [{}]");
    const listed = list(yaml);
    expect(clusterOf(yaml).policies).toHaveLength(2);
    expect(listed.endpoints.map(({ type }) => type)).toEqual(["ipBlock"]);
    expect(listed.connections).toEqual([]);
    expect(() => can(clusterOf(yaml), { source: "a/web", target: "1.2.3.4" })).toThrow(/no workload/);
  });

  it("a label of which only the controller knows the value decides possibly, and is named", () => {
    const fromHash = (operator: string): string =>
      namespace("a") +
      pod("a/db", "{app: db}") +
      deployment("a/web", "{app: web}") +
      policy(
        "a/in",
        `podSelector: {matchLabels: {app: db}}\ningress: [{from: [{podSelector: ${expression(`key: pod-template-hash, ${operator}`)}}]}]`,
      );
    expectUnknown(fromHash("operator: In, values: [abc]"), ["a/web", "a/db"]);
    expectUnknown(fromHash("operator: NotIn, values: [abc]"), ["a/web", "a/db"]);
    expectAllowed(fromHash("operator: Exists"), ["a/web", "a/db"]);
    expectDenied(fromHash("operator: DoesNotExist"), ["a/web", "a/db"]);
    expect(verdict(fromHash("operator: In, values: [abc]"), ["a/web", "a/db"]).because).toEqual([
      { endpoint: "a/web[Deployment]", label: "pod-template-hash" },
    ]);
  });
});
