import { commandSummaries } from "./command-names.ts";

/** What `npa` and `npa --help` print. */
export function rootHelp(): string {
  const commands = Object.entries(commandSummaries).map(([name, summary]) => `  ${name.padEnd(9)}${summary}`);
  return `npa: who can reach whom under these Kubernetes NetworkPolicies, exactly

Usage: npa [command] [options]

Commands:
${commands.join("\n")}

Examples:
  npa ./policies                         the report on a directory of manifests
  helm template . | npa analyze -        the same for a chart
  npa list ./policies -o csv=who.csv     every connection that is allowed
  npa can shop/web shop/db --port 5432/TCP -f ./policies
  npa demo                               no manifests at hand? look at these

Exit codes: 0 fine, 1 findings (or "no"), 2 bad usage or unreadable input, 3 a bug in npa.
npa COMMAND --help has the options of a command. npa --version prints the version.
`;
}
