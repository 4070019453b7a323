import { describe, expect, it } from "vitest";
import { deployment, documents, evaluate, findings, policy } from "./evaluate.ts";

const id = "missing-default-deny-egress";
const select = (podSelector: string, types = "[Egress]"): string =>
  `{ podSelector: ${podSelector}, policyTypes: ${types} }`;

describe("missing-default-deny-egress", () => {
  it("is silent when one policy selects every pod, whatever its name", () => {
    for (const all of [
      "{}",
      "null",
      "{ matchExpressions: [{ key: app, operator: NotIn, values: ['not a label value'] }] }",
    ])
      expect(findings(id, documents(deployment("web"), policy("whatever", select(all))))).toEqual([]);
  });

  it("is silent when several policies together select every pod", () => {
    const parts = documents(
      policy("a", select("{ matchExpressions: [{ key: tier, operator: In, values: [db] }] }")),
      policy("b", select("{ matchExpressions: [{ key: tier, operator: NotIn, values: [db, web] }] }")),
    );
    expect(findings(id, parts)).toHaveLength(1);
    expect(findings(id, documents(parts, policy("c", select("{ matchLabels: { tier: web } }"))))).toEqual([]);
  });

  it("does not take a selector with only matchExpressions for everything", () => {
    const [finding] = findings(
      id,
      documents(
        deployment("web"),
        policy("default-deny", select("{ matchExpressions: [{ key: app, operator: Exists }] }")),
      ),
    );
    expect(finding?.severity).toBe("info");
    expect(finding?.message).toContain("a pod with no labels");
  });

  it("says which policies only deny what the new one and those that stay deny", () => {
    const global =
      "{ apiVersion: projectcalico.org/v3, kind: GlobalNetworkPolicy, metadata: { name: x }, spec: { selector: all(), types: [Ingress] } }";
    const named = (...types: readonly string[]): string | undefined => {
      const policies = types.map((each, i) => policy(`p${i}`, select("{ matchLabels: { app: web } }", each)));
      const [found] = findings(id, documents(deployment("proxy"), global, ...policies));
      return /NetworkPolicy .*, which only den.*$/.exec(found?.fix?.description ?? "none")?.[0];
    };
    expect(named("[Ingress]", "[Ingress, Egress]")).toBe(
      "NetworkPolicy shop/p1, which only denies, then adds nothing.",
    );
    // One of the two has to stay for ingress.
    expect(named("[Ingress, Egress]", "[Ingress, Egress]")).toBe(
      "NetworkPolicy shop/p1, which only denies, then adds nothing.",
    );
    expect(named("[Ingress, Egress]")).toBeUndefined();
  });

  it("is info only when every pod that exists is isolated", () => {
    const web = policy("web", select("{ matchLabels: { app: web } }"));
    expect(findings(id, documents(deployment("web"), web)).map(({ severity }) => severity)).toEqual(["info"]);
    const [finding] = findings(id, documents(deployment("web"), deployment("job"), web));
    expect(finding?.severity).toBe("medium");
    expect(finding?.affected).toEqual(["shop/job[Deployment]"]);
    expect(findings(id, web).map(({ severity }) => severity)).toEqual(["medium"]);
  });

  it("looks at the direction: policies for ingress do not count", () => {
    expect(findings(id, documents(deployment("web"), policy("deny", select("{}", "[Ingress]"))))).toHaveLength(1);
  });

  it("judges every namespace by itself", () => {
    const input = documents(
      policy("deny", select("{}"), "a"),
      policy("web", select("{ matchLabels: { app: web } }"), "b"),
    );
    expect(findings(id, input).map(({ object }) => object.name)).toEqual(["b"]);
  });

  it("offers a manifest that settles it and takes no name that is in use", () => {
    const input = documents(deployment("web"), policy("default-deny-egress", select("{ matchLabels: { app: web } }")));
    const manifest = findings(id, input)[0]?.fix?.manifest ?? "";
    expect(manifest).toContain("name: default-deny-egress-2\n");
    expect(
      evaluate(documents(input, manifest)).findings.filter(
        ({ ruleId }) => ruleId === id || ruleId === "missing-dns-egress",
      ),
    ).toEqual([]);
  });
});
