import type { EntityRule, SelectorTree } from "../../model/calico.ts";
import type { Policy } from "../../model/policy.ts";

const namespaceKey = "projectcalico.org/namespace";
const all: SelectorTree = { type: "all" };

/** What all of the selectors select. */
export function and(...of: readonly SelectorTree[]): SelectorTree {
  const parts = of.filter(({ type }) => type !== "all");
  const [only] = parts;
  if (only === undefined) return all;
  return parts.length === 1 ? only : { type: "and", of: parts };
}

/** What a selector does not select. */
export function not(of: SelectorTree): SelectorTree {
  return { type: "not", of };
}

/** "If namespaceSelector is not given, a namespaced policy's selectors apply to its own namespace; a global one's to all." */
export function ownNamespace({ namespace }: Pick<Policy, "namespace">): SelectorTree {
  if (namespace === undefined) return all;
  return { type: "test", test: { type: "in", key: namespaceKey, values: [namespace] } };
}

/**
 * A selector of labels of the namespace: "all() means to select all namespaces", so what has none is not meant, and
 * `global()` is what has none. All else asks for labels, and something without a namespace has none of those.
 */
export function ofNamespace(tree: SelectorTree): SelectorTree {
  switch (tree.type) {
    case "all":
      return { type: "test", test: { type: "has", key: namespaceKey } };
    case "global":
      return tree;
    case "not":
      return not(ofNamespace(tree.of));
    case "and":
    case "or":
      return { type: tree.type, of: tree.of.map(ofNamespace) };
    case "test":
      return prefixed(tree, "pcns.");
  }
}

/** Endpoints of service accounts: of these names, and with these labels. */
export function serviceAccountTree({ names, selector }: NonNullable<EntityRule["serviceAccounts"]>): SelectorTree {
  return and(
    ...(names.length === 0
      ? []
      : [{ type: "test", test: { type: "in", key: "projectcalico.org/serviceaccount", values: names } } as const]),
    ...(selector === undefined ? [] : [prefixed(selector.tree, "pcsa.")]),
  );
}

/** The same selector of labels that bear a prefix. */
export function prefixed(tree: SelectorTree, prefix: string): SelectorTree {
  switch (tree.type) {
    case "all":
    case "global":
      return tree;
    case "not":
      return not(prefixed(tree.of, prefix));
    case "and":
    case "or":
      return { type: tree.type, of: tree.of.map((part) => prefixed(part, prefix)) };
    case "test":
      return { type: "test", test: { ...tree.test, key: `${prefix}${tree.test.key}` } };
  }
}
