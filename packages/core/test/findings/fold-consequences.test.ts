import { describe, expect, it } from "vitest";
import { type Finding, analyze } from "../../src/entries/index.ts";
import { foldConsequences } from "../../src/findings/fold-consequences.ts";

const policy = (name: string, spec: string, namespace = "shop"): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec: ${spec}\n---\n`;
const deny = policy("deny", "{podSelector: {}, policyTypes: [Ingress, Egress]}");

/** A namespace of two workloads, of which a policy selects one. */
const forgotten = ["web", "job"]
  .map(
    (name) =>
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}, namespace: shop}\nspec: {template: {metadata: {labels: {app: ${name}}}, spec: {containers: []}}}\n---\n`,
  )
  .join("")
  .concat(policy("web", "{podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]}"));

/** The rules of the findings on a policy, in the order of the report. */
function rulesOf(text: string, name: string): readonly string[] {
  const { findings } = analyze([{ name: "a.yaml", text }]);
  return findings.filter(({ object }) => object.name === name).map(({ ruleId }) => ruleId);
}

describe("one defect, one finding", () => {
  it("everywhere without ports is one finding", () => {
    const text = policy(
      "out",
      "{podSelector: {}, policyTypes: [Ingress], ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]}",
    );
    expect(rulesOf(text, "out")).toEqual(["internet-ingress-open"]);
  });

  it("so it is in each of the `specs` of a policy of Cilium, and what is of another of them is told by itself", () => {
    const cilium = (...specs: readonly string[]): string =>
      `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: out, namespace: shop}\nspecs: [${specs.join(", ")}]\n`;
    const open = "{endpointSelector: {}, egress: [{toCIDRSet: [{cidr: 0.0.0.0/0, except: [169.254.0.0/16]}]}]}";
    const broad =
      "{endpointSelector: {}, egress: [{toEndpoints: [{matchLabels: {app: db, io.kubernetes.pod.namespace: db}}]}]}";
    expect(rulesOf(cilium(open), "out")).toEqual(["internet-egress-open"]);
    expect(rulesOf(cilium(open, broad), "out")).toEqual(["internet-egress-open", "ports-too-broad"]);
  });

  it("an empty rule beside a default deny is one finding", () => {
    const text = deny + policy("open", "{podSelector: {matchLabels: {a: b}}, policyTypes: [Ingress], ingress: [{}]}");
    expect(rulesOf(text, "open")).toEqual(["allow-all-overrides-default-deny"]);
  });

  it("an unknown field that opens a rule is one finding, as bad as what it opens", () => {
    const text = policy("p", "{podSelector: {a: b}, policyTypes: [Ingress], ingress: [{fromEntities: [cluster]}]}");
    const { findings } = analyze([{ name: "a.yaml", text }]);
    expect(
      findings.filter(({ location }) => location?.path.startsWith("spec.ingress[0]")).map(({ ruleId }) => ruleId),
    ).toEqual(["invalid-policy"]);
  });

  it("a defect in another rule of the policy takes nothing along", () => {
    const text = policy(
      "p",
      "{podSelector: {}, policyTypes: [Ingress, Egress], egress: [{toEntities: [x]}], ingress: [{from: [{namespaceSelector: {}}]}]}",
    );
    expect(rulesOf(text, "p")).toContain("all-namespaces-peer");
  });

  it("an object with thousands of findings is no matter of pairs of them", () => {
    const { findings } = analyze([
      { name: "a.yaml", text: policy("p", "{podSelector: {a: b}, ingress: [{fromEntities: [x]}]}") },
    ]);
    let looks = 0;
    const counted = (finding: Finding): Finding => ({
      ...finding,
      get ruleId() {
        looks++;
        return finding.ruleId;
      },
    });
    const told = Array.from({ length: 2_000 }, () => findings.map(counted)).flat();
    expect(foldConsequences(told, told, []).told).toEqual(told);
    expect(looks).toBeLessThan(50 * told.length);
  });

  it("pods that nobody isolates, where a new pod would not be either, are one finding; a place for each stays", () => {
    const { findings } = analyze([{ name: "a.yaml", text: forgotten }]);
    expect(findings.filter(({ ruleId }) => ruleId.endsWith("ingress")).map(({ ruleId }) => ruleId)).toEqual([
      "missing-default-deny-ingress",
    ]);
    const [finding] = findings;
    expect(finding?.affected).toEqual(["shop/job[Deployment]"]);
    expect(finding?.related.map(({ message }) => message)).toEqual([expect.stringContaining("no policy isolates job")]);
  });

  it("who holds a missing default deny for harmless has not said so of a pod that was forgotten", () => {
    const rules = { "missing-default-deny-ingress": { severity: "low" as const } };
    const { findings } = analyze([{ name: "a.yaml", text: forgotten }], { rules });
    expect(findings.map(({ ruleId, severity }) => `${severity} ${ruleId}`)).toEqual(
      expect.arrayContaining(["medium pod-not-isolated-ingress", "low missing-default-deny-ingress"]),
    );
  });

  it("who accepts that a new pod would be open has not accepted that one was forgotten", () => {
    const ignore = [{ rule: "missing-default-deny-ingress", reason: "r" }];
    const { findings, suppressed } = analyze([{ name: "a.yaml", text: forgotten }], { ignore });
    expect(findings.map(({ ruleId }) => ruleId)).toContain("pod-not-isolated-ingress");
    expect(suppressed.map(({ finding }) => finding.ruleId)).toEqual(["missing-default-deny-ingress"]);
  });

  it("who accepts a cause has accepted what follows from it", () => {
    const text = policy("p", "{podSelector: {}, policyTypes: [Ingress], ingress: [{fromEntities: [x]}]}");
    const { findings } = analyze([{ name: "a.yaml", text }], { ignore: [{ rule: "invalid-policy", reason: "r" }] });
    expect(findings.map(({ ruleId }) => ruleId)).not.toContain("all-namespaces-peer");
  });
});

