import * as fc from "fast-check";
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

const secret = fc
  .string({ unit: fc.constantFrom(...Array.from('abcXYZ019-_.~+/=!%"\\:')), minLength: 8, maxLength: 60 })
  .filter((text) => !/^[. ]*$/.test(text));
const noise = fc.array(fc.constantFrom("\u200b", "\u200d", "\n", " ", "\u00ad", "\u0007", "\u2028", "\ufeff"), {
  maxLength: 2,
});

it("masks a secret whatever form it takes", () => {
  fc.assert(
    fc.property(
      secret,
      fc.constantFrom("plain", "base64", "basic", "url", "json", "hex"),
      fc.string({ maxLength: 20 }),
      noise,
      fc.nat(100),
      (token, form, before, breaks, at) => {
        const written = {
          plain: token,
          base64: Buffer.from(token).toString("base64"),
          basic: Buffer.from(`admin:${token}`).toString("base64"),
          url: encodeURIComponent(token),
          json: JSON.stringify(token).slice(1, -1),
          hex: Buffer.from(token).toString("hex"),
        }[form];
        const place = at % (written.length + 1);
        const hidden = written.slice(0, place) + breaks.join("") + written.slice(place);
        const shown = cleanText(`${before} ${hidden} end`, [token, `admin:${token}`]).replaceAll(/\s/g, "");
        // One character of Base64 may be left at each end: it belongs to what stands beside the secret.
        const whole = form === "base64" || form === "basic" ? written.slice(4, -5) : written;
        if (whole.length > 3) expect(shown).not.toContain(whole);
      },
    ),
  );
});

it("shows no half of a secret where a long text is cut", () => {
  const token = "secret-token-that-nobody-may-see";
  for (let shift = 0; shift < 40; shift++) {
    const text = `${"\u200b".repeat(100_000 - shift)}${token} ${"x".repeat(200_000)}`;
    expect(cleanText(text, [token])).not.toContain("secret");
  }
});
