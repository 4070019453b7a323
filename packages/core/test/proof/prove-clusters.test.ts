import { describe, expect, it } from "vitest";
import { proofMarkdown, proofText, proveClusters } from "../../src/entries/proof.ts";
import { schemaErrors } from "../report/schemas.ts";
import { clusterOf, denyAll, namespaceWith, policy, webFrom } from "./policies.ts";

const sentence =
  "a pod with app=x in namespace other labelled team=b could reach a pod with app=web in namespace shop on TCP 80";

describe("proveClusters", () => {
  it("proves rewrites, whatever pods are there", () => {
    const one = policy(
      "one",
      "{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }], ports: [{ port: 1, endPort: 9 }] }] }",
    );
    const other = policy(
      "other",
      "{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/9 } }, { ipBlock: { cidr: 10.128.0.0/9 } }], ports: [{ port: 1, endPort: 4 }, { port: 5, endPort: 9 }] }] }",
    );
    const proof = proveClusters(clusterOf(one), clusterOf(other));
    expect(proof).toMatchObject({
      verdict: "equivalent",
      counterexamples: [],
      namespaces: [{ namespace: "shop", verdict: "equivalent" }],
      before: { policies: 1 },
    });
    expect(schemaErrors(proof)).toEqual([]);
    expect(proofText(proof)).toMatch(/^equivalent {2}the same pods are isolated/);
  });

  it("tells stricter from looser with a concrete packet and a sentence", () => {
    const [more, less] = [clusterOf(webFrom("a", "b"), webFrom("b", "c")), clusterOf(webFrom("b", "c"))];
    const stricter = proveClusters(more, less);
    expect(stricter.verdict).toBe("stricter");
    expect(stricter.counterexamples).toEqual([
      expect.objectContaining({
        about: "admission",
        onlyIn: "before",
        effect: "stricter",
        direction: "ingress",
        packet: { protocol: "TCP", port: 80 },
        sentence: `${sentence} before, not after`,
      }),
    ]);
    const looser = proveClusters(less, more);
    expect(looser.verdict).toBe("looser");
    expect(looser.counterexamples[0]).toMatchObject({ onlyIn: "after", effect: "looser" });
    for (const proof of [stricter, looser]) expect(schemaErrors(proof)).toEqual([]);
    expect(proofText(stricter)).toContain(`\n  ${sentence} before, not after\n`);
    expect(proofMarkdown(looser)).toContain("| looser | ingress | ");
  });

  it("counts isolation by itself: an isolated pod that is allowed everything is not an open one", () => {
    const proof = proveClusters(clusterOf(policy("all", "{ podSelector: {}, ingress: [{}] }")), clusterOf());
    expect(proof).toMatchObject({ verdict: "looser", counterexamples: [{ about: "isolation", onlyIn: "before" }] });
    expect(schemaErrors(proof)).toEqual([]);
  });

  it("adds up the namespaces", () => {
    const [shop, bank] = [webFrom("a", "b"), policy("deny", "{ podSelector: {} }", "bank")];
    const proof = proveClusters(clusterOf(denyAll, shop), clusterOf(denyAll, bank));
    expect(proof.namespaces).toEqual([
      { namespace: "bank", verdict: "stricter" },
      { namespace: "shop", verdict: "stricter" },
    ]);
    expect(proof.verdict).toBe("stricter");
    const mixed = proveClusters(
      clusterOf(denyAll, bank),
      clusterOf(denyAll, shop, policy("b", "{ podSelector: {} }", "c")),
    );
    expect(mixed.verdict).toBe("incomparable");
    expect(proofText(mixed)).toMatch(/\nNamespaces {3}3 of 3 differ/);
    expect(proveClusters(clusterOf(denyAll, bank), clusterOf(denyAll), { namespaces: ["shop"] })).toMatchObject({
      verdict: "equivalent",
      limitedTo: ["shop"],
    });
  });

  it("takes the labels of the second input's namespaces as facts only when told", () => {
    const byTeam = webFrom("a", "b");
    const byName = policy(
      "a",
      "{ podSelector: { matchLabels: { app: web } }, ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: front } }, podSelector: { matchLabels: { app: x } } }], ports: [{ port: 80 }] }] }",
    );
    const [before, after] = [clusterOf(byName), clusterOf(byTeam, namespaceWith("front", "b"))];
    expect(proveClusters(before, after)).toMatchObject({ verdict: "incomparable", factsOf: [] });
    const fixed = proveClusters(before, after, { assumptions: { namespaceLabels: "fixed" } });
    // A namespace that nobody declares may still have the label.
    expect(fixed).toMatchObject({ verdict: "looser", factsOf: ["front"], assumptions: { namespaceLabels: "fixed" } });
    expect(proofText(fixed)).toContain("note: assumed namespaceLabels=fixed: the labels of front are taken");
    expect(schemaErrors(fixed)).toEqual([]);
  });

  it("never guesses: without a budget it is undecided, and what is not in force is named", () => {
    const same = clusterOf(webFrom("a", "b"));
    const proof = proveClusters(same, same, { steps: 0 });
    expect(proof.verdict).toBe("undecided");
    expect(proof.undecided.length).toBeGreaterThan(0);
    const refused = clusterOf(
      webFrom("a", "b"),
      policy("bad", "{ podSelector: {}, ingress: [{ ports: [{ port: 0 }] }] }"),
    );
    const partly = proveClusters(same, refused);
    expect(partly).toMatchObject({ verdict: "equivalent", after: { refusedPolicies: [{ name: "bad" }] } });
    expect(schemaErrors(partly)).toEqual([]);
    expect(proofText(partly)).toContain("the second has policies that the API server would refuse");
  });
});

describe("proofs of policies behind which no later tier is asked", () => {
  it("see that pods are asked about again where such a policy goes, in a direction that it says nothing of", () => {
    const baseline = `apiVersion: policy.networking.k8s.io/v1alpha1
kind: BaselineAdminNetworkPolicy
metadata: { name: default }
spec: { subject: { namespaces: {} }, ingress: [{ action: Deny, from: [{ namespaces: {} }] }] }
`;
    const egressOnly = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: a, namespace: shop }
spec: { podSelector: {}, policyTypes: [Egress], egress: [{}] }
`;
    const [before, after] = [`${baseline}---\n${egressOnly}`, baseline].map((text) => clusterOf(text)) as [
      ReturnType<typeof clusterOf>,
      ReturnType<typeof clusterOf>,
    ]; // one for each
    const verdict = (npTierFinal: "per-pod" | "per-direction"): string =>
      proveClusters(before, after, { assumptions: { npTierFinal } }).verdict;
    expect(verdict("per-pod")).toBe("stricter");
    expect(verdict("per-direction")).toBe("same-traffic");
  });
});
