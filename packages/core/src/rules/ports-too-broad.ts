import type { Workload } from "../model/cluster.ts";
import { type Direction, type Policy, type PortSpec, type Rule, directions } from "../model/policy.ts";
import { allowingEntries, allowingRules } from "../semantics/rules-in-force.ts";
import type { Said } from "../semantics/shared-specs.ts";
import type { RuleContext } from "./context.ts";
import { type Place, type RuleDefinition, defineRule } from "./define-rule.ts";
import { numberOption } from "./settings.ts";
import { openedBy, openingPolicies } from "./support/opened.ts";
import { portPlace, rulePlace } from "./support/places.ts";
import { isOfCiliumItself, isOwnNamespace } from "./support/wide-peers.ts";
import { nameOf, portsText } from "./support/words.ts";

const id = "ports-too-broad";
const minimumPorts = 1_000;

const shownPorts = 8;

/** Flags rules that name peers but let them use every port, or a thousand ports and more. */
export const portsTooBroad: RuleDefinition = defineRule({
  id,
  severity: "medium",
  category: "security",
  title: "Ports too broad",
  needs: ["policies"],
  fix: "none",
  options: { minimumPorts: { description: "a range of this many ports or more is broad", preset: minimumPorts } },
  check(context, report) {
    const broad = numberOption(context.settings, id, "minimumPorts", minimumPorts);
    const mayBe = (said: Said): boolean =>
      directions.some((direction) =>
        allowingRules(said, direction).some(
          ({ ports }) => ports === "any" || ports.some((port) => isBroad(port, broad)),
        ),
      );
    for (const policy of context.policiesWhere(openingPolicies(context), mayBe)) {
      for (const direction of directions) {
        for (const [i, rule] of allowingEntries(policy, direction)) {
          if (rule.unknown !== undefined) continue;
          const found = broadPorts(policy, direction, i, rule, broad);
          if (found === undefined || openedBy(context, policy, rule, direction, "pods") === undefined) continue;
          const declared = direction === "ingress" ? declaredPorts(context, policy) : [];
          const hint = declared.length === 0 ? "" : `; its pods declare ${declared.join(", ")}`;
          report({
            at: found.at,
            message: `a rule of ${nameOf(policy)} (${direction}) allows its peers ${found.ports}${hint}`,
            affected: context.subjectsOf(policy),
            ...(isWithinNamespace(rule.peers, policy) ? { severity: "low" as const } : {}),
            fix: {
              kind: "manual",
              description: `List the ports that are needed${declared.length === 0 ? "" : `: ${declared.join(", ")}`}.`,
            },
          });
        }
      }
    }
  },
});

function broadPorts(
  policy: Policy,
  direction: Direction,
  index: number,
  { peers, ports }: Rule,
  broad: number,
): { readonly at: Place; readonly ports: string } | undefined {
  if (ports === "any") {
    // The pods of a namespace may all talk to each other.
    if (direction === "egress" && isWithinNamespace(peers, policy)) return undefined;
    if (peers === "any" || peers.every(isOfCiliumItself)) return undefined;
    return { at: rulePlace(policy, direction, index), ports: "all ports" };
  }
  const wide = ports.findIndex((port) => isBroad(port, broad));
  if (wide < 0) return undefined;
  return { at: portPlace(policy, direction, index, wide), ports: portsText(ports.slice(wide, wide + 1)) };
}

/** "Pods of this namespace may talk to each other" is a common baseline: narrower would be better, but it is no gap to the outside. */
function isWithinNamespace(peers: Rule["peers"], policy: Policy): boolean {
  return peers !== "any" && peers.every((peer) => peer.type === "pods" && isOwnNamespace(peer, policy));
}

function isBroad(port: PortSpec, broad: number): boolean {
  return port.type === "range" && port.to - port.from + 1 >= broad;
}

/** The container ports of the selected pods, as far as they are declared. */
function declaredPorts(context: RuleContext, policy: Policy): readonly string[] {
  const { ids } = context.workloadsOf(context.subjectsOf(policy));
  if (ids.length > shownPorts) return [];
  const byId = context.once(workloadsById);
  const workloads = ids.flatMap((id) => byId.get(id) ?? []);
  const ports = workloads.flatMap(({ groups }) =>
    groups.flatMap((group) => group.ports.map(({ protocol, port }) => `${protocol} ${port}`)),
  );
  return [...new Set(ports)].toSorted().slice(0, shownPorts);
}

function workloadsById({ cluster }: RuleContext): ReadonlyMap<string, Workload> {
  return new Map(cluster.workloads.map((workload) => [workload.id, workload]));
}
