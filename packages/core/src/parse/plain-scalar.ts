/*
 * Plain scalars typed as kubectl types them: sigs.k8s.io/yaml reads YAML with go-yaml v2 and turns it into JSON.
 * The rules are those of go-yaml v2's resolve.go; the test compares them with kubectl itself.
 */

/** The value of a plain scalar; `Infinity` and `NaN` where kubectl fails, because JSON has no such numbers. */
export type ScalarValue = null | boolean | number | string;

const words: ReadonlyMap<string, ScalarValue> = new Map<string, ScalarValue>([
  ...["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"].map((word) => [word, true] as const),
  ...["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"].map((word) => [word, false] as const),
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
  ...[".nan", ".NaN", ".NAN"].map((word) => [word, Number.NaN] as const),
  ...[".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"].map((word) => [word, Infinity] as const),
  ...["-.inf", "-.Inf", "-.INF"].map((word) => [word, -Infinity] as const),
]);
const longestWord = 5;

const integer = /^[-+]?(?:0[bB][01]+|0[oO][0-7]+|0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/;
/** go-yaml's `yamlStyleFloat`. */
const float = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
/** What Go's `ParseFloat` takes of a text that starts with a dot. */
const dotFloat = /^\.[0-9]+(?:[eE][-+]?[0-9]+)?$/;

/** Digits up to which an integer of any base surely fits a JavaScript number. */
const safeLength = 12;
/** The first integer that does not fit 64 signed bits. */
export const int64Limit: bigint = 2n ** 63n;
const uint64Limit = 2n ** 64n;

/** What a plain scalar can be, told by its first character. */
type Hint = "text" | "word" | "number" | "dot";

function hintOf(code: number): Hint {
  if ((code >= 48 && code <= 57) || code === 43 || code === 45) return "number";
  if (code === 46) return "dot";
  switch (code) {
    case 89: // Y
    case 121:
    case 78: // N
    case 110:
    case 84: // T
    case 116:
    case 70: // F
    case 102:
    case 79: // O
    case 111:
    case 126: // ~
      return "word";
    default:
      return "text";
  }
}

/** Types a plain (unquoted, untagged) scalar. */
export function typedPlainScalar(text: string): ScalarValue {
  if (text.length === 0) return null;
  const hint = hintOf(text.charCodeAt(0));
  if (hint === "text") return text;
  if (text.length <= longestWord) {
    const word = words.get(text);
    if (word !== undefined) return word;
  }
  if (hint === "word") return text;
  if (hint === "dot") return dotFloat.test(text) ? finiteOr(text, Number(text)) : text;
  return typedNumber(text);
}

function typedNumber(text: string): ScalarValue {
  const plain = withoutUnderscores(text);
  const value = integerOf(plain);
  if (value !== undefined) return Number(value);
  return float.test(plain) ? finiteOr(text, Number(plain)) : text;
}

/** go-yaml drops underscores from whatever starts like a number. */
export function withoutUnderscores(text: string): string {
  return text.includes("_") ? text.replaceAll("_", "") : text;
}

/** Go's `ParseFloat` refuses a number that overflows, so it stays a text. */
function finiteOr(text: string, value: number): ScalarValue {
  return Number.isFinite(value) ? value + 0 : text;
}

/** The integer that go-yaml reads (any base, 64 bits, underscores already gone), or undefined. */
export function integerOf(plain: string): number | bigint | undefined {
  if (!integer.test(plain)) return undefined;
  const signed = plain.startsWith("-") || plain.startsWith("+");
  const negative = plain.startsWith("-");
  const digits = javaScriptDigits(signed ? plain.slice(1) : plain);
  if (digits.length <= safeLength) return (negative ? -Number(digits) : Number(digits)) + 0;
  const value = BigInt(digits);
  const limit = negative ? int64Limit + 1n : signed ? int64Limit : uint64Limit;
  if (value >= limit) return undefined;
  return negative ? -value : value;
}

/** `017` is octal here and nowhere else. */
function javaScriptDigits(digits: string): string {
  return /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits;
}
