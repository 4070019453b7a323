import type { ListedEndpoint } from "../reachability/endpoints.ts";
import { UsageError } from "../lib/usage-error.ts";
import type { EndpointRelation } from "./endpoint-relation.ts";
import { externalNode } from "./partition.ts";

const controller = "ingress-controller";
const namespaceNode = /^namespace\/[^/]+$/;

/** Whether a name is one that only nodes of graphs have: of all addresses, of a namespace, of the ingress controller. */
export function isNodeName(name: string): boolean {
  return name === externalNode || name === controller || namespaceNode.test(name);
}

/**
 * The endpoints of which a graph starts: by the id of an endpoint, of a workload, all of whose parts are meant, or of a node.
 * Throws a UsageError for another one.
 */
export function startingPoints({ endpoints }: EndpointRelation, ids: readonly string[]): readonly ListedEndpoint[] {
  const wanted = new Set(ids);
  const known = new Set<string>();
  const found = endpoints.filter(({ endpoint, workload }) => {
    const nodes = workload === undefined ? [] : [workload.id, `namespace/${workload.namespace}`];
    const own = [endpoint.id, ...nodes, ...(endpoint.type === "ipBlock" ? [externalNode] : [])].filter((id) =>
      wanted.has(id),
    );
    for (const id of own) known.add(id);
    return own.length > 0;
  });
  const unknown = ids.find((id) => !known.has(id));
  if (unknown !== undefined) throw new UsageError(`no endpoint ${JSON.stringify(unknown.slice(0, 100))} in the input`);
  return found;
}
