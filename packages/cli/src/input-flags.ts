import type { Command } from "commander";
import { assumptionHelp } from "./assume.ts";
import { addClusterFlags, type ClusterFlags } from "./cluster-flags.ts";
import { isWholeHelp } from "./help-all.ts";
import { addRenderFlags, type RenderFlags } from "./render-flags.ts";
import { repeated } from "./repeated.ts";

export { repeated } from "./repeated.ts";

/** The options of every command that reads manifests. */
export interface InputFlags extends Partial<ClusterFlags>, Partial<RenderFlags> {
  readonly filename: readonly string[];
  readonly namespace: readonly string[];
  readonly defaultNamespace?: string;
  readonly assume: readonly string[];
  readonly clusterCidr?: readonly string[];
  readonly allowProblems: boolean;
  readonly allowEmpty: boolean;
  /** Say where the time of the run went. */
  readonly timing?: boolean;
  readonly setVar?: readonly string[];
  /** The input is a snapshot of `npa snapshot`, whatever else is there. */
  readonly fromSnapshot?: boolean;
  /** The input comes from somebody who must not decide what is told of it. */
  readonly untrusted?: boolean;
  readonly quiet: boolean;
  readonly color: boolean;
}

/** Options that come from no manifest: how loud, how colourful. */
export type ToneFlags = Pick<InputFlags, "quiet" | "color">;

/** Adds `--quiet` and `--no-color`. */
export function addToneFlags(command: Command): Command {
  return command
    .option("-q, --quiet", "no warnings and hints on stderr, only errors", false)
    .option("--no-color", "no colours (so does NO_COLOR; FORCE_COLOR turns them on)");
}

/** Adds the options of every command that reads manifests. */
export function addInputFlags(command: Command, namespaceHelp: string): Command {
  command
    .option("-f, --filename <path>", "a file, a directory or - to read; repeatable", repeated, [])
    .option("-n, --namespace <name>", namespaceHelp, repeated, [])
    .option("--default-namespace <name>", "the namespace of objects that name none (default: default)")
    .option(
      "--assume <key=value>",
      "decide what Kubernetes leaves open; repeatable (--help-all lists them)",
      repeated,
      [],
    )
    .option(
      "--cluster-cidr <use=cidr>",
      "where addresses of the cluster come from: pods=CIDR, services=CIDR or nodes=CIDR; repeatable (default: what the input tells)",
      repeated,
      [],
    )
    .option("--allow-problems", "do not exit 2 when a document could not be read", false)
    .option("--from-snapshot", "the input is a snapshot, even when other files lie beside it", false)
    .option(
      "--untrusted",
      "for input of strangers: it configures and suppresses nothing, and what must be rendered first is an error",
      false,
    )
    .option("--allow-empty", "do not exit 2 when there is nothing to analyse", false)
    .option("--timing", "say on stderr where the time of the run went, by stage and by rule", false);
  return addClusterFlags(addRenderFlags(addToneFlags(command))).addHelpText("after", () =>
    isWholeHelp(command)
      ? `\nAssumptions and their defaults (docs/semantics.md has their meaning):\n${assumptionHelp()}`
      : "",
  );
}
