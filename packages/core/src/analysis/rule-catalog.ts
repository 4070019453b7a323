import type { Category, Fix, Severity } from "../answers/finding.ts";
import { apiVersion } from "../answers/api-version.ts";
import { allRules } from "../rules/registry.ts";

/** A rule of the catalogue. */
export interface CatalogRule {
  readonly id: string;
  readonly severity: Severity;
  readonly category: Category;
  readonly title: string;
  /** What the input must have for the rule to be evaluated; empty when policies suffice. */
  readonly needs: readonly string[];
  readonly fix: Fix["kind"] | "none";
  /** The rule's page, relative to the root of npa's repository. */
  readonly docs: string;
}

/** The answer of `npa rules`. */
export interface RuleCatalog {
  readonly apiVersion: typeof apiVersion;
  readonly kind: "RuleCatalog";
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
