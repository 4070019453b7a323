import type { JsonValue } from "../answers/finding.ts";
import type { Direction } from "../model/policy.ts";
import { namespaceLabel } from "../semantics/identity-labels.ts";
import { allConnections } from "../sets/connection-set.ts";
import type { ChangeGround } from "./answer-changes.ts";
import { type Candidate, newObject } from "./candidate.ts";
import { blocksOf, labelSelector, namedPods, portValues } from "./named-ends.ts";

const written = {
  ingress: { rules: "ingressDeny", pods: "fromEndpoints", addresses: "fromCIDR" },
  egress: { rules: "egressDeny", pods: "toEndpoints", addresses: "toCIDR" },
} as const;

/** A policy of Cilium that denies what was asked and isolates nobody: at one end, where the other can be named. */
export function denial(ground: ChangeGround, direction: Direction): readonly Candidate[] {
  const { reachability, read, asked } = ground;
  const [subject, other] = direction === "egress" ? [read.source, read.target] : [read.target, read.source];
  const [pods, more] = namedPods(subject, reachability) ?? [];
  if (pods === undefined || more !== undefined) return [];
  const { rules, pods: podsKey, addresses } = written[direction];
  const blocks = blocksOf(other);
  const peers =
    blocks === undefined
      ? namedPods(other, reachability)?.map(({ namespace, labels }) =>
          labelSelector(namespace === pods.namespace ? labels : { ...labels, [`k8s:${namespaceLabel}`]: namespace }),
        )
      : blocks;
  if (peers === undefined || peers.length === 0) return [];
  const ports = asked === allConnections ? undefined : portValues(asked, reachability.table)?.map(writtenPort);
  if (ports?.length === 0) return [];
  const rule: JsonValue = {
    [blocks === undefined ? podsKey : addresses]: peers,
    ...(ports === undefined ? {} : { toPorts: [{ ports }] }),
  };
  return [
    newObject(
      {
        apiVersion: "cilium.io/v2",
        kind: "CiliumNetworkPolicy",
        namespace: pods.namespace,
        name: ground.freeName(pods.namespace, `deny-${direction}`),
      },
      {
        endpointSelector: labelSelector(pods.labels),
        enableDefaultDeny: { [direction]: false },
        [rules]: [rule],
      },
      `add a CiliumNetworkPolicy to ${pods.namespace} that denies this on ${direction}`,
    ),
  ];
}

/** A port as policies of Cilium have it: a text, `"0"` for all of a protocol. */
function writtenPort(value: JsonValue): JsonValue {
  const { port = 0, ...rest } = value as { readonly port?: number }; // as portValues writes it
  return { port: String(port), ...rest };
}
