import { describe, expect, it } from "vitest";
import { mergedName } from "../../src/optimize/merged-name.ts";
import { expression, label } from "../symbolic/label-arbitraries.ts";
import { type PolicyParts, policy, rule } from "../symbolic/policy-arbitraries.ts";

const allowing = { ingress: [rule("any")] };

/** The name that policies become that all allow something to the same pods. */
function nameOf(names: readonly string[], parts: PolicyParts = {}, taken: readonly string[] = []): string {
  return mergedName(
    names.map((name) => policy({ ...allowing, ...parts, name })),
    (name) => taken.includes(name),
  );
}

const web = { podSelector: label("app", "web") };

describe("the name of the policy that several become", () => {
  it("is that of the only one that has rules", () => {
    expect(mergedName([policy({ name: "deny" }), policy({ name: "db", ...allowing })], () => false)).toBe("db");
  });

  it("is that of one which all others only add a word to", () => {
    expect(nameOf(["web-metrics", "web", "web-admin"])).toBe("web");
  });

  it("is what all begin with, before a word that waits for another, if that says what they are about", () => {
    expect(nameOf(["web-allow-proxy", "web-allow-metrics"])).toBe("web-allow");
    expect(nameOf(["web-from-proxy", "web-from-metrics"])).toBe("web");
    expect(nameOf(["web-ingress-a", "web-ingress-b"])).toBe("web-ingress");
  });

  it("is what a label calls the pods, or what they are by custom", () => {
    expect(nameOf(["allow-proxy-to-web", "allow-metrics-to-web"], web)).toBe("web");
    expect(nameOf(["allow-a", "permit-b"], web)).toBe("web-ingress");
    expect(nameOf(["allow-a", "permit-b"], { ...web, isolates: ["ingress", "egress"] })).toBe("web");
    const part = { requirements: [...label("app", "web").requirements, ...label("component", "api").requirements] };
    expect(nameOf(["allow-a", "permit-b"], { podSelector: part })).toBe("web-api-ingress");
    expect(nameOf(["allow-a", "permit-b"], { podSelector: label("role", "db") })).toBe("db-ingress");
    expect(nameOf(["a", "b"], { podSelector: expression("app", "In", "web", "api") })).toBe("consolidated-a");
  });

  it("keeps a direction that all names have", () => {
    expect(nameOf(["web-a-ingress", "web-b-ingress"])).toBe("web-ingress");
  });

  it("is what all begin with, whatever it says, or the direction of all pods", () => {
    expect(nameOf(["default-allow-a", "default-allow-b"], { podSelector: label("x", "y") })).toBe("default-allow");
    expect(nameOf(["a", "b"])).toBe("allow-ingress");
  });

  it("is never a word that says nothing by itself", () => {
    const both = { podSelector: label("x", "y"), isolates: ["ingress", "egress"] } as const;
    expect(nameOf(["allow-a", "allow-b"], both)).toBe("consolidated-allow-a");
  });

  it("is none that another policy has, but may be that of one of them", () => {
    expect(nameOf(["web-allow-a", "web-allow-b"], {}, ["web-allow"])).toBe("allow-ingress");
    const odd = { podSelector: label("x", "y") };
    expect(nameOf(["a", "b"], odd, ["consolidated-a"])).toBe("consolidated-a-2");
    expect(nameOf(["a", "b"], odd, ["consolidated-a", "consolidated-a-2"])).toBe("consolidated-a-3");
    expect(nameOf(["consolidated-a", "x"], odd, ["consolidated-a"])).toBe("consolidated-a");
  });

  it("is no longer than Kubernetes takes", () => {
    const long = "a".repeat(253);
    const odd = { podSelector: label("x", "y") };
    expect(nameOf([long, "b"], odd)).toHaveLength(249);
    expect(nameOf([long, "b"], odd, [`consolidated-${long}`.slice(0, 249)])).toHaveLength(251);
  });
});
