import { describe, expect, it } from "vitest";
import { ClusterDocument } from "../../src/load/cluster/cluster-document.ts";

describe("an object of a cluster", () => {
  it("is quoted as YAML, node by node", () => {
    const value = { metadata: { name: "p" }, spec: { ingress: [{ ports: [{ port: 80 }] }] } };
    const document = new ClusterDocument(value, { context: "c", kind: "networkpolicy" });
    expect(document.quote(["spec", "ingress", 0])).toBe("ports:\n  - port: 80");
    expect(document.quote(["spec", "egress", 0])).toBeUndefined();
    expect(document.quote(["metadata", "name"])).toBe("p");
  });
});
