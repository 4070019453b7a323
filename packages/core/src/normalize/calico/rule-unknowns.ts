import type { CalicoRule } from "../../model/calico.ts";
import type { Rule } from "../../model/policy.ts";

/** What no input tells of a packet that a rule asks for, and the assumptions that do without. */
export function unknownOf({ source, http }: CalicoRule): Pick<Rule, "unknown" | "knownIf"> {
  const asksForPort = source.ports.length + source.notPorts.length > 0;
  if (!asksForPort && !http) return {};
  return {
    unknown: [...(asksForPort ? ["the port of the client"] : []), ...(http ? ["the request of HTTP"] : [])].join(
      " and ",
    ),
    knownIf: {
      ...(asksForPort ? { calicoSourcePorts: "any" } : {}),
      ...(http ? { appLayerPolicy: "ignored" } : {}),
    },
  };
}
