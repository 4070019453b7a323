import type { Workload } from "../../model/cluster.ts";
import type { ClassSet } from "../../reachability/class-set.ts";
import type { RuleContext } from "../context.ts";
import { Unclear } from "./open-pods.ts";
import { openWorkloads } from "./open-workloads.ts";

/** Programs that connect a cluster to a network elsewhere, by the names that everybody gives them. */
const tunnel =
  /(?:^|[-_./])(?:cloudflared|cloudflare-tunnel|frpc|gluetun|inlets|netbird|newt|ngrok|openvpn|tailscale|tunnel|wg-easy|wireguard|zerotier)(?:$|[-_./\d])/;
const nameLabels = ["app.kubernetes.io/name", "app.kubernetes.io/component", "app", "k8s-app"];

/** What is there to go outside is cut off by a default deny, whatever the input shows. */
export function refuseTunnels(context: RuleContext, open: ClassSet): void {
  const found = openWorkloads(context, open).find(isTunnel);
  if (found !== undefined)
    throw new Unclear(`${found.name} looks like a tunnel to a network elsewhere, and the input does not show where to`);
}

function isTunnel({ name, groups }: Workload): boolean {
  return tunnel.test(name) || groups.some(({ labels }) => nameLabels.some((key) => tunnel.test(labels[key] ?? "")));
}
