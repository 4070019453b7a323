import type { RawDocument, RawValue } from "../../parse/document.ts";
import { sha256Hex } from "../../lib/sha256.ts";
import { formatPath, type Location, type NodePath } from "../../source/position.ts";
import { yamlText } from "./yaml-text.ts";
import { fieldsOf, textOf } from "./raw-fields.ts";

/** What the objects of one kind have in common. */
export interface DocumentFolder {
  readonly context: string;
  /** `pod`, or `networkpolicy.crd.projectcalico.org` for kinds that are not Kubernetes' own. */
  readonly kind: string;
}

/**
 * An object of a cluster as a document. It has no text; its file is a name that tells the object and that `npa snapshot`
 * gives it, and every place in it is line 1.
 */
export class ClusterDocument implements RawDocument {
  readonly index = 0;
  readonly value: RawValue;
  readonly #folder: DocumentFolder;

  constructor(value: RawValue, folder: DocumentFolder) {
    this.value = value;
    this.#folder = folder;
  }

  /** `cluster/CONTEXT/NAMESPACE/KIND/NAME.yaml`, without the namespace for what is in none. */
  get file(): string {
    const { name, namespace } = fieldsOf(fieldsOf(this.value)["metadata"]);
    const { context, kind } = this.#folder;
    const within = textOf(namespace) === undefined ? [] : [String(namespace)];
    return ["cluster", context, ...within, kind, `${textOf(name) ?? "unnamed"}.yaml`].map(fileName).join("/");
  }

  /** As in a text, what is not there is where it would be: in the innermost node that is there. */
  #existing(path: NodePath): NodePath {
    let node: unknown = this.value;
    const missing = path.findIndex((key) => {
      node = typeof node === "object" && node !== null && Object.hasOwn(node, key) ? Reflect.get(node, key) : undefined;
      return node === undefined;
    });
    return missing < 0 ? path : path.slice(0, missing);
  }

  /** There is no text: the node as YAML. */
  quote(path: NodePath): string | undefined {
    let node: RawValue | undefined = this.value;
    for (const key of path)
      node =
        typeof node === "object" && node !== null && Object.hasOwn(node, key)
          ? (Reflect.get(node, key) as RawValue) // part of a value from JSON
          : undefined;
    return node === undefined ? undefined : yamlText(node).trimEnd();
  }

  locate(path: NodePath): Location {
    return { file: this.file, line: 1, column: 1, endLine: 1, endColumn: 1, path: formatPath(this.#existing(path)) };
  }
}

/** What file systems take (255 bytes), with room for what makes a second file of the name another one. */
const longestName = 200;
/** Names under which a file is something else than a manifest. */
const special = /^(?:npa\.config|kustomization|chart)\.yaml$/i;

/** Contexts hold slashes and colons (`arn:aws:eks:...`), and a hostile server's names anything. */
function fileName(text: string): string {
  const safe = text.replace(/[^\w.-]/g, "_");
  if (safe.length > longestName) return `${safe.slice(0, longestName - 22)}-${sha256Hex(text).slice(0, 16)}.yaml`;
  return /^\.+$/.test(safe) || special.test(safe) ? `_${safe.replace(/^\.+$/, "")}` : safe;
}
