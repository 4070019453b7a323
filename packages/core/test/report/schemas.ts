import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

/** The published schema of an answer, compiled. */
export function schemaOf(kind: string): ValidateFunction {
  const text = textOf(`${kind}.schema.json`);
  const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
  for (const other of new Set([...text.matchAll(/"\$ref": "(\w+\.schema\.json)/g)].map(([, name = ""]) => name)))
    ajv.addSchema(JSON.parse(textOf(other)));
  return ajv.compile(JSON.parse(text));
}

function textOf(name: string): string {
  return readFileSync(new URL(`../../schema/${name}`, import.meta.url), "utf8");
}

/** What the schema of its kind has against an answer: nothing, when it is right. */
export function schemaErrors(answer: { readonly kind: string }): readonly string[] {
  const validate = schemaOf(answer.kind);
  validate(JSON.parse(JSON.stringify(answer)));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
