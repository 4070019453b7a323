import type { RawValue } from "../../parse/document.ts";
import { ApiFault } from "./api-fault.ts";
import { bareMapping } from "./bare-mapping.ts";
import type { Fields } from "./raw-fields.ts";

/** Which part of a JSON value is kept. */
export type Shape =
  | { readonly kind: "all" }
  | { readonly kind: "fields"; readonly fields: ReadonlyMap<string, Shape> }
  | { readonly kind: "list"; readonly item: Shape; readonly wants: (item: unknown) => boolean }
  | { readonly kind: "keys"; readonly wants: (key: string, value: unknown) => boolean }
  | { readonly kind: "text"; readonly pattern: RegExp }
  | { readonly kind: "shared"; readonly shape: Shape };

/** Everything below. */
export const all: Shape = { kind: "all" };

/** The fields named, those that are there. */
export function fields(shapes: Readonly<Record<string, Shape>>): Shape {
  return { kind: "fields", fields: new Map(Object.entries(shapes)) };
}

/** The wanted items of a list. */
export function list(item: Shape, wants: (item: unknown) => boolean = () => true): Shape {
  return { kind: "list", item, wants };
}

/** The entries of a map whose keys are wanted. */
export function keys(wants: (key: string, value: unknown) => boolean): Shape {
  return { kind: "keys", wants };
}

/** A field of texts, where it matches. */
export function textLike(pattern: RegExp): Shape {
  return { kind: "text", pattern };
}

/** The same, kept once however many objects have it: the pods of a workload differ in little. */
export function shared(shape: Shape): Shape {
  return { kind: "shared", shape };
}

/** No Kubernetes object nests so deep; only a hostile server's. */
const maxDepth = 200;
const maxShared = 100_000;

/** Cuts objects down to a shape. What has another type than the shape expects is kept as it is: readers report it. */
export class Projector {
  readonly #shared = new Map<string, RawValue>();
  readonly #look: (text: string) => void;

  /** `look` is given the text of everything that is kept. */
  constructor(look: (text: string) => void = () => undefined) {
    this.#look = look;
  }

  project(value: unknown, shape: Shape): RawValue {
    const kept = this.#project(value, shape, 0);
    this.#look(JSON.stringify(kept));
    return kept;
  }

  #project(value: unknown, shape: Shape, depth: number): RawValue {
    if (depth > maxDepth) {
      throw new ApiFault({
        kind: "malformed",
        message: `an object in it nests deeper than ${maxDepth} levels`,
        final: true,
      });
    }
    switch (shape.kind) {
      case "shared":
        return this.#share(this.#project(value, shape.shape, depth));
      case "list":
        if (!Array.isArray(value)) break;
        return value.filter(shape.wants).map((item) => this.#project(item, shape.item, depth + 1));
      case "fields":
        if (typeof value !== "object" || value === null || Array.isArray(value)) break;
        return this.#fields(value, shape.fields, depth);
      case "keys":
        if (typeof value !== "object" || value === null || Array.isArray(value)) break;
        return this.#entries(value, shape.wants, depth);
      case "text":
      case "all":
        break;
    }
    return this.#whole(value, depth);
  }

  #fields(value: object, shapes: ReadonlyMap<string, Shape>, depth: number): RawValue {
    const kept = bareMapping();
    for (const [key, shape] of shapes) {
      const field = Object.hasOwn(value, key) ? (value as Fields)[key] : undefined; // any object has unknown fields
      if (field !== undefined && field !== null && isWanted(field, shape))
        kept[key] = this.#project(field, shape, depth + 1);
    }
    return kept;
  }

  #entries(value: object, wants: (key: string, value: unknown) => boolean, depth: number): RawValue {
    const kept = bareMapping();
    for (const [key, entry] of Object.entries(value))
      if (wants(key, entry)) kept[key] = this.#project(entry, all, depth + 1);
    return kept;
  }

  #whole(value: unknown, depth: number): RawValue {
    if (Array.isArray(value)) return value.map((item) => this.#project(item, all, depth + 1));
    if (typeof value === "object" && value !== null) return this.#entries(value, () => true, depth);
    return value as RawValue; // JSON.parse makes nothing but objects, lists, texts, numbers, booleans and null
  }

  #share(value: RawValue): RawValue {
    const text = JSON.stringify(value);
    const known = this.#shared.get(text);
    if (known !== undefined) return known;
    // Values that no two objects share would otherwise be kept twice over.
    if (this.#shared.size >= maxShared) this.#shared.clear();
    this.#shared.set(text, value);
    return value;
  }
}

function isWanted(field: unknown, shape: Shape): boolean {
  return shape.kind !== "text" || (typeof field === "string" && shape.pattern.test(field));
}
