import type { AnswerChange } from "../answers/explanation.ts";
import type { JsonValue, ObjectChange } from "../answers/finding.ts";
import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import { plainLayout } from "../edit/layout.ts";
import { entryLines, itemLines } from "../edit/render-value.ts";
import type { Direction, Policy } from "../model/policy.ts";
import { formatPath, locationOf, type NodePath, quoteOf } from "../source/position.ts";

/** An edit that may turn an answer, before it is tried. */
export interface Candidate extends Pick<AnswerChange, "object" | "description" | "patch" | "edits"> {
  /** Objects to add. */
  readonly manifest?: string;
}

/** The words of a direction in a manifest. */
export const written = {
  ingress: { peers: "from", type: "Ingress" },
  egress: { peers: "to", type: "Egress" },
} as const;

/** An edit of one policy. */
export function editOf(policy: Policy, description: string, edits: readonly ObjectChange[]): Candidate {
  return {
    object: policy.ref,
    description,
    edits,
    patch: edits.map((edit) => editText(policy, edit)).join(""),
  };
}

function editText(policy: Policy, edit: ObjectChange): string {
  const where = (path: NodePath): string => {
    const { file, line } = locationOf(policy.origin, path);
    return `# ${nameOf(policy.ref)} (${file}:${line}), ${formatPath(path)}`;
  };
  switch (edit.type) {
    case "append":
      return `${where(edit.path)}: add\n${lines(itemLines(edit.value, plainLayout))}`;
    case "put":
      return `${where(edit.path)}: add\n${lines(entryLines(edit.key, edit.value, plainLayout))}`;
    case "set":
      return `${where(edit.path)}: write\n${lines(setLines(edit.path, edit.value))}`;
    case "delete": {
      const quote = quoteOf(policy.origin, edit.path);
      const gone = quote === undefined ? "" : lines(quote.split("\n").map((line) => `#   ${line}`));
      return `${where(edit.path)}: take out\n${gone}`;
    }
  }
}

/** A value in the place of another: an item of a list, or the value of a key. */
function setLines(path: NodePath, value: JsonValue): readonly string[] {
  const last = path.at(-1);
  return typeof last === "string" ? entryLines(last, value, plainLayout) : itemLines(value, plainLayout);
}

function lines(each: readonly string[]): string {
  return each.map((line) => `${line}\n`).join("");
}

/** A policy to add, which isolates some pods for one direction and has these rules. */
export function newPolicy(
  name: string,
  namespace: string,
  podSelector: JsonValue,
  direction: Direction,
  rules: readonly JsonValue[],
  description: string,
): Candidate {
  return newObject(
    { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", namespace, name },
    { podSelector, policyTypes: [written[direction].type], [direction]: rules },
    description,
  );
}

/** An object of a namespace to add. */
export function newObject(
  object: ObjectRef & { readonly namespace: string },
  spec: Readonly<Record<string, JsonValue>>,
  description: string,
): Candidate {
  const { apiVersion, kind, namespace, name } = object;
  const value: Readonly<Record<string, JsonValue>> = { apiVersion, kind, metadata: { name, namespace }, spec };
  const manifest = lines(Object.entries(value).flatMap(([key, each]) => entryLines(key, each, plainLayout)));
  return { object, description, edits: [], patch: manifest, manifest };
}

/** Several edits as one: all of them are needed. */
export function together(candidates: readonly Candidate[]): Candidate | undefined {
  const [first, ...rest] = candidates;
  if (first === undefined || rest.length === 0) return first;
  const manifests = candidates.flatMap(({ manifest }) => manifest ?? []);
  return {
    object: first.object,
    description: candidates.map(({ description }) => description).join("; and "),
    edits: candidates.flatMap(({ edits }) => edits),
    patch: candidates.map(({ patch }) => patch).join("---\n"),
    ...(manifests.length === 0 ? {} : { manifest: manifests.join("---\n") }),
  };
}

/** `NetworkPolicy shop/db`. */
export function nameOf({ kind, namespace, name }: ObjectRef): string {
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}
