import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";

const schema = new URL("../fixtures/sarif-schema-2.1.0.json", import.meta.url);
const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addFormat("uri", (text) => /^[a-z][a-z\d+.-]*:\S+$/i.test(text));
ajv.addFormat("uri-reference", (text) => /^(?:[\w!$&'()*+,;=:@/?#.~-]|%[\dA-F]{2})*$/i.test(text));
ajv.addFormat("date-time", (text) => !Number.isNaN(Date.parse(text)));
ajv.addFormat("uuid", /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i);
const validate = ajv.compile(JSON.parse(readFileSync(schema, "utf8")));

/** What the OASIS schema has against a log: nothing, when it is right. */
export function sarifSchemaErrors(log: object): readonly string[] {
  validate(JSON.parse(JSON.stringify(log)));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
