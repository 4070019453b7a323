import { describe, expect, it } from "vitest";
import type { AllowedRequest, AskedRequest } from "../../src/model/requests.ts";
import { matchesNamePattern } from "../../src/semantics/dns-names.ts";
import { limitAllows } from "../../src/semantics/requests.ts";

function http(limit: object, asked: object): unknown {
  const request: AskedRequest = { type: "http", method: "GET", path: "/", ...asked };
  return limitAllows([{ type: "http", headers: [], ...limit }], request);
}

describe("limits on requests", () => {
  it("are regular expressions of the whole text", () => {
    expect(http({ path: "/public$" }, { path: "/public" })).toBe("yes");
    expect(http({ path: "/public" }, { path: "/public/a" })).toBe("no");
    expect(http({ path: "/public.*", method: "GET|HEAD" }, { path: "/public/a", method: "HEAD" })).toBe("yes");
    expect(http({ method: "GET" }, { method: "GETX" })).toBe("no");
  });

  it("take no longer for a pattern that is made to", () => {
    expect(http({ path: "(/a*)*b" }, { path: "/".padEnd(5000, "a") })).toBe("no");
  });

  it("ask for headers, whose values may be secret, and for a host that may not be said", () => {
    const [token, secret] = [
      { name: "X-Token", value: "1" },
      { name: "X-Token", secret: true },
    ];
    expect(http({ headers: [token] }, {})).toBe("no");
    expect(http({ headers: [token] }, { headers: { "x-token": "1" } })).toBe("yes");
    expect(http({ headers: [token] }, { headers: { "x-token": "2" } })).toBe("no");
    expect(http({ headers: [secret] }, { headers: { "x-token": "1" } })).toHaveProperty("missing");
    expect(http({ host: "a[.]example" }, {})).toHaveProperty("missing");
    expect(http({ host: "a[.]example" }, { host: "b.example" })).toBe("no");
    expect(http({ host: "a[.]example" }, { host: "b.example", method: "PUT" })).toBe("no");
  });

  it("are met by any of them, and by authentication beside", () => {
    const limit: AllowedRequest[] = [
      { type: "dns", name: "a.example" },
      { type: "other", what: "authentication" },
    ];
    const asked = (name: string): unknown => limitAllows(limit, { type: "dns", name });
    expect(asked("A.example.")).toEqual({ missing: "authentication" });
    expect(asked("b.example")).toBe("no");
    expect(limitAllows(limit.slice(1), { type: "dns", name: "b.example" })).toEqual({ missing: "authentication" });
  });
});

describe("patterns of names", () => {
  it.each([
    ["*", "a.b.example", true],
    ["*.example", "a.example", true],
    ["*.example", "a.b.example", false],
    ["*.example", "example", false],
    ["**.example", "a.b.example", true],
    ["**.example", "example", false],
    ["sub*.example", "sub.example", true],
    ["*a*a.example", "xaya.example", true],
    ["*a*a.example", "xa.example", false],
    ["A.Example", "a.example.", true],
    ["a*.example", "a..example", false],
    // "For example this pattern will match: '*', '**', '**.', '***', '***.'" (pkg/fqdn/matchpattern)
    ["**", "a.b.example", true],
    ["***.", "a.b.example", true],
    ["*.", "a.b.example", true],
    ["****.example", "a.b.example", true],
    ["****.example", "example", false],
    ["a**.example", "ab.example", true],
    ["a**.example", "a.b.example", false],
  ])("%s and %s", (pattern, name, isMatch) => {
    expect(matchesNamePattern(pattern, name)).toBe(isMatch);
  });

  // "* to select 0 or more DNS valid characters", and nothing else: regular expressions of 1.18.4.
  it.each([
    ["*", "a.b.example", true],
    ["**", "a.b.example", false],
    ["**", "example", true],
    ["*.", "a.example", false],
    ["**.example", "a.example", true],
    ["**.example", "a.b.example", false],
    ["a**.example", "ab.example", true],
  ])("%s and %s up to 1.18", (pattern, name, isMatch) => {
    expect(matchesNamePattern(pattern, name, "one-label")).toBe(isMatch);
  });
});
