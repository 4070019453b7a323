import type { NotEvaluatedObject } from "../model/cluster.ts";
import { directions } from "../model/policy.ts";
import type { Origin } from "../source/position.ts";
import type { FileFacts } from "./cluster-draft.ts";
import { escapeMisleading } from "./quote.ts";

interface Built {
  readonly namespace?: string;
  readonly origin: Origin;
}

/**
 * The kustomizations that change the labels of what was read, or what it selects by, namespace by namespace: until it is
 * rendered, what matches nothing may match.
 */
export function relabelled(files: FileFacts | undefined, objects: readonly Built[]): readonly NotEvaluatedObject[] {
  const found = new Map<string, NotEvaluatedObject>();
  for (const { namespace, origin } of files === undefined ? [] : objects) {
    const by = files?.relabelledBy(origin.locator.file);
    if (by === undefined || namespace === undefined) continue;
    const { directory, deployment } = by;
    const name = escapeMisleading(directory);
    const key = JSON.stringify([namespace, name]);
    if (found.has(key)) continue;
    found.set(key, {
      ref: {
        ...(deployment?.ref ?? { apiVersion: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization" }),
        namespace,
        name,
      },
      reason: `it changes labels, or what policies select by, ${deployment === undefined ? "and was not rendered: --render or -k renders it" : "of what it deploys, which npa does not follow"}`,
      mayChange: { relabels: true, pods: true, allows: directions, denies: directions },
    });
  }
  return [...found.values()];
}
