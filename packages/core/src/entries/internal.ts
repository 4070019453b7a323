/**
 * What npa's own command line shares with the library, and nobody else should build on: "@npa/core/internal". It may
 * change with any version.
 */
export { completeAssumptions } from "../analysis/connectivity.ts";
export { basisOf } from "../proof/basis-of.ts";
export { effectiveConfig } from "../config/effective-config.ts";
export { addressUses } from "../model/facts.ts";
export { holdsObjects } from "../read/holds-objects.ts";
export { isForVariable } from "../model/unset-variable.ts";
export { parseCidr } from "../sets/address-set.ts";
export { isDnsLabel } from "../semantics/names.ts";
export { readsOpenAssumption } from "../semantics/open-assumptions.ts";
export { kustomizationBeside } from "../read/kustomization-beside.ts";
export { fileFailure } from "../lib/file-failure.ts";
export { timed } from "../lib/stopwatch.ts";
export { suggestedChangesText } from "../report/suggested-changes-text.ts";
export { timingText } from "../report/timing-text.ts";
export { nearest } from "../lib/nearest.ts";
export { brokenText, paragraphIndent } from "../report/wrap.ts";
export { printable } from "../report/escape.ts";
export { grouped, missingFactText, problemTexts } from "../report/words.ts";
