import type { PluginFact } from "../../model/facts.ts";
import type { ClusterDraft } from "../cluster-draft.ts";
import type { RawMapping } from "../raw-object.ts";
import { emptyMapping, isList, isMapping } from "../raw-object.ts";
import { noteAgentImage } from "./agent-versions.ts";
import type { FactSource } from "./facts-draft.ts";

/** A container of a DaemonSet: what its name and arguments tell. */
interface Container {
  readonly name: string;
  readonly args: readonly string[];
  readonly image: string;
}

/** DaemonSets by name that are there for the network: the plugin, and whether its policies can be in force. */
const daemonSets: readonly (readonly [
  name: RegExp,
  of: (containers: readonly Container[]) => Omit<PluginFact, "type">,
])[] = [
  [/^(?:kube-)?flannel(?:-ds)?(?:-[a-z0-9]+)?$/, flannel],
  [/^aws-node(?:-[a-z]+)?$/, awsNode],
  [/^calico-node/, () => notProven("Calico")],
  [/^canal$/, () => notProven("Canal")],
  [/^(?:cilium|anetd)(?:-agent)?$/, () => notProven("Cilium")],
  [/^antrea-agent/, () => notProven("Antrea")],
  [/^weave-net$/, () => notProven("Weave Net")],
  [/^kube-router$/, () => notProven("kube-router")],
  [/^ovnkube(?:-node)?(?:-[a-z-]+)?$/, () => notProven("OVN-Kubernetes")],
  [/^kube-ovn-cni$/, () => notProven("Kube-OVN")],
  [/^(?:azure-npm|azure-cns)/, () => notProven("Azure NPM")],
  [/^(?:kindnet|kube-network-policies|terway.*|romana-agent|cni-agent)$/, () => notProven("another plugin")],
];

function notProven(name: string): Omit<PluginFact, "type"> {
  return { name, enforces: "not proven" };
}

/** flannel "is focused on networking"; a container beside it may enforce. */
function flannel(containers: readonly Container[]): Omit<PluginFact, "type"> {
  const isPlain = containers.length > 0 && containers.every(({ name }) => !name.includes("polic"));
  return { name: "flannel", enforces: isPlain ? "no" : "not proven" };
}

/** "The network policy agent [...] in the aws-node pod": a container of its own, that a flag turns on. */
function awsNode(containers: readonly Container[]): Omit<PluginFact, "type"> {
  const agent = containers.find(({ name }) => name === "aws-eks-nodeagent" || name === "aws-network-policy-agent");
  const isOff = agent?.args.some((arg) => /^--enable-network-policy[= ]false$/.test(arg)) === true;
  if (containers.length === 0 || (agent !== undefined && !isOff)) return notProven("the AWS VPC CNI");
  return {
    name: `the AWS VPC CNI ${agent === undefined ? "without its network policy agent" : "with its network policy agent turned off"}`,
    enforces: "no",
  };
}

/** Takes note of a DaemonSet that is the network plugin of its nodes. */
export function notePlugin(spec: RawMapping, source: FactSource, draft: ClusterDraft): void {
  const { name } = source.object;
  const found = daemonSets.find(([pattern]) => pattern.test(name));
  if (found === undefined) return;
  const [, of] = found;
  const containers = containersOf(spec);
  draft.facts.add({ type: "plugin", ...of(containers) }, source, ["metadata", "name"]);
  for (const { image } of containers) noteAgentImage(image, draft);
}

function containersOf({ template }: RawMapping): readonly Container[] {
  const pod = isMapping(template) && isMapping(template["spec"]) ? template["spec"] : emptyMapping;
  const containers = isList(pod["containers"]) ? pod["containers"] : [];
  return containers.flatMap((container) => {
    if (!isMapping(container) || typeof container["name"] !== "string") return [];
    const args = isList(container["args"]) ? container["args"].filter((arg) => typeof arg === "string") : [];
    const { image } = container;
    return [{ name: container["name"], args, image: typeof image === "string" ? image : "" }];
  });
}
