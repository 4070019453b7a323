import { describe, expect, it } from "vitest";
import { deployment, documents, evaluate, findings, namespace, policy, service } from "./evaluate.ts";

const id = "service-port-instead-of-target-port";

function withPorts(name: string, ports: string): string {
  return deployment(name).replace("image:", `ports: [${ports}], image:`);
}

const web = withPorts("web", "{ containerPort: 8080, name: http }");
const front = service("web", { app: "web" }, "{ port: 80, targetPort: 8080 }");
const ingress = (ports: string, extra = ""): string =>
  policy(
    "web",
    `{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: {} }], ports: [${ports}] }${extra}] }`,
  );
const egress = (peers: string, ports: string): string =>
  policy(
    "client",
    `{ podSelector: { matchLabels: { app: client } }, policyTypes: [Egress], egress: [{ to: [${peers}], ports: [${ports}] }] }`,
  );

describe("service-port-instead-of-target-port", () => {
  it("finds the port of the Service on ingress", () => {
    const [finding, ...more] = findings(id, documents(web, front, ingress("{ port: 80 }")));
    expect(more).toEqual([]);
    expect(finding?.location?.path).toBe("spec.ingress[0].ports[0]");
    expect(finding?.message).toContain("Service shop/web; its pods listen on TCP 8080");
    expect(finding?.affected).toEqual(["shop/web[Deployment]"]);
    expect(finding?.related).toHaveLength(1);
  });

  it("affects the pods behind the Service, and no others that policies do not tell from them", () => {
    const all = policy("all", "{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: 80 }] }] }");
    const other = withPorts("other", "{ containerPort: 9000 }");
    const [finding] = findings(id, documents(web, other, front, all));
    expect(finding?.affected).toEqual(["shop/web[Deployment]"]);
  });

  it("finds it on egress", () => {
    const client = deployment("client");
    const yaml = documents(
      web,
      client,
      front,
      egress("{ podSelector: { matchLabels: { app: web } } }", "{ port: 80 }"),
    );
    expect(findings(id, yaml)[0]?.location?.path).toBe("spec.egress[0].ports[0]");
    expect(findings(id, yaml)[0]?.affected).toEqual(["shop/client[Deployment]"]);
  });

  it("looks at each Service with the port: that both ports of one are named says nothing of another", () => {
    const api = withPorts("api", "{ containerPort: 5432 }");
    const fronts = [service("api", { app: "api" }, "{ port: 80, targetPort: 5432 }"), front];
    const rule = egress(
      "{ podSelector: { matchExpressions: [{ key: app, operator: In, values: [api, web] }] } }",
      "{ port: 80 }, { port: 5432 }",
    );
    for (const services of [fronts, fronts.toReversed()]) {
      const [finding] = findings(id, documents(web, api, deployment("client"), ...services, rule));
      expect(finding?.message).toContain("Service shop/web; its pods listen on TCP 8080");
    }
  });

  it("looks a named targetPort up in the pods", () => {
    const named = service("web", { app: "web" }, "{ port: 80, targetPort: http }");
    expect(findings(id, documents(web, named, ingress("{ port: 80 }")))).toHaveLength(1);
  });

  it("finds it where the pods declare no port: the Service tells", () => {
    expect(findings(id, documents(deployment("web"), front, ingress("{ port: 80 }")))).toHaveLength(1);
  });

  it.each([
    ["the target port", documents(web, front, ingress("{ port: 8080 }"))],
    ["both ports", documents(web, front, ingress("{ port: 80 }, { port: 8080 }"))],
    [
      "both ports in two rules",
      documents(web, front, ingress("{ port: 80 }", ", { from: [{ podSelector: {} }], ports: [{ port: 8080 }] }")),
    ],
    ["a range", documents(web, front, ingress("{ port: 80, endPort: 9000 }"))],
    ["another protocol", documents(web, front, ingress("{ port: 80, protocol: UDP }"))],
    [
      "a port that the pods declare",
      documents(withPorts("web", "{ containerPort: 8080 }, { containerPort: 80 }"), front, ingress("{ port: 80 }")),
    ],
    [
      "a port that another Service leads to",
      documents(web, front, service("direct", { app: "web" }, "{ port: 81, targetPort: 80 }"), ingress("{ port: 80 }")),
    ],
    [
      "a Service of other pods",
      documents(web, service("api", { app: "api" }, "{ port: 80, targetPort: 8080 }"), ingress("{ port: 80 }")),
    ],
    [
      "a name that no pod resolves",
      documents(web, service("web", { app: "web" }, "{ port: 80, targetPort: https }"), ingress("{ port: 80 }")),
    ],
    [
      "pods of which nothing is known",
      documents(web, deployment("old"), front, egress("{ podSelector: {} }", "{ port: 80 }"), deployment("client")),
    ],
    [
      "addresses",
      documents(
        web,
        deployment("client"),
        front,
        egress("{ podSelector: { matchLabels: { app: web } } }, { ipBlock: { cidr: 203.0.113.0/24 } }", "{ port: 80 }"),
      ),
    ],
    [
      "a Service without a selector",
      documents(web, front.replace('selector: {"app":"web"}, ', ""), ingress("{ port: 80 }")),
    ],
  ])("is silent on %s", (_, yaml) => {
    expect(findings(id, documents(namespace("shop"), yaml))).toEqual([]);
  });

  it("is not evaluated without Services", () => {
    expect(evaluate(documents(web, ingress("{ port: 80 }")), id).notEvaluated[0]?.reason).toContain("no Services");
  });
});
