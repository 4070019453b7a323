import type { Fix } from "@npa/core";

interface Written {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

type Node = { [key: string]: Node } & Node[];

/**
 * The manifests after the changes of one fix: written apart from npa's own editing, on objects as JSON has them. Changes
 * of lists are made from the end, as paths are those before any change.
 */
export function followAdvice(texts: readonly string[], { changes = [], manifest }: Fix): readonly string[] {
  const objects = texts.map((text) => JSON.parse(text) as Written & Node); // the manifests of this directory are JSON objects
  const gone = new Set<Written>();
  const named = changes.map(({ object: { kind, name, namespace = "default" } }) => {
    const object = objects.find(
      (each) =>
        each.kind === kind && each.metadata.name === name && (each.metadata.namespace ?? "default") === namespace,
    );
    if (object === undefined) throw new Error(`there is no ${name}`);
    return object; // found before any change: one of them may give it another name
  });
  for (const [i, change] of [...changes.entries()].toReversed()) {
    const object = named[i] as Written & Node;
    const path = change.path as readonly never[];
    const at = (steps: readonly never[]): Node => steps.reduce((node: Node, step) => node[step] as Node, object);
    const last = path.at(-1);
    if (change.type === "append") at(path).push(change.value as Node);
    else if (change.type === "put") at(path)[change.key as never] = change.value as never;
    else if (last === undefined) gone.add(object);
    else if (change.type === "set") at(path.slice(0, -1))[last] = change.value as never;
    else at(path.slice(0, -1)).splice(last, 1);
  }
  const kept = objects.filter((object) => !gone.has(object)).map((object) => JSON.stringify(object));
  return manifest === undefined ? kept : [...kept, manifest];
}
