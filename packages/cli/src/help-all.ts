import type { Command, Option } from "commander";
import { helpText } from "./help-text.ts";

/** Options that few runs need, with what they are about: `--help` says that there are more, `--help-all` lists them. */
const rare: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "logging in to a cluster": [
      "--kubeconfig",
      "--as",
      "--as-group",
      "--request-timeout",
      "--insecure-skip-tls-verify",
      "--all-namespaces",
    ],
    "facts of the cluster": ["--cluster-cidr"],
    "snapshots as input": ["--from-snapshot"],
    rendering: ["--values", "--set", "--release", "--set-var"],
    "what may be missing": ["--allow-problems", "--allow-empty"],
    thresholds: [
      "--redundancy-threshold",
      "--complexity-threshold",
      "--no-overlap-detection",
      "--performance-weight",
      "--security-weight",
    ],
    SARIF: ["--sarif-root", "--sarif-fingerprint", "--sarif-include-suppressed"],
    configuration: ["--print-config"],
    "where time goes": ["--timing"],
  }).flatMap(([about, flags]) => flags.map((flag) => [flag, about] as const)),
);

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
  const hidden = command.options.filter(({ long = "" }) => rare.has(long));
  if (hidden.length === 0 || whole.has(command)) return "";
  const about = [...new Set(hidden.map(({ long = "" }) => rare.get(long) ?? ""))];
  if (command.options.some(({ long }) => long === "--assume")) about.push("the assumptions");
  return helpText(`\n--help-all has ${hidden.length} more options: ${about.join(", ")}.\n`);
}

/** Commander keeps the option that asks for help apart. */
function helpOption(command: Command): Option {
  return command.createOption("-h, --help", "print this help");
}

/** What an option does, and its default where that says something. */
function describeOption({ description, defaultValue }: Option): string {
  return typeof defaultValue === "string" ? `${description} (default: ${defaultValue})` : description;
}
