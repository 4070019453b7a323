import type { Command, Option } from "commander";

/** Options that few runs need: `--help` says that there are more, `--help-all` lists them. */
const rare = new Set([
  "--kubeconfig",
  "--as",
  "--as-group",
  "--request-timeout",
  "--insecure-skip-tls-verify",
  "--all-namespaces",
  "--redundancy-threshold",
  "--complexity-threshold",
  "--no-overlap-detection",
  "--performance-weight",
  "--security-weight",
  "--sarif-root",
  "--sarif-fingerprint",
  "--sarif-include-suppressed",
  "--cluster-cidr",
  "--allow-problems",
  "--allow-empty",
  "--from-snapshot",
  "--values",
  "--set",
  "--release",
  "--set-var",
  "--print-config",
]);

const whole = new WeakSet<Command>();

/** Whether all of a command's help was asked for. */
export function isWholeHelp(command: Command): boolean {
  return whole.has(command);
}

/** Makes `--help` short, and `--help-all` the whole. Gives the arguments as commander knows them. */
export function foldHelp(command: Command, argv: readonly string[]): readonly string[] {
  const isAll = argv.includes("--help-all");
  if (isAll) whole.add(command);
  const isShown = ({ long = "" }: Option): boolean => isAll || !rare.has(long);
  command.configureHelp({
    optionDescription: describeOption,
    visibleOptions: (each) => [...each.options, helpOption(each)].filter((option) => !option.hidden && isShown(option)),
  });
  return isAll ? argv.map((argument) => (argument === "--help-all" ? "--help" : argument)) : argv;
}

/** Says at the end of a short help that there is more. */
export function moreHelp(command: Command): string {
  const hidden = command.options.filter(({ long = "" }) => rare.has(long)).length;
  if (hidden === 0 || whole.has(command)) return "";
  return `\n--help-all has ${hidden} more options: logging in to a cluster, rendering, thresholds, SARIF, and the assumptions.\n`;
}

/** Commander keeps the option that asks for help apart. */
function helpOption(command: Command): Option {
  return command.createOption("-h, --help", "print this help");
}

/** What an option does, and its default where that says something. */
function describeOption({ description, defaultValue }: Option): string {
  return typeof defaultValue === "string" ? `${description} (default: ${defaultValue})` : description;
}
