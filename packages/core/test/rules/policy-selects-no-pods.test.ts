import { describe, expect, it } from "vitest";
import { clusterPolicy, deployment, documents, evaluate, findings, namespace, placeOf, policy } from "./evaluate.ts";

const id = "policy-selects-no-pods";
const select = (podSelector: string, ns = "shop"): string => policy("web", `{ podSelector: ${podSelector} }`, ns);
const messages = (...texts: readonly string[]): readonly string[] =>
  findings(id, documents(...texts)).map(({ message }) => message);

describe("policy-selects-no-pods", () => {
  it.each([
    [
      "a typo in the value",
      "{ matchLabels: { app: wbe } }",
      "did you mean `app: web`?",
      "spec.podSelector.matchLabels.app",
    ],
    [
      "the value under another key",
      "{ matchLabels: { name: web } }",
      "did you mean `app: web`?",
      "spec.podSelector.matchLabels.name",
    ],
    [
      "a typo in an expression",
      "{ matchLabels: { tier: front }, matchExpressions: [{ key: tier, operator: Exists }, { key: app, operator: In, values: [webb, x] }] }",
      "did you mean `app: web`?",
      "spec.podSelector.matchExpressions[1]",
    ],
  ])("finds %s", (_, selector, hint, path) => {
    const [finding] = findings(id, documents(deployment("web", { app: "web", tier: "front" }), select(selector)));
    expect(finding?.severity).toBe("medium");
    expect(finding?.message).toContain(hint);
    expect(finding?.location?.path).toBe(path);
  });

  it("does not take other numbers or short words for typos", () => {
    const [finding] = findings(
      id,
      documents(deployment("web-1"), deployment("db"), select("{ matchLabels: { app: web-2 } }")),
    );
    expect(finding?.message).not.toContain("did you mean");
    expect(finding?.severity).toBe("low");
    expect(finding?.message).toContain("unless such pods come from elsewhere");
  });

  it("finds the pods in another namespace", () => {
    expect(
      messages(deployment("web", { app: "web" }, "prod"), deployment("db"), select("{ matchLabels: { app: web } }"))[0],
    ).toContain("pods with these labels are in prod");
  });

  it("points at the namespace when it is there only because of the policy", () => {
    const input = documents(deployment("web", { app: "web" }, "prod"), select("{ matchLabels: { app: web } }"));
    expect(findings(id, input).map(placeOf)).toEqual(["12 metadata.namespace"]);
    expect(findings(id, documents(input, namespace("shop")))).toEqual([]);
  });

  it("does not judge a namespace whose workloads are not in the input", () => {
    const { findings: found, notEvaluated } = evaluate(
      documents(deployment("api", { app: "api" }, "prod"), select("{ matchLabels: { app: web } }")),
      id,
    );
    expect(found).toEqual([]);
    expect(notEvaluated[0]?.reason).toContain("shop");
  });

  it("knows a live cluster's pods", () => {
    const input = documents(deployment("api", { app: "api" }, "prod"), select("{ matchLabels: { app: web } }"));
    expect(findings(id, input, { live: true }).map(({ severity }) => severity)).toEqual(["medium"]);
  });

  it.each([
    "{}",
    "{ matchLabels: { app: web } }",
    "{ matchExpressions: [{ key: app, operator: NotIn, values: [db] }] }",
  ])("is silent on %s", (selector) => {
    expect(messages(deployment("web"), select(selector))).toEqual([]);
  });

  it("counts pods that are done: what ran once may run again", () => {
    const done =
      "apiVersion: v1\nkind: Pod\nmetadata: { name: job, namespace: shop, labels: { app: job } }\nspec: { containers: [] }\nstatus: { phase: Succeeded }";
    expect(messages(deployment("web"), done, select("{ matchLabels: { app: job } }"))).toEqual([]);
  });

  it("tells of a value of a list that is misspelt beside others that match", () => {
    const list = (...values: readonly string[]): string =>
      documents(
        deployment("web"),
        deployment("api"),
        policy(
          "both",
          `{ podSelector: { matchExpressions: [{ key: app, operator: In, values: [${values.join(", ")}] }] }, policyTypes: [Ingress] }`,
        ),
      );
    const [finding, ...more] = findings(id, list("web", "apii"));
    expect(more).toEqual([]);
    expect(finding?.message).toBe(
      "NetworkPolicy shop/both lists app=apii, which no workload of namespace shop has: only the other values select pods; did you mean `app: api`?",
    );
    expect(finding?.severity).toBe("medium");
    expect(finding?.location?.path).toBe("spec.podSelector.matchExpressions[0].values[1]");
    expect(findings(id, list("web", "api"))).toEqual([]);
    // Nothing is near it, so that its pods may come from elsewhere; and `web` is meant already.
    expect(findings(id, list("web", "payments"))).toEqual([]);
    expect(findings(id, list("web", "api", "wep"))).toEqual([]);
    expect(findings(id, list("web", "payments"), { live: true }).map(({ severity }) => severity)).toEqual(["low"]);
  });

  describe("of policies of no namespace", () => {
    const subject = (labels: string): readonly string[] => [
      `{apiVersion: cilium.io/v2, kind: CiliumClusterwideNetworkPolicy, metadata: {name: wide}, spec: {endpointSelector: {matchLabels: {${labels}}}, ingress: [{}]}}`,
      clusterPolicy(
        "wide",
        { ingress: "{ action: Deny, from: [{ namespaces: {} }] }" },
        {
          subject: `{ pods: { namespaceSelector: {}, podSelector: { matchLabels: {${labels}} } } }`,
        },
      ),
    ];

    it("finds those that select nothing anywhere", () => {
      for (const policyText of subject("app: wbe"))
        expect(findings(id, documents(deployment("web"), policyText))).toMatchObject([
          { severity: "medium", message: expect.stringContaining("did you mean `app: web`?") as string },
        ]);
      for (const policyText of subject("app: payments"))
        expect(findings(id, documents(deployment("web"), policyText))).toMatchObject([{ severity: "low" }]);
    });

    it("is silent where some namespace has such pods, on the host network too, and where none must", () => {
      const onNode = deployment("web", { app: "web" }, "other", "hostNetwork: true");
      for (const policyText of [...subject("app: web"), ...subject("")])
        for (const pods of [deployment("web"), onNode]) expect(findings(id, documents(pods, policyText))).toEqual([]);
    });

    it("says where the pods are that another namespace was meant to have", () => {
      const elsewhere = `{apiVersion: cilium.io/v2, kind: CiliumClusterwideNetworkPolicy, metadata: {name: wide}, spec: {endpointSelector: {matchLabels: {app: web, "k8s:io.kubernetes.pod.namespace": other}}, ingress: [{}]}}`;
      expect(
        findings(id, documents(namespace("shop"), namespace("other"), deployment("web"), elsewhere)),
      ).toMatchObject([{ message: expect.stringContaining("pods with these labels are in shop") as string }]);
    });
  });
});
