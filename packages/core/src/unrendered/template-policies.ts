/** A policy, in any language: `kind: NetworkPolicy`, `networkPolicy.new(...)`, `kubernetes_network_policy`. */
const policy = /network_?policy\b/i;
/** A line that a template language takes for itself is no sign of a policy. */
const kindOfPolicy = /\bkind["']?[ \t]*[:=][ \t]*["']?\w*Policy\b/;
/** A namespace that is written out. */
const plainNamespace =
  /^[ \t]*["']?namespace["']?:[ \t]*["']?([a-z0-9](?:[-a-z0-9]*[a-z0-9])?)["']?[ \t]*(?:[,}].*)?$/m;
const anyNamespace = /\bnamespace["']?[ \t]*:/g;

/**
 * The namespaces of the policies that a template makes, as far as its text tells; undefined stands for any. Empty when it seems
 * to make none.
 */
export function namespacesOfPolicies(text: string): readonly (string | undefined)[] {
  if (!policy.test(text) && !kindOfPolicy.test(text)) return [];
  const found = new Set<string | undefined>();
  for (const document of text.split(/^---/m))
    if (policy.test(document) || kindOfPolicy.test(document)) found.add(namespaceIn(document));
  return found.has(undefined) ? [undefined] : [...found];
}

/** The one namespace that is written in a document, and is no placeholder. */
function namespaceIn(document: string): string | undefined {
  const written = document.match(anyNamespace) ?? [];
  return written.length === 1 ? plainNamespace.exec(document)?.[1] : undefined;
}
