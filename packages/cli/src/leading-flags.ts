/** The options of all commands that take a value, so that one before the command keeps it. */
export const flagsWithValue: ReadonlySet<string> = new Set(
  [
    "-f --filename -n --namespace -o --output -k --kustomize -l --selector -p --port",
    "--as --as-group --assume --baseline --by --cluster-cidr --comment-name --complexity-threshold --config --context --default-namespace --direction --focus --peer",
    "--disjoint --fail-on --fold --forbids --frames --from --helm --hops --kubeconfig --max-findings --performance-weight",
    "--permits --redundancy-threshold --release --request-timeout --rule --sarif-fingerprint --sarif-root --security-weight --set --set-var --severity --steps --values --what-if --http --header --dns --icmp --sni",
  ].flatMap((line) => line.split(" ")),
);

/** How many arguments before the first word are options and their values. */
export function leadingFlags(argv: readonly string[]): number {
  let at = 0;
  while (at < argv.length) {
    const argument = argv[at] ?? "";
    if (!argument.startsWith("-") || argument === "-" || argument === "--") return at;
    at += flagsWithValue.has(argument) ? 2 : 1;
  }
  return Math.min(at, argv.length);
}
