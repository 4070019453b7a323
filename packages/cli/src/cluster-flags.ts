import { UsageError } from "@npa/core";
import { type Command, Option } from "commander";
import type { Io } from "./io.ts";
import { repeated } from "./repeated.ts";

/** The options that say which cluster is read, and as whom: kubectl's names and meanings. */
export interface ClusterFlags {
  readonly cluster: boolean;
  readonly context: string;
  readonly kubeconfig: string;
  readonly as: string;
  readonly asGroup: readonly string[];
  readonly requestTimeout: string;
  readonly insecureSkipTlsVerify: boolean;
  readonly allNamespaces: boolean;
}

/** Adds `--cluster`, and what goes with it. */
export function addClusterFlags(command: Command): Command {
  const live = new Option("--cluster", "read the live cluster of the current context; only lists, no secrets");
  return addConnectionFlags(command.addOption(live.helpGroup(group)));
}

/** Adds the options that say which cluster and as whom, for commands that read nothing else. */
function addConnectionFlags(command: Command): Command {
  const options = [
    new Option("--context <name>", "the context of the kubeconfig, if not the current one"),
    new Option("--kubeconfig <file>", "the kubeconfig, if not KUBECONFIG, ~/.kube/config or the pod's service account"),
    new Option("--as <user>", "the user to impersonate"),
    new Option("--as-group <group>", "a group to impersonate; repeatable").argParser(repeated),
    new Option("--request-timeout <time>", "how long one request may take: 30s, 1m, 0 for ever (default: 1m)"),
    new Option("--insecure-skip-tls-verify", "do not check the certificate of the server"),
    new Option("-A, --all-namespaces", "report all namespaces, as without -n"),
  ];
  for (const option of options) command.addOption(option.helpGroup(group));
  return command;
}

const group = "Live cluster:";

/** Whether a live cluster is to be read, or the files that are named. Throws a UsageError when it is not clear. */
export function readsCluster(io: Io, named: readonly string[], flags: Partial<ClusterFlags>): boolean {
  if (flags.cluster === true && named.length > 0) {
    throw new UsageError(
      `--cluster reads the live cluster, and files are named as well (${named[0]}): leave one of them out; --context chooses another cluster`,
    );
  }
  if (flags.cluster === true || (io.program === "kubectl npa" && named.length === 0)) return true;
  const alone = clusterOnly.find(([key]) => flags[key] !== undefined);
  if (alone === undefined) return false;
  const advice = named.length > 0 ? ", and files are read here: leave it out" : ": add --cluster to read it";
  throw new UsageError(`${alone[1]} is about a live cluster${advice}`);
}

const clusterOnly = [
  ["context", "--context"],
  ["kubeconfig", "--kubeconfig"],
  ["as", "--as"],
  ["asGroup", "--as-group"],
  ["requestTimeout", "--request-timeout"],
  ["insecureSkipTlsVerify", "--insecure-skip-tls-verify"],
] as const;

/** The same options for an input that is only ever files, beside one that may be the cluster. */
export function withoutCluster<T extends Partial<ClusterFlags>>(flags: T): Omit<T, keyof ClusterFlags> {
  const others: Omit<T, keyof ClusterFlags> & { -readonly [K in keyof ClusterFlags]?: ClusterFlags[K] } = { ...flags };
  for (const [key] of clusterOnly) delete others[key];
  delete others.cluster;
  return others;
}
