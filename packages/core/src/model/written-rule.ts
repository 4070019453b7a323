import type { NodePath } from "../source/position.ts";

/** Where a rule, its peers and its ports stand below the policy, in their order. */
export interface WrittenRule {
  readonly path: NodePath;
  readonly peers: readonly NodePath[];
  readonly ports: readonly NodePath[];
  /** The Service that it names, where everybody is meant as long as that is not resolved. */
  readonly unresolved?: string;
}
