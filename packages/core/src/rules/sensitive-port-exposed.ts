import type { Policy, PortSpec, Rule } from "../model/policy.ts";
import { allowingEntries, allowingRules } from "../semantics/rules-in-force.ts";
import type { Said } from "../semantics/shared-specs.ts";
import type { AddressSet } from "../sets/address-set.ts";
import { isSubset, unionAll } from "../sets/interval-set.ts";
import type { RuleContext } from "./context.ts";
import { type Place, type RuleDefinition, defineRule } from "./define-rule.ts";
import { intersectSets } from "./support/class-sets.ts";
import { publicByFamily } from "./support/public-internet.ts";
import { isOpenBlock } from "./support/networks.ts";
import { listeningPorts } from "./support/listening-ports.ts";
import { butDeniedByOthers, openedBy, openingPolicies } from "./support/opened.ts";
import { portPlace, rulePlace } from "./support/places.ts";
import { holdsPort } from "./support/ports.ts";
import { portName, sensitivePortsPreset, sensitivePorts } from "./support/sensitive-ports.ts";
import { isEveryPod } from "./support/wide-peers.ts";
import { listText, nameOf } from "./support/words.ts";

const id = "sensitive-port-exposed";

const theInternet = "the whole internet";

/** A range of this many ports is not written with one of them in mind. */
const broad = 1_000;

/** Flags database and administration ports that every namespace, or the internet, may connect to. */
export const sensitivePortExposed: RuleDefinition = defineRule({
  id,
  severity: "medium",
  category: "security",
  title: "Sensitive port open to everybody",
  needs: ["policies"],
  fix: "none",
  options: { ports: { description: "TCP ports that not everybody should reach", preset: sensitivePortsPreset } },
  check(context, report) {
    const sensitive = sensitivePorts(context);
    for (const policy of context.policiesWhere(openingPolicies(context), mayLetIn)) {
      for (const [i, rule] of allowingEntries(policy, "ingress")) {
        const from = everybody(context, policy, rule);
        if (from === undefined) continue;
        const exposed = sensitive.filter((port) => isMeant(context, policy, rule, port));
        if (exposed.length === 0) continue;
        const among = from === theInternet ? "internet" : "pods";
        const opened = openedBy(context, policy, rule, "ingress", among);
        if (opened === undefined) continue;
        const but = opened.isPart ? butDeniedByOthers : "";
        report({
          at: placeOf(policy, i, rule, exposed),
          message: `${nameOf(policy)} lets ${from} connect to ${listText(exposed.map(portName))}${but}`,
          affected: opened.pods,
        });
      }
    }
  },
});

/** Whether any rule may admit everybody: all blocks together may be the internet. */
function mayLetIn(said: Said): boolean {
  return allowingRules(said, "ingress").some(
    ({ peers }) => peers === "any" || peers.some((peer) => peer.type !== "pods" || isEveryPod(peer)),
  );
}

/** Who may connect, when it is everybody: a rule without peers, every namespace, or the whole public internet. */
function everybody(context: RuleContext, policy: Policy, { peers, ports, unknown }: Rule): string | undefined {
  if (unknown !== undefined) return undefined;
  // A rule without peers and ports is about no port: other rules speak of it.
  if (peers === "any") return ports === "any" ? undefined : "everybody";
  const blocks = peers.flatMap((peer) =>
    peer.type === "ipBlock" || (peer.type === "networks" && isOpenBlock(peer, policy)) ? [peer.addresses] : [],
  );
  if (blocks.length > 0 && coversInternet(context, unionAll(blocks))) return theInternet;
  return peers.some(isEveryPod) ? "every pod of every namespace" : undefined;
}

function coversInternet(context: RuleContext, addresses: AddressSet): boolean {
  const internet = context.once(publicByFamily);
  return isSubset(internet[4], addresses) || isSubset(internet[6], addresses);
}

/** Written for the port, or wide enough to hold it while selected pods listen there. */
function isMeant(context: RuleContext, policy: Policy, { ports }: Rule, port: number): boolean {
  if (ports !== "any" && holdsPort(ports.filter(isNarrow), "TCP", port)) return true;
  if (!holdsPort(ports, "TCP", port)) return false;
  return intersectSets(context.subjectsOf(policy), listeningPorts(context).on("TCP", port)).size > 0;
}

function isNarrow(port: PortSpec): boolean {
  return port.type === "range" && port.to - port.from + 1 < broad;
}

function placeOf(policy: Policy, rule: number, { ports }: Rule, exposed: readonly number[]): Place {
  const at = ports === "any" ? -1 : ports.findIndex((port) => holdsPort([port], "TCP", exposed[0] ?? 0));
  return at < 0 ? rulePlace(policy, "ingress", rule) : portPlace(policy, "ingress", rule, at);
}
