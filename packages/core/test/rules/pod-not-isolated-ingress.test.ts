import { describe, expect, it } from "vitest";
import { deployment, documents, evaluate, findings, placeOf, policy } from "./evaluate.ts";

const id = "pod-not-isolated-ingress";
const web = policy("web", "{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress] }");

describe("pod-not-isolated-ingress", () => {
  it("reports the forgotten pods once per namespace, at the labels of the first", () => {
    const [finding, ...more] = findings(id, documents(deployment("web"), deployment("job"), deployment("cron"), web));
    expect(more).toEqual([]);
    expect(placeOf(finding)).toBe("25 spec.template.metadata.labels");
    expect(finding?.affected).toEqual(["shop/cron[Deployment]", "shop/job[Deployment]"]);
    expect(finding?.message).toContain("cron and job");
    expect(finding?.related.map(({ location }) => location?.line)).toEqual([16]);
  });

  it("is silent where all pods are isolated, and where none is", () => {
    expect(findings(id, documents(deployment("web"), web))).toEqual([]);
    const others = policy("other", "{ podSelector: {}, policyTypes: [Egress] }");
    const { findings: found } = evaluate(documents(deployment("web"), others));
    expect(found.map(({ ruleId }) => ruleId)).toContain("missing-default-deny-ingress");
    expect(found.map(({ ruleId }) => ruleId)).not.toContain(id);
  });

  it("does not speak of pods on the host network, which no policy isolates", () => {
    expect(
      findings(
        id,
        documents(deployment("web"), deployment("agent", { app: "agent" }, "shop", "hostNetwork: true"), web),
      ),
    ).toEqual([]);
  });
});
