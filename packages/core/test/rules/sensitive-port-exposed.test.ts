import { describe, expect, it } from "vitest";
import { deployment, documents, findings, findingsWith, policy } from "./evaluate.ts";

const id = "sensitive-port-exposed";
const ingress = (rule: string): string =>
  policy("db", `{ podSelector: {}, policyTypes: [Ingress], ingress: [${rule}] }`);
const everyone = "from: [{ namespaceSelector: {} }]";
const postgres = deployment("db").replace("image:", "ports: [{ containerPort: 5432 }], image:");

describe("sensitive-port-exposed", () => {
  it.each([
    [
      "every namespace",
      `{ ${everyone}, ports: [{ port: 5432 }] }`,
      "every pod of every namespace",
      "spec.ingress[0].ports[0]",
    ],
    ["no peers", "{ ports: [{ port: 80 }, { port: 22 }] }", "everybody", "spec.ingress[0].ports[1]"],
    [
      "the internet",
      "{ from: [{ ipBlock: { cidr: 0.0.0.0/0 } }], ports: [{ port: 6379 }] }",
      "the whole internet",
      "spec.ingress[0].ports[0]",
    ],
    [
      "the internet in halves",
      "{ from: [{ ipBlock: { cidr: 0.0.0.0/1 } }, { ipBlock: { cidr: 128.0.0.0/1 } }], ports: [{ port: 6379 }] }",
      "internet",
      "spec.ingress[0].ports[0]",
    ],
    [
      "a short range",
      `{ ${everyone}, ports: [{ port: 2379, endPort: 2380 }] }`,
      "TCP 2379 and TCP 2380",
      "spec.ingress[0].ports[0]",
    ],
  ])("finds %s", (_, rule, words, path) => {
    const [finding, ...more] = findings(id, ingress(rule));
    expect(more).toEqual([]);
    expect(finding?.message).toContain(words);
    expect(finding?.location?.path).toBe(path);
  });

  it.each([
    ["one namespace", "{ from: [{ podSelector: {} }], ports: [{ port: 5432 }] }"],
    [
      "some pods of every namespace",
      "{ from: [{ namespaceSelector: {}, podSelector: { matchLabels: { app: web } } }], ports: [{ port: 5432 }] }",
    ],
    ["some addresses", "{ from: [{ ipBlock: { cidr: 203.0.113.0/24 } }], ports: [{ port: 5432 }] }"],
    ["another port", `{ ${everyone}, ports: [{ port: 8080 }] }`],
    ["UDP", `{ ${everyone}, ports: [{ port: 5432, protocol: UDP }] }`],
    ["every port where nobody listens there", `{ ${everyone} }`],
  ])("is silent on %s", (_, rule) => {
    expect(findings(id, documents(deployment("db"), ingress(rule)))).toEqual([]);
  });

  it.each([`{ ${everyone} }`, `{ ${everyone}, ports: [{ port: 1024, endPort: 9999 }] }`])(
    "finds the port that a pod listens on in %s",
    (rule) => {
      expect(findings(id, documents(postgres, ingress(rule)))[0]?.message).toContain("TCP 5432 (PostgreSQL)");
    },
  );

  it("leaves a rule that is open altogether to others", () => {
    expect(findings(id, documents(postgres, ingress("{}")))).toEqual([]);
  });

  it("takes the ports from the configuration", () => {
    const options = { [id]: { ports: [8080] } };
    expect(findingsWith(id, ingress(`{ ${everyone}, ports: [{ port: 8080 }] }`), { options })).toHaveLength(1);
    expect(findingsWith(id, ingress(`{ ${everyone}, ports: [{ port: 5432 }] }`), { options })).toEqual([]);
  });
});
