import { describe, expect, it } from "vitest";
import { isDnsLabel, isDnsSubdomain, isLabelValue, isPortName, isQualifiedName } from "../../src/semantics/names.ts";
import { nearestName } from "../../src/normalize/nearest-name.ts";
import { quote } from "../../src/normalize/quote.ts";

const accepted = (check: (text: string) => boolean, texts: readonly string[]): readonly string[] => texts.filter(check);

describe("the syntax of names", () => {
  it("DNS labels and subdomains", () => {
    expect(accepted(isDnsLabel, ["a", "a-1", "1", "a".repeat(63)])).toHaveLength(4);
    expect(accepted(isDnsLabel, ["", "-a", "a-", "A", "a.b", "a_b", "a".repeat(64), "a\n"])).toEqual([]);
    expect(accepted(isDnsSubdomain, ["a.b", "a-b.c", `${"a".repeat(63)}.b`])).toHaveLength(3);
    expect(accepted(isDnsSubdomain, ["a..b", ".a", "a.", "a.-b", "a".repeat(254)])).toEqual([]);
  });

  it("label keys and values", () => {
    expect(accepted(isLabelValue, ["", "a", "A_b.c-1", "a".repeat(63)])).toHaveLength(4);
    expect(accepted(isLabelValue, ["-a", "a-", "a b", "a/b", "a".repeat(64), "a\n", "ä"])).toEqual([]);
    expect(accepted(isQualifiedName, ["a", "example.com/a", "constructor"])).toHaveLength(3);
    expect(accepted(isQualifiedName, ["", "/a", "a/", "a/b/c", "Example.com/a", "__proto__", "a\n"])).toEqual([]);
  });

  it("port names", () => {
    expect(accepted(isPortName, ["http", "a1", "1a", "a-b", "a".repeat(15)])).toHaveLength(5);
    expect(accepted(isPortName, ["", "80", "-a", "a-", "a--b", "Http", "a_b", "a".repeat(16), "1-2"])).toEqual([]);
  });
});

describe("texts for messages", () => {
  it("quotes, escapes and shortens", () => {
    expect(quote('a"b')).toBe('"a\\"b"');
    expect(quote("\u001b[31m\u202e\u0085")).toBe('"\\u001b[31m\\u202e\\u0085"');
    expect(quote("x".repeat(1000))).toHaveLength(83);
  });

  it("finds the name that was meant", () => {
    const known = ["podSelector", "policyTypes", "ingress", "egress"];
    expect(
      ["podselector", "polcyTypes", "igress", "egres", "podSelctor"].map((name) => nearestName(name, known)),
    ).toEqual(["podSelector", "policyTypes", "ingress", "egress", "podSelector"]);
    expect(["xyz", "", "p".repeat(1000)].map((name) => nearestName(name, known))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
