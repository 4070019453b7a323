import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

/** The published schema of an answer, compiled. */
export function schemaOf(kind: string): ValidateFunction {
  const schema = new URL(`../../schema/${kind}.schema.json`, import.meta.url);
  return new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true }).compile(
    JSON.parse(readFileSync(schema, "utf8")),
  );
}

/** What the schema of its kind has against an answer: nothing, when it is right. */
export function schemaErrors(answer: { readonly kind: string }): readonly string[] {
  const validate = schemaOf(answer.kind);
  validate(JSON.parse(JSON.stringify(answer)));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
