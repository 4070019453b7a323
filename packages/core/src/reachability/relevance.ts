import { type Policy, directions } from "../model/policy.ts";
import type { Labels, Selector } from "../model/selector.ts";
import { decidingRules } from "../semantics/rules-in-force.ts";

/** The values of one label key that some selector names; any other value only counts as present. */
type KeyTests = Map<string, Set<string>>;

/** Stands for every value that no selector names. Not a legal label value, so it clashes with none. */
const otherValue = "\u0000";

/**
 * What policies can see of a pod. Labels that no selector looks at do not exist for the engine: pod-template-hash
 * and the names of StatefulSet pods vanish by themselves.
 */
export class Relevance {
  readonly #everywhere: KeyTests = new Map();
  readonly #local = new Map<string, KeyTests>();
  /** Port names that some rule uses, as `protocol/name`. */
  readonly portNames: Set<string> = new Set();

  constructor(policies: readonly Policy[]) {
    for (const policy of policies) this.#addPolicy(policy);
  }

  #addPolicy(policy: Policy): void {
    const local = this.#testsOf(policy.namespace);
    addTests(policy.subject.namespaceSelector === undefined ? local : this.#everywhere, policy.subject.podSelector);
    for (const direction of directions) {
      for (const { peers, ports } of decidingRules(policy, direction)) {
        if (ports !== "any") {
          for (const port of ports) if (port.type === "named") this.portNames.add(`${port.protocol}/${port.name}`);
        }
        if (peers === "any") continue;
        for (const peer of peers) {
          if (peer.type !== "pods" || peer.podSelector === undefined) continue;
          addTests(peer.namespaceSelector === undefined ? local : this.#everywhere, peer.podSelector);
        }
      }
    }
  }

  #testsOf(namespace: string | undefined): KeyTests {
    if (namespace === undefined) return this.#everywhere;
    let tests = this.#local.get(namespace);
    if (tests === undefined) this.#local.set(namespace, (tests = new Map()));
    return tests;
  }

  /** The labels that matter of a pod in `namespace`, by key in code-unit order. Equal results cannot be told apart by any selector. */
  project(labels: Labels, namespace: string): Labels {
    const local = this.#local.get(namespace);
    const projected: Record<string, string> = Object.create(null) as Record<string, string>;
    for (const key of Object.keys(labels).toSorted()) {
      const everywhere = this.#everywhere.get(key);
      const here = local?.get(key);
      if (everywhere === undefined && here === undefined) continue;
      const value = labels[key] as string;
      projected[key] = everywhere?.has(value) === true || here?.has(value) === true ? value : otherValue;
    }
    return projected;
  }
}

function addTests(tests: KeyTests, selector: Selector): void {
  for (const { key, values } of selector.requirements) {
    let named = tests.get(key);
    if (named === undefined) tests.set(key, (named = new Set()));
    for (const value of values) named.add(value);
  }
}
