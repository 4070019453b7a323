import { describe, expect, it } from "vitest";
import { deployment, documents, evaluate, findings, policy } from "./evaluate.ts";

const id = "missing-default-deny-ingress";
const select = (podSelector: string, types = "[Ingress]"): string =>
  `{ podSelector: ${podSelector}, policyTypes: ${types} }`;

describe("missing-default-deny-ingress", () => {
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

  it("says of all pods only what the input shows of them", () => {
    const web = documents(deployment("web", { app: "web" }), policy("web", select("{ matchLabels: { app: web } }")));
    const database = "apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: { name: db, namespace: shop }";
    expect(findings(id, web)[0]?.message).toMatch(/; all pods that exist now are isolated$/);
    expect(findings(id, documents(web, database))[0]?.message).toMatch(/; all pods that the input shows are isolated$/);
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

  it("is info only when every pod that exists is isolated", () => {
    const web = policy("web", select("{ matchLabels: { app: web } }"));
    expect(findings(id, documents(deployment("web"), web)).map(({ severity }) => severity)).toEqual(["info"]);
    const [finding] = findings(id, documents(deployment("web"), deployment("job"), web));
    expect(finding?.severity).toBe("high");
    expect(finding?.affected).toEqual(["shop/job[Deployment]"]);
    expect(findings(id, web).map(({ severity }) => severity)).toEqual(["high"]);
  });

  it("looks at the direction: policies for egress do not count", () => {
    expect(findings(id, documents(deployment("web"), policy("deny", select("{}", "[Egress]"))))).toHaveLength(1);
  });

  it("judges every namespace by itself", () => {
    const input = documents(
      policy("deny", select("{}"), "a"),
      policy("web", select("{ matchLabels: { app: web } }"), "b"),
    );
    expect(findings(id, input).map(({ object }) => object.name)).toEqual(["b"]);
  });

  it("offers a manifest that settles it and takes no name that is in use", () => {
    const input = documents(deployment("web"), policy("default-deny-ingress", select("{ matchLabels: { app: web } }")));
    const manifest = findings(id, input)[0]?.fix?.manifest ?? "";
    expect(manifest).toContain("name: default-deny-ingress-2\n");
    expect(
      evaluate(documents(input, manifest)).findings.filter(
        ({ ruleId }) => ruleId === id || ruleId === "missing-dns-egress",
      ),
    ).toEqual([]);
  });
});
