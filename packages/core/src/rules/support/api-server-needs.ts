import type { Workload } from "../../model/cluster.ts";
import type { ClassSet } from "../../reachability/class-set.ts";
import type { NamespaceFacts, RuleContext } from "../context.ts";
import { factsOf } from "./cluster-facts.ts";
import { type KnownNeed, Unclear } from "./open-pods.ts";
import { openWorkloads, subjectsOf } from "./open-workloads.ts";
import { listText } from "./words.ts";

/**
 * The API server, for pods with a token for it. Policies see the address of the server itself, not that of its Service:
 * where the input does not show that, nothing can be written, and pods that surely use it are not to be cut off.
 */
export function apiServerNeeds(context: RuleContext, facts: NamespaceFacts, open: ClassSet): readonly KnownNeed[] {
  const users = openWorkloads(context, open).filter(({ groups }) =>
    groups.some(({ mountsToken }) => mountsToken !== false),
  );
  if (users.length === 0) return [];
  const servers = factsOf(context, "api-server").filter(({ object }) => object.kind !== "Service");
  if (servers.length === 0) {
    refuseUnknown(context, users);
    return [];
  }
  const addresses = [...new Set(servers.map(({ address }) => address))];
  const ports = [...new Set(servers.map(({ port }) => port))].map((port) => ({ protocol: "TCP", port }));
  const peers = addresses.map((address) => ({
    ipBlock: { cidr: `${address}/${address.includes(":") ? 128 : 32}` },
  }));
  return subjectsOf(context, facts, "egress", open, users).map((subject) => ({
    subject,
    peers,
    ports,
    because: "the API server, for pods with a token",
  }));
}

/**
 * Whoever was given a role uses it. Bindings are not read from live clusters, and what is not rendered may hold them, or
 * change the names in them: there an account of its own counts.
 */
function refuseUnknown({ cluster: { live, inputs } }: RuleContext, users: readonly Workload[]): void {
  const isPartial = live || inputs.unrendered?.some(({ kind }) => kind === "kustomization" || kind === "template");
  const sure = users.filter(({ groups }) =>
    groups.some(
      ({ mountsToken, hasRole, serviceAccount = "default" }) =>
        mountsToken !== false && (hasRole === true || (isPartial === true && serviceAccount !== "default")),
    ),
  );
  if (sure.length === 0) return;
  const names = [...new Set(sure.map(({ name }) => name))].toSorted();
  throw new Unclear(
    `${listText(names, 3, names.length)} ${names.length === 1 ? "uses" : "use"} the API server, and the input does not show where it listens`,
  );
}
