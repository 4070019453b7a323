import type { SourceText } from "../parse/document.ts";
import { isOtherLanguage } from "./other-language.ts";

/** A policy in YAML or JSON, or a template that has one: `include "common.networkpolicy"`. */
const written =
  /\bkind["']?\s*:\s*["']?\w*(?:NetworkPolicy|AuthorizationPolicy|EgressFirewall)\b|\b(?:include|template)[ \t]+"[^"\n]*network-?policy/i;
/** A kind with a tag, an anchor or an alias, in a block, or with an escape in it or in a key: it may be that of a policy. */
const veiled = /\bkind["']?\s*:\s*(?:[!&*|>]|"[^"\\\n\r]*\\)|"(?:[^"\\\n\r]|\\[^xuU\n\r])*\\[xuU][^"\n\r]*"[ \t]*:/;
const inManifest = { test: (text: string): boolean => written.test(text) || veiled.test(text) };
/** The same in any other language: `networkPolicy.new(...)`, `kubernetes_network_policy`. */
const inOtherLanguage = /network_?policy\b/i;
/** A namespace that is written out. */
const plainNamespace =
  /^[ \t]*["']?namespace["']?:[ \t]*["']?([a-z0-9](?:[-a-z0-9]*[a-z0-9])?)["']?[ \t]*(?:[,}].*)?$/m;
const anyNamespace = /\bnamespace["']?[ \t]*:/g;

/**
 * The namespaces of the policies that a template makes, as far as its text tells; undefined stands for any. Empty when it seems
 * to make none.
 */
export function namespacesOfPolicies({ name, text }: SourceText): readonly (string | undefined)[] {
  const policy = isOtherLanguage(name) ? inOtherLanguage : inManifest;
  if (!policy.test(text)) return [];
  const found = new Set<string | undefined>();
  for (const document of text.split(/^---/m)) if (policy.test(document)) found.add(namespaceIn(document));
  return found.has(undefined) || found.size === 0 ? [undefined] : [...found];
}

/** The one namespace that is written in a document, and is no placeholder. */
function namespaceIn(document: string): string | undefined {
  const written = document.match(anyNamespace) ?? [];
  return written.length === 1 ? plainNamespace.exec(document)?.[1] : undefined;
}
