import type { Requirement, Selector, KubernetesOperator } from "../model/selector.ts";
import type { RawValue } from "../parse/document.ts";
import { forEachItem, mappingField, textField, textListField } from "./fields.ts";
import { nearestName } from "./nearest-name.ts";
import { isLabelValue, isQualifiedName } from "../semantics/names.ts";
import type { ObjectCursor } from "./object-cursor.ts";
import { quote } from "./quote.ts";
import type { RawMapping } from "./raw-object.ts";
import { keySyntax, readMatchLabels } from "./string-map.ts";
import type { FieldSet } from "./unknown-fields.ts";
import { checkFields } from "./unknown-fields.ts";

const selectorFields: FieldSet = {
  known: new Set(["matchLabels", "matchExpressions"]),
  // "An empty label selector matches all objects."
  consequence: (map) =>
    isEmpty(map["matchLabels"]) && isEmpty(map["matchExpressions"])
      ? "Without it the selector is empty, and an empty selector selects everything."
      : undefined,
};
const expressionFields: FieldSet = { known: new Set(["key", "operator", "values"]) };
const operators: readonly KubernetesOperator[] = ["In", "NotIn", "Exists", "DoesNotExist"];

/** No object that an API server stores has so many: it takes 1.5 MB at most. */
const maxRequirements = 20_000;

function isEmpty(value: RawValue | undefined): boolean {
  return value === undefined || value === null || (typeof value === "object" && Object.keys(value).length === 0);
}

/** The label selector that a field holds; undefined when the field is absent or no mapping. */
export function readSelector(at: ObjectCursor, map: RawMapping, field: string): Selector | undefined {
  const raw = mappingField(at, map, field);
  if (raw === undefined) return undefined;
  at.enter(field);
  checkFields(at, raw, selectorFields);
  const requirements: Requirement[] = [];
  const labels = readMatchLabels(at, raw);
  // "A single {key,value} in the matchLabels map is equivalent to an element of matchExpressions, whose key field is "key",
  // the operator is "In", and the values array contains only "value"."
  for (const key in labels)
    requirements.push({ key, operator: "In", values: [labels[key] ?? ""], from: "matchLabels" });
  forEachItem(at, raw, "matchExpressions", (item) => {
    const requirement = readExpression(at, item);
    if (requirement !== undefined) requirements.push(requirement);
  });
  if (requirements.length > maxRequirements) {
    const message = `a selector with ${requirements.length} requirements, and at most ${maxRequirements} are read`;
    at.refuse("wrong-type", [], message);
    at.leave();
    return { requirements: [] };
  }
  at.leave();
  return { requirements };
}

function readExpression(at: ObjectCursor, raw: RawMapping): Requirement | undefined {
  checkFields(at, raw, expressionFields);
  const key = readKey(at, raw);
  const operator = readOperator(at, raw);
  const values = textListField(at, raw, "values");
  if (key === undefined || operator === undefined) return undefined;
  const areFitting = checkValues(at, operator, values, raw["values"]);
  // Whom a selector matches of which this is a part is not defined: at most what the rest of it does.
  return areFitting || !at.storesSelectors ? { key, operator, values, from: "matchExpressions" } : undefined;
}

function readKey(at: ObjectCursor, raw: RawMapping): string | undefined {
  const key = textField(at, raw, "key");
  if (key === undefined) {
    if (raw["key"] === undefined || raw["key"] === null)
      at.refuse("missing-field", ["key"], "key is missing: name the label");
  } else if (!isQualifiedName(key)) {
    at.refuseRequirement("invalid-name", ["key"], `key ${quote(key)} cannot be a label key: ${keySyntax}`);
  }
  return key;
}

function readOperator(at: ObjectCursor, raw: RawMapping): KubernetesOperator | undefined {
  const written = textField(at, raw, "operator");
  const operator = operators.find((known) => known === written);
  if (operator !== undefined) return operator;
  if (written !== undefined) {
    const nearest = nearestName(written, operators);
    const advice = nearest === undefined ? `write ${operators.join(", ")}` : `write ${nearest}`;
    at.refuseRequirement("invalid-policy", ["operator"], `operator ${quote(written)} is none: ${advice}`);
  } else if (raw["operator"] === undefined || raw["operator"] === null) {
    at.refuse("missing-field", ["operator"], `operator is missing: write ${operators.join(", ")}`);
  }
  return undefined;
}

/**
 * Whether there are values where the operator takes some: "If the operator is In or NotIn, the values array must be non-empty. If the
 * operator is Exists or DoesNotExist, the values array must be empty."
 */
function checkValues(
  at: ObjectCursor,
  operator: KubernetesOperator,
  values: readonly string[],
  written: RawValue | undefined,
): boolean {
  const isPresence = operator === "Exists" || operator === "DoesNotExist";
  if (isPresence && values.length > 0) {
    at.refuseRequirement(
      "invalid-policy",
      ["values"],
      `operator ${operator} takes no values: remove them, or write ${operator === "Exists" ? "In" : "NotIn"}`,
    );
  } else if (!isPresence && values.length === 0 && isEmpty(written)) {
    at.refuseRequirement(
      "invalid-policy",
      ["values"],
      `operator ${operator} needs at least one value: add one, or write ${operator === "In" ? "Exists" : "DoesNotExist"}`,
    );
  }
  for (const [index, value] of values.entries()) {
    if (isLabelValue(value)) continue;
    const effect = operator === "In" ? "it matches nothing" : "it excludes nothing";
    // "AllowInvalidLabelValueInSelector" is set for what is stored already, and for nothing new (networking validation).
    const result = at.storesSelectors ? "" : `, so ${effect}, and the API server refuses a new policy with it`;
    at.refuseRequirement(
      "invalid-policy",
      ["values", index],
      `no label can have the value ${quote(value)}${result}: correct or remove it`,
    );
  }
  return isPresence ? values.length === 0 : values.length > 0;
}
