import { describe, expect, it } from "vitest";
import { clusterPolicy, deployment, documents, evaluate, findings, namespace, placeOf, policy } from "./evaluate.ts";

const id = "namespace-without-policies";

describe("namespace-without-policies", () => {
  it("points at the Namespace object, else at the first workload", () => {
    const declared = findings(id, documents(deployment("web"), namespace("shop")));
    expect(declared.map(placeOf)).toEqual(["12 metadata.name"]);
    expect(declared[0]?.object).toEqual({ apiVersion: "v1", kind: "Namespace", name: "shop" });
    expect(placeOf(findings(id, documents(deployment("web"), deployment("api")))[0])).toBe("12 metadata.name");
  });

  it("lists the workloads and offers a manifest that the analysis accepts", () => {
    const input = documents(deployment("web"), deployment("api"));
    const [finding] = findings(id, input);
    expect(finding?.affected).toEqual(["shop/api[Deployment]", "shop/web[Deployment]"]);
    const { findings: after } = evaluate(documents(input, finding?.fix?.manifest ?? ""));
    expect(after.map(({ ruleId }) => ruleId)).toEqual([]);
  });

  it("counts a policy that selects no pod as none", () => {
    expect(
      findings(id, documents(deployment("web"), policy("other", "{ podSelector: { matchLabels: { app: x } } }"))),
    ).toHaveLength(1);
  });

  it("says that policies for pods of other namespaces may deny what they send and are sent", () => {
    const denied = clusterPolicy(
      "deny",
      { ingress: "{ action: Deny, from: [{ namespaces: { matchLabels: { kubernetes.io/metadata.name: shop } } }] }" },
      { subject: "{ namespaces: { matchLabels: { kubernetes.io/metadata.name: data } } }" },
    );
    const pods = documents(deployment("web"), deployment("db", { app: "db" }, "data"));
    const messages = (text: string): readonly string[] => findings(id, text).map(({ message }) => message);
    expect(messages(documents(pods, denied))).toEqual([
      "namespace shop has no NetworkPolicy: 1 workload there may talk to everyone and everyone to it, as far as policies for the other side let them",
    ]);
    expect(messages(pods)[0]).toMatch(/everyone to it$/);
  });

  it("is silent where a policy selects some pod, and for namespaces without pods or with host network pods only", () => {
    expect(
      findings(
        id,
        documents(
          deployment("web"),
          deployment("api"),
          policy("web", "{ podSelector: { matchLabels: { app: web } } }"),
        ),
      ),
    ).toEqual([]);
    expect(
      findings(id, documents(deployment("agent", { app: "agent" }, "shop", "hostNetwork: true"), namespace("empty"))),
    ).toEqual([]);
  });

  it("replaces the rules on default deny and forgotten pods", () => {
    expect(evaluate(deployment("web")).findings.map(({ ruleId }) => ruleId)).toEqual([id]);
  });

  it("does not judge a namespace that a policy of an unknown kind may protect", () => {
    const antrea = "apiVersion: crd.antrea.io/v1beta1\nkind: NetworkPolicy\nmetadata: { name: deny, namespace: shop }";
    const { findings: found, notEvaluated } = evaluate(
      documents(deployment("web"), deployment("db", { app: "db" }, "data"), antrea),
      id,
    );
    expect(found.map(({ object }) => object.name)).toEqual(["data"]);
    expect(notEvaluated[0]?.reason).toMatch(/shop.*NetworkPolicy/);
  });

  it("counts policies of Calico that select no pod", () => {
    const calico =
      "apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: { name: web, namespace: shop }\nspec: { selector: app == 'other', types: [Ingress] }\n";
    expect(findings(id, documents(deployment("web"), calico))[0]?.message).toMatch(
      /^namespace shop has 1 policy, none of which selects a pod/,
    );
  });

  it("says that it was not evaluated without workloads", () => {
    expect(evaluate(policy("web", "{}"), id)).toEqual({
      findings: [],
      notEvaluated: [{ ruleId: id, reason: "the input has no workloads" }],
    });
  });
});
