import type { RawValue } from "../parse/document.ts";
import { type ObjectVisitor, visitValue } from "./expand-lists.ts";
import type { RawMapping, RawObject } from "./raw-object.ts";
import { emptyMapping, groupOf, isList, isMapping } from "./raw-object.ts";

/** The kind of OpenShift's Templates. */
export const templateKind = "Template";

/** Whether an object is a Template of OpenShift: other objects, with parameters in them. */
export function isTemplate({ kind, apiVersion }: RawObject): boolean {
  const group = groupOf(apiVersion);
  return kind === templateKind && (group === "template.openshift.io" || group === "");
}

/** Visits the objects that a Template makes with these values of its parameters, and its own where they say none. */
export function visitTemplate(
  { value, origin }: RawObject,
  variables: ReadonlyMap<string, string>,
  visitor: ObjectVisitor,
): void {
  const parameters = parametersOf(value, variables);
  const labels = isMapping(value["labels"]) ? value["labels"] : emptyMapping;
  const objects = isList(value["objects"]) ? value["objects"] : [];
  for (const [index, object] of objects.entries()) {
    const made = withLabels(processed(object, parameters), processed(labels, parameters));
    visitValue(made, { locator: origin.locator, path: [...origin.path, "objects", index] }, undefined, visitor);
  }
}

/** Parameters with a value: one that is required or generated and has none stays open, every other one is empty. */
function parametersOf(template: RawMapping, variables: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const parameters = isList(template["parameters"]) ? template["parameters"] : [];
  for (const parameter of parameters) {
    const name = isMapping(parameter) ? parameter["name"] : undefined;
    if (!isMapping(parameter) || typeof name !== "string") continue;
    const { value, required, generate } = parameter;
    const isOpen = required === true || typeof generate === "string";
    const preset = typeof value === "object" || value === undefined ? "" : String(value);
    const known = variables.get(name) ?? (preset === "" ? undefined : preset);
    if (known !== undefined || !isOpen) values.set(name, known ?? "");
  }
  return values;
}

/** `${NAME}` within a text is replaced; `${{NAME}}` as a whole text is replaced by a value that need not be a text. */
function processed(value: RawValue, parameters: ReadonlyMap<string, string>): RawValue {
  if (typeof value === "string") return processedText(value, parameters);
  if (isList(value)) return value.map((item) => processed(item, parameters));
  if (!isMapping(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, processed(inner, parameters)] as const);
  return mappingOf(entries);
}

function processedText(text: string, parameters: ReadonlyMap<string, string>): RawValue {
  const whole = /^\$\{\{([a-zA-Z0-9_]+)\}\}$/.exec(text)?.[1];
  const known = whole === undefined ? undefined : parameters.get(whole);
  if (known !== undefined) return jsonScalar(known);
  return text.replace(/\$\{([a-zA-Z0-9_]+)\}/g, (written, name: string) => parameters.get(name) ?? written);
}

/** A number, true, false or null as JSON writes them; everything else is a text. */
function jsonScalar(text: string): RawValue {
  return /^(?:true|false|null|-?\d{1,15}(?:\.\d{1,15})?)$/.test(text) ? (JSON.parse(text) as RawValue) : text; // a scalar, as was just seen
}

/** "labels: applied to every object during processing". */
function withLabels(object: RawValue, labels: RawValue): RawValue {
  if (!isMapping(object) || !isMapping(labels) || Object.keys(labels).length === 0) return object;
  const metadata = isMapping(object["metadata"]) ? object["metadata"] : emptyMapping;
  const own = isMapping(metadata["labels"]) ? metadata["labels"] : emptyMapping;
  const all = mappingOf([...Object.entries(own), ...Object.entries(labels)]);
  return mappingOf([
    ...Object.entries(object),
    ["metadata", mappingOf([...Object.entries(metadata), ["labels", all]])],
  ]);
}

/** A mapping without inherited keys. */
function mappingOf(entries: readonly (readonly [string, RawValue])[]): RawMapping {
  const map = Object.create(null) as Record<string, RawValue>; // Object.create is typed as any
  for (const [key, value] of entries) map[key] = value;
  return map;
}
