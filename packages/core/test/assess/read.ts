import { type AssessOptions, type Assessment, assess } from "../../src/assess/assess.ts";
import type { Policy } from "../../src/model/policy.ts";
import { defaultAssumptions } from "../../src/model/assumptions.ts";
import { Reachability } from "../../src/reachability/reachability.ts";
import { readManifests } from "../../src/read/read-manifests.ts";

/** The relation of manifests. */
export function reachabilityOf(yaml: string): Reachability {
  const cluster = readManifests([{ name: "test.yaml", text: yaml }]);
  return new Reachability(cluster, { assumptions: defaultAssumptions });
}

/** The assessment of manifests, without findings. */
export function assessmentOf(yaml: string, options: Partial<AssessOptions> = {}): Assessment {
  return assess(reachabilityOf(yaml), [], options);
}

/** The policies of manifests. */
export function policiesOf(yaml: string): readonly Policy[] {
  return reachabilityOf(yaml).cluster.policies;
}

/** A NetworkPolicy with a spec in flow style, as a document of its own. */
export function policy(name: string, spec: string, namespace = "shop"): string {
  return `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: "${name}", namespace: ${namespace} }
spec: ${spec}
`;
}

/** A policy that selects pods by these labels and says nothing. */
export function selecting(name: string, labels: Readonly<Record<string, string>>, namespace = "shop"): string {
  return policy(name, `{ podSelector: { matchLabels: ${JSON.stringify(labels)} } }`, namespace);
}

/** A Deployment as a document of its own. */
export function deployment(name: string, labels: Readonly<Record<string, string>>, namespace = "shop"): string {
  return `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  selector: { matchLabels: ${JSON.stringify(labels)} }
  template:
    metadata: { labels: ${JSON.stringify(labels)} }
    spec: { containers: [{ name: main, image: "example:1" }] }
`;
}
