import type { KubeObject } from "@npa/fixtures";
import * as fc from "fast-check";

/** Values that no field expects, and texts that some format or terminal would act on. */
export const oddValues: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -1,
    1.5,
    Number.MAX_VALUE,
    65_536,
    "",
    " ",
    "\u001b[31m",
    "__proto__",
    "constructor",
    "a".repeat(300),
    "\u0000",
    "\ud800",
    [],
    {},
    [null],
    [[]],
    { "": "" },
  ),
  fc.string({ unit: "binary", maxLength: 5 }),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Texts that attack a format: a terminal, a runner, a spreadsheet, Markdown, XML, HTML. */
export const attacks: fc.Arbitrary<string> = fc.constantFrom(
  "\u001b]0;x\u0007\u001b[2J",
  "\n::stop-commands::npa",
  "\r\n##[error]npa",
  "##[stop-commands]npa",
  "::set-output name=a::b",
  "=HYPERLINK(1)",
  "a;=1+1",
  "<script>alert(1)</script>",
  "]]><x>",
  "](https://evil.example) @everyone",
  "\u202egnp.exe",
  "\u2028\u2029\u0085",
  "'\"`|\\",
);

/** Replaces the value at a random place of a random object. */
export function mutate(objects: readonly KubeObject[], choices: readonly number[], value: unknown): readonly unknown[] {
  const copy = JSON.parse(JSON.stringify(objects)) as unknown[]; // parsed from an array
  let node: unknown = copy;
  for (const choice of choices) {
    if (typeof node !== "object" || node === null) break;
    const keys = Object.keys(node);
    const key = keys[choice % Math.max(keys.length, 1)];
    if (key === undefined) break;
    const child: unknown = Reflect.get(node, key);
    const isLast = choice % 5 === 0 || typeof child !== "object" || child === null;
    if (isLast && node !== copy) {
      const property = { value, enumerable: true, configurable: true, writable: true };
      Object.defineProperty(node, choice % 7 === 0 ? "__proto__" : key, property);
      break;
    }
    node = child;
  }
  return copy;
}
