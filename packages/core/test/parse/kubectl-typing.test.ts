import { describe, expect, it } from "vitest";
import { hasKubectl, readWithKubectl } from "../kubectl/local-kubectl.ts";
import { keyTokens, valueTokens } from "./kubectl-tokens.ts";
import { read } from "./read.ts";

const head = "apiVersion: foo.io/v1\nkind: Thing\nmetadata: {name: a}\n";
const readable = valueTokens.filter(([, json]) => json !== "error");
const readableKeys = keyTokens.filter(([, key]) => key !== null);

describe("scalars are typed as kubectl types them", () => {
  it.each(readable)("value %s", (token, json) => {
    const { documents, problems } = read(`${head}spec:\n- ${token}\n`);
    expect(problems).toEqual([]);
    expect(documents[0]?.value).toMatchObject({ spec: [JSON.parse(json) as unknown] });
  });

  it.each(valueTokens.filter(([, json]) => json === "error"))("refuses the value %s", (token) => {
    const { documents, problems } = read(`${head}spec:\n- ${token}\n`);
    expect(documents).toEqual([]);
    expect(problems).toMatchObject([
      { code: "yaml-syntax", severity: "error", unreadable: true, location: { line: 5 } },
    ]);
  });

  it.each(readableKeys)("key %s", (token, key) => {
    const { documents, problems } = read(`${head}spec:\n  ${token}: v\n`);
    expect(problems).toEqual([]);
    expect(documents[0]?.value).toMatchObject({ spec: { [String(key)]: "v" } });
  });

  it.each(keyTokens.filter(([, key]) => key === null))("refuses the key %s", (token) => {
    const { documents, problems } = read(`${head}spec:\n  ${token}: v\n`);
    expect(documents).toEqual([]);
    expect(problems).toMatchObject([{ code: "yaml-syntax", unreadable: true, location: { line: 5, column: 3 } }]);
  });
});

/** What an installed kubectl reads in a text: the JSON it would send, or undefined when it refuses. */
function kubectl(text: string): unknown {
  return readWithKubectl([text])[0]?.[0];
}

describe.runIf(hasKubectl)("the recorded tables are what the installed kubectl does", () => {
  it("values", () => {
    const text = `${head}spec:\n${readable.map(([token]) => `- ${token}\n`).join("")}`;
    expect(kubectl(text)).toMatchObject({ spec: readable.map(([, json]) => JSON.parse(json) as unknown) });
  });

  it("keys", () => {
    const text = `${head}spec:\n${readableKeys.map(([token]) => `- ${token}: v\n`).join("")}`;
    expect(kubectl(text)).toMatchObject({ spec: readableKeys.map(([, key]) => ({ [String(key)]: "v" })) });
  });

  it("merges, tags and aliases", () => {
    const text = `${head}x: &x {a: 2, b: 3}
z: &z {a: 9, c: 1}
m1: {a: 1, <<: *x}
m2: {<<: *x, a: 1}
m3: {<<: [*x, *z]}
m4: {<<: {q: 1}, "<<": 2}
m5: {!!str <<: 1}
t: [!Foo {a: 1}, !!set {a, b}, !!omap [a: 1], !!seq [1]]
`;
    const { documents, problems } = read(text);
    expect(problems).toEqual([]);
    expect(kubectl(text)).toMatchObject(JSON.parse(JSON.stringify(documents[0]?.value)) as object);
  });
});
