import { decodeBase64Text } from "./base64-text.ts";
import type { ScalarValue } from "./plain-scalar.ts";
import { integerOf, typedPlainScalar, withoutUnderscores } from "./plain-scalar.ts";

const coreTag = /^(?:!!|!<(?:tag:yaml\.org,2002:|!!))([a-z]+)>?$/;
const timestamp =
  /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:[Tt]|[ ])[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]+)?(?:Z|[-+][0-9]{2}:[0-9]{2})?)?$/;

/** The name of a YAML core tag (`int` of `!!int`), or undefined for any other tag. */
export function coreTagName(tag: string): string | undefined {
  return coreTag.exec(tag)?.[1];
}

/**
 * A scalar with a written tag, as go-yaml v2 reads it: a core tag is enforced, any other is read through
 * (`!Ref foo` is "foo"). Undefined when the text does not fit its tag, which kubectl refuses.
 */
export function typedTaggedScalar(tag: string, text: string): ScalarValue | undefined {
  switch (coreTagName(tag)) {
    case "null":
      return typedPlainScalar(text) === null ? null : undefined;
    case "bool":
      return ifType("boolean", typedPlainScalar(text));
    case "int":
      return integerOf(withoutUnderscores(text)) === undefined ? undefined : typedPlainScalar(text);
    case "float":
      return ifType("number", typedPlainScalar(text));
    case "timestamp":
      return timestamp.test(text) ? text : undefined;
    case "binary":
      return decodeBase64Text(text);
    default:
      return text;
  }
}

function ifType(type: "boolean" | "number", value: ScalarValue): ScalarValue | undefined {
  return typeof value === type ? value : undefined;
}
