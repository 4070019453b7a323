import { int64Limit, integerOf, typedPlainScalar, withoutUnderscores } from "./plain-scalar.ts";
import type { ScalarValue } from "./plain-scalar.ts";

/**
 * The text that a plain scalar becomes as a mapping key: JSON has only texts there (`1` is "1", `y` is "true").
 * Undefined for a key that kubectl refuses (`~`, an integer above 63 bits).
 */
export function plainKeyText(text: string): string | undefined {
  const value = typedPlainScalar(text);
  return typeof value === "number" ? numericKeyText(text, value) : keyTextOf(value);
}

/** The text of a key that is known by its value only (an alias, a tagged scalar). */
export function keyTextOf(value: ScalarValue): string | undefined {
  if (typeof value === "string") return value;
  if (value === null) return undefined;
  if (typeof value === "boolean") return String(value);
  return Number.isSafeInteger(value) ? String(value) : floatKeyText(value);
}

function numericKeyText(text: string, value: number): string | undefined {
  const exact = integerOf(withoutUnderscores(text));
  if (exact === undefined) return floatKeyText(value);
  return exact < int64Limit ? String(exact) : undefined;
}

/** Go's `FormatFloat(value, 'g', -1, 32)`: sigs.k8s.io/yaml prints float keys with 32 bits. */
function floatKeyText(value: number): string {
  if (Number.isNaN(value)) return ".nan";
  const single = Math.fround(value);
  if (!Number.isFinite(single)) return single > 0 ? ".inf" : "-.inf";
  const [mantissa = "", exponentText = ""] = shortestSingle(single).split("e");
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return String(Number(`${mantissa}e${exponent}`));
  const sign = exponent < 0 ? "-" : "+";
  return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

/** The fewest digits that still name the same 32-bit float, as `d.ddde+x`. */
function shortestSingle(single: number): string {
  for (let digits = 0; digits < 8; digits++) {
    const text = single.toExponential(digits);
    if (Math.fround(Number(text)) === single) return text;
  }
  return single.toExponential(8);
}
