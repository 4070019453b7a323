import type { NotEvaluatedObject } from "../model/cluster.ts";
import type { UnrenderedKind } from "../model/input-summary.ts";
import { directions } from "../model/policy.ts";
import type { FileFacts } from "./cluster-draft.ts";
import { escapeMisleading } from "./quote.ts";

/** The templates that make policies: until they are rendered, "no policy" cannot be said where these may be. */
export function policiesOfTemplates(
  unrendered: ReadonlyMap<string, UnrenderedKind>,
  files: FileFacts | undefined,
): readonly NotEvaluatedObject[] {
  return [...unrendered].flatMap(([file, kind]) =>
    (kind === "template" ? (files?.policiesOf(file) ?? []) : []).map((namespace): NotEvaluatedObject => ({
      ref: {
        apiVersion: "",
        kind: "template",
        ...(namespace === undefined ? {} : { namespace }),
        name: escapeMisleading(file),
      },
      reason: "the policies of a template can only be read when it is rendered",
      mayChange: { allows: directions, denies: directions },
    })),
  );
}