describe("the order of a report", () => {
  it("within a severity: lines to mend, then exposure, then what is missing", () => {
    const text =
      policy(
        "a",
        "{podSelector: {}, policyTypes: [Ingress], ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}], ports: [{port: 80}]}]}",
      ) +
      policy("z", "{podSelector: {matchLabels: {x: one}}, policyTypes: [Ingress], egress: [{}]}") +
      policy("m", "{podSelector: {matchLabels: {x: one}}, policyTypes: [Ingress]}", "other");
    const high = analyze([{ name: "a.yaml", text }]).findings.filter(({ severity }) => severity === "high");
    expect(high.map(({ ruleId }) => ruleId)).toEqual([
      "policy-types-mismatch",
      "internet-ingress-open",
      "missing-default-deny-ingress",
    ]);
  });
});

describe("groups", () => {
  const template = (namespace: string, spec = "{podSelector: {}, ingress: [{}]}"): string =>
    policy("base", spec, namespace);

  it("the same finding on policies that are equal but for names has one group", () => {
    const text = ["one", "two", "three"].map((name) => template(name)).join("");
    const { findings } = analyze([{ name: "a.yaml", text }]);
    const groups = findings.filter(({ ruleId }) => ruleId === "policy-types-implicit").map(({ group }) => group);
    expect(groups).toHaveLength(3);
    expect(new Set(groups).size).toBe(1);
    expect(groups[0]).toBeDefined();
  });

  const groupsOf = (text: string, rule: string): readonly (string | undefined)[] =>
    analyze([{ name: "a.yaml", text }])
      .findings.filter(({ ruleId }) => ruleId === rule)
      .map(({ group }) => group);

  it("one careless rule in policies that differ has one group, in whichever rule of a policy it is", () => {
    const open = "{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}";
    const text =
      policy("a", `{podSelector: {matchLabels: {app: a}}, policyTypes: [Egress], egress: [${open}]}`) +
      policy(
        "b",
        `{podSelector: {matchLabels: {app: b}}, policyTypes: [Egress], egress: [{ports: [{port: 53}], to: [{podSelector: {}}]}, ${open}]}`,
      );
    const [first, ...others] = groupsOf(text, "internet-egress-open");
    expect([first !== undefined, others]).toEqual([true, [first]]);
  });

  it("findings that say something else, and findings that are alone, have none in common", () => {
    const text = template("one") + template("two", "{podSelector: {}, egress: [{}]}");
    expect(groupsOf(text, "policy-types-implicit")).toEqual([undefined, undefined]);
  });
});
