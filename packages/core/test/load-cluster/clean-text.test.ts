import { expect, it } from "vitest";
import { cleanText } from "../../src/load/cluster/clean-text.ts";

it.each([
  ["two\nlines\r\nand\ttabs", "two lines and tabs"],
  ["\u001b[31mred\u001b[0m \u202Eback\u2028end", "[31mred[0m back end"],
  ["my secret-one is secret-one", "my *** is ***"],
  ["jwt eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJr.c2ln.", "jwt ***."],
  ["k8s-aws-v1.aHR0cHM6Ly9zdHM end", "*** end"],
  ["Authorization: Bearer abcdefghijklmnopqrst", "Authorization: Bearer ***"],
  ["the invalid bearer token", "the invalid bearer token"],
  [" ", ""],
])("%j is shown as %j", (text, shown) => {
  expect(cleanText(text, ["secret-one", "a"])).toBe(shown);
});

it("shortens what is long, however long", () => {
  expect(cleanText("x".repeat(5_000_000))).toBe(`${"x".repeat(300)}…`);
});
