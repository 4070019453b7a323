import { describe, expect, it } from "vitest";
import { analyze } from "../../src/analysis/analyze.ts";
import type { Finding } from "../../src/answers/finding.ts";
import { deployment, documents, namespace, service } from "./evaluate.ts";

const id = "calico-selector-matches-nothing";

function findings(...texts: readonly string[]): readonly Finding[] {
  return analyze([{ name: "test.yaml", text: documents(...texts) }], { rules: [id] }).findings;
}

function global(name: string, spec: string, apiVersion = "projectcalico.org/v3"): string {
  return `apiVersion: ${apiVersion}\nkind: GlobalNetworkPolicy\nmetadata: { name: ${name} }\nspec: { ${spec} }`;
}

function own(name: string, spec: string): string {
  return `apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: { name: ${name}, namespace: shop }\nspec: { ${spec} }`;
}

function set(kind: string, labels: string, nets: string): string {
  const place = kind === "NetworkSet" ? ", namespace: shop" : "";
  return `apiVersion: projectcalico.org/v3\nkind: ${kind}\nmetadata: { name: set${place}, labels: { ${labels} } }\nspec: { nets: [${nets}] }`;
}

const web = deployment("web");
const allow = (peer: string): string => `selector: app == 'web', ingress: [{ action: Allow, source: { ${peer} } }]`;

describe("calico-selector-matches-nothing", () => {
  it.each([
    [
      "an orchestrator that is none",
      [global("p", "selector: projectcalico.org/orchestrator == 'kubernetes'")],
      "is k8s",
    ],
    ["no labels", [own("p", "selector: app == 'web' && app == 'db'")], "no labels satisfy"],
    [
      "a label of namespaces among those of pods",
      [namespace("shop", { env: "prod" }), global("p", "selector: env == 'prod'")],
      "label of namespace shop",
    ],
    [
      "a prefix in a namespaceSelector",
      [namespace("shop", { env: "prod" }), global("p", "namespaceSelector: pcns.env == 'prod'")],
      "without pcns.",
    ],
    ["a typo", [own("p", "selector: app == 'wep'")], "did you mean"],
    [
      "a peer in another namespace",
      [deployment("db", { app: "db" }, "data"), own("p", allow("selector: app == 'db'"))],
      "in data",
    ],
  ])("finds %s", (_, texts, told) => {
    const [finding, ...more] = findings(web, ...texts);
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ severity: "medium", message: expect.stringContaining(told) });
  });

  it("finds what tells of no mistake in a namespace whose pods are shown, mildly", () => {
    expect(findings(web, own("p", "selector: role == 'cache'"))).toMatchObject([
      { severity: "low", location: { path: "spec.selector" } },
    ]);
    const live = [{ name: "test.yaml", text: documents(web, global("p", "selector: role == 'cache'")) }];
    expect(analyze(live, { rules: [id], live: true }).findings).toMatchObject([{ severity: "medium" }]);
  });

  it.each([
    ["it selects pods", own("p", allow("selector: app in {'web', 'other'}"))],
    [
      "a network set has the labels",
      documents(set("NetworkSet", "role: office", "198.51.100.0/24"), own("p", allow("selector: role == 'office'"))),
    ],
    [
      "a host endpoint has the labels",
      documents(
        `apiVersion: projectcalico.org/v3\nkind: HostEndpoint\nmetadata: { name: node, labels: { host: edge } }\nspec: { node: node, expectedIPs: [192.168.0.1] }`,
        global("p", "selector: host == 'edge'"),
      ),
    ],
    [
      "global-set-needs-global speaks",
      documents(
        set("GlobalNetworkSet", "role: office", "198.51.100.0/24"),
        own("p", allow("selector: role == 'office'")),
      ),
    ],
    ["a GlobalNetworkPolicy may be for other repositories", global("p", "selector: role == 'cache'")],
    ["it is about hosts only", global("p", "selector: role == 'cache', doNotTrack: true, applyOnForward: true")],
    [
      "a namespace that is not shown may have the labels",
      own("p", allow("namespaceSelector: team == 'data', selector: app == 'web'")),
    ],
    [
      "what stands outside of namespaces may be in another repository",
      own("p", allow("namespaceSelector: global(), selector: role == 'office'")),
    ],
    ["hosts are meant", global("p", "selector: role == 'edge' && !has(projectcalico.org/namespace)")],
    [
      "a set outside of namespaces is meant",
      global("p", allow("selector: role == 'edge' && !has(projectcalico.org/namespace)")),
    ],
    [
      "the input has nothing of the namespace but its name",
      documents(namespace("empty"), own("p", "selector: app == 'web'").replace("namespace: shop", "namespace: empty")),
    ],
    ["everybody is meant", own("p", "selector: all()")],
    ["a service account is named that a pod may have", own("p", allow("serviceAccounts: { names: [default] }"))],
  ])("is silent where %s", (_, text) => {
    expect(findings(web, service("web", { app: "web" }, "{ port: 80 }"), text)).toEqual([]);
  });

  it("says nothing of pods that the input may not show", () => {
    const { findings: found, rulesNotEvaluated } = analyze(
      [
        {
          name: "test.yaml",
          text: documents(
            web,
            "apiVersion: kafka.strimzi.io/v1\nkind: Kafka\nmetadata: { name: k, namespace: shop }\nspec: {}",
            own("p", "selector: app == 'wep'"),
          ),
        },
      ],
      { rules: [id] },
    );
    expect(found).toEqual([]);
    expect(rulesNotEvaluated).toMatchObject([{ ruleId: id }]);
  });
});
