import type { Category, Fix, Severity } from "../answers/finding.ts";
import { apiVersion } from "../answers/api-version.ts";
import { allRules } from "../rules/registry.ts";

/** A rule of the catalogue. */
export interface CatalogRule {
  /** By which settings and suppressions name it. */
  readonly id: string;
  /** How grave its findings are, where no setting says otherwise. */
  readonly severity: Severity;
  /** What its findings are about. */
  readonly category: Category;
  /** What is wrong, in a few words. */
  readonly title: string;
  /** What the input must have for the rule to be evaluated; empty when policies suffice. */
  readonly needs: readonly string[];
  /** What npa can do about its findings: `safe` changes nothing that may pass, `suggested` may. */
  readonly fix: Fix["kind"] | "none";
  /** The rule's page, relative to the root of npa's repository. */
  readonly docs: string;
}

/** The answer of `npa rules`. */
export interface RuleCatalog {
  /** The version of the answer's shape: a reader of another one should not read it. */
  readonly apiVersion: typeof apiVersion;
  /** Which answer it is. */
  readonly kind: "RuleCatalog";
  /** In the order of the documentation. */
  readonly rules: readonly CatalogRule[];
}

/** All rules that npa knows, in the order of the catalogue. */
export function ruleCatalog(): RuleCatalog {
  return {
    apiVersion,
    kind: "RuleCatalog",
    rules: allRules.map(({ id, severity, category, title, needs, fix }) => ({
      id,
      severity,
      category,
      title,
      needs: needs.filter((need) => need !== "policies"),
      fix,
      docs: `docs/rules/${id}.md`,
    })),
  };
}
