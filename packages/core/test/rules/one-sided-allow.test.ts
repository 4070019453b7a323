import { describe, expect, it } from "vitest";
import { deployment, documents, findings, namespace, policy } from "./evaluate.ts";

const id = "one-sided-allow";
const pods = documents(namespace("shop"), deployment("web"), deployment("db"), deployment("api"));
const peer = (app: string): string => `{ podSelector: { matchLabels: { app: ${app} } } }`;
const egress = (app: string, to: string, port = 5432): string =>
  policy(
    `${app}-out`,
    `{ podSelector: { matchLabels: { app: ${app} } }, policyTypes: [Egress], egress: [{ to: [${to}], ports: [{ port: ${port} }] }] }`,
  );
const ingress = (app: string, from: string, port = 5432): string =>
  policy(
    `${app}-in`,
    `{ podSelector: { matchLabels: { app: ${app} } }, policyTypes: [Ingress], ingress: [{ from: [${from}], ports: [{ port: ${port} }] }] }`,
  );

describe("one-sided-allow", () => {
  it("finds egress that the target denies", () => {
    const [finding, ...more] = findings(id, documents(pods, egress("web", peer("db")), ingress("db", peer("api"))));
    expect(more).toEqual([]);
    expect(finding?.message).toContain("allows traffic to shop/db[Deployment] on TCP 5432");
    expect(finding?.location?.path).toBe("spec.egress[0].to[0]");
    expect(finding?.affected).toEqual(["shop/web[Deployment]"]);
    expect(finding?.related.map(({ message }) => message)).toEqual(["NetworkPolicy shop/db-in isolates ingress there"]);
  });

  it("finds ingress that the source may not send", () => {
    const [finding, ...more] = findings(id, documents(pods, egress("api", peer("web")), ingress("db", peer("api"))));
    expect(more.map(({ object }) => object.name)).toEqual([]);
    expect(finding?.object.name).toBe("db-in");
    expect(finding?.message).toContain("traffic from shop/api[Deployment]");
  });

  it("names the ports that the other side does allow", () => {
    const yaml = documents(pods, egress("web", peer("db"), 5433), ingress("db", peer("web")));
    expect(
      findings(id, yaml).map(
        ({ message }) => message.includes("it allows TCP 5432 only") || message.includes("it allows TCP 5433 only"),
      ),
    ).toEqual([true, true]);
  });

  it.each([
    ["both sides", documents(egress("web", peer("db")), ingress("db", peer("web")))],
    ["a target that nobody isolates", egress("web", peer("db"))],
    ["a target isolated in the other direction only", documents(egress("web", peer("db")), egress("db", peer("api")))],
    [
      "a whole namespace",
      documents(
        egress("web", "{ podSelector: {} }"),
        policy("deny", "{ podSelector: { matchLabels: { app: db } }, policyTypes: [Ingress] }"),
      ),
    ],
    [
      "a peer that works for one of the pods",
      documents(
        egress("web", "{ podSelector: { matchExpressions: [{ key: app, operator: In, values: [db, api] }] } }"),
        ingress("db", peer("api")),
        ingress("api", peer("web")),
      ),
    ],
    [
      "a policy that works for one of its pods",
      documents(
        policy("out", `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [${peer("db")}] }] }`),
        ingress("db", peer("api")),
      ),
    ],
    [
      "a port that is partly allowed",
      documents(egress("web", peer("db")).replace("ports: [", "ports: [{ port: 1 }, "), ingress("db", peer("web"))),
    ],
    [
      "a peer that matches nothing",
      documents(egress("web", `${peer("nobody")}, ${peer("db")}`), ingress("db", peer("web"))),
    ],
    [
      "addresses",
      documents(
        policy(
          "out",
          "{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] }",
        ),
        policy("deny", "{ podSelector: {}, policyTypes: [Ingress] }"),
      ),
    ],
  ])("is silent on %s", (_, yaml) => {
    expect(
      findings(id, documents(pods, yaml)).filter(({ object }) => object.name === "web-out" || object.name === "out"),
    ).toEqual([]);
  });

  it("does not judge what another kind of policy may allow", () => {
    const antrea = `apiVersion: crd.antrea.io/v1beta1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec: { endpointSelector: {} }`;
    expect(findings(id, documents(pods, antrea, egress("web", peer("db")), ingress("db", peer("api"))))).toEqual([]);
  });
});
