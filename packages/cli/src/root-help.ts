import { commandSummaries } from "./command-names.ts";

const examples = `  npa ./policies                         the report on a directory of manifests
  npa analyze --cluster                  the same for the live cluster
  helm template . | npa analyze -        and for a chart
  npa list ./policies -o csv=who.csv     every connection that is allowed
  npa can shop/web shop/db --port 5432/TCP -f ./policies
  npa demo                               no manifests at hand? look at these`;

const pluginExamples = `  kubectl npa analyze                    the report on the cluster of the current context
  kubectl npa analyze --context prod -n shop
  kubectl npa list -o csv=who.csv        every connection that is allowed
  kubectl npa can shop/web shop/db --port 5432/TCP
  kubectl npa snapshot -o cluster.yaml   what npa reads, for later
  kubectl npa analyze ./policies         files instead of the cluster`;

/** What `npa` and `npa --help` print. */
export function rootHelp(program: "npa" | "kubectl npa" = "npa"): string {
  const commands = Object.entries(commandSummaries).map(([name, summary]) => `  ${name.padEnd(9)}${summary}`);
  return `${program}: who can reach whom under these Kubernetes NetworkPolicies, exactly

Usage: ${program} [command] [options]

Commands:
${commands.join("\n")}

Examples:
${program === "npa" ? examples : pluginExamples}

Exit codes: 0 fine, 1 findings (or "no"), 2 bad usage or unreadable input,
3 a bug in npa.
${program} COMMAND --help has the options of a command.
${program} --version prints the version.
`;
}
