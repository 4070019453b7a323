import { type TextOptions, UsageError, jsonText } from "@npa/core";
import { printable, timed } from "@npa/core/internal";
import {
  type Claim,
  type ProveOptions,
  checkClaims,
  proofMarkdown,
  proofText,
  proveClusters,
  redundancy,
  redundancyMarkdown,
  redundancyText,
  specificationMarkdown,
  specificationText,
} from "@npa/core/proof";
import { withoutCluster } from "../cluster-flags.ts";
import { withoutRender } from "../render-flags.ts";
import type { CommandModule } from "../command-module.ts";
import { type ConfigFlags, addConfigFlags } from "../config-flags.ts";
import { exitCodes } from "../exit-codes.ts";
import { helpText } from "../help-text.ts";
import { type InputFlags, addInputFlags, repeated } from "../input-flags.ts";
import type { Io } from "../io.ts";
import { printNotices, printNoticesOfSides, worstExit } from "../notices.ts";
import { type Target, addOutputFlag, emit, parseTargets } from "../output-targets.ts";
import type { Input } from "../input.ts";
import { readDiff } from "../read-diff.ts";
import { namespacesOf, readInput, theOne } from "../read-input.ts";
import { printConfig, readSettings } from "../settings.ts";

interface ProveFlags extends InputFlags, ConfigFlags {
  readonly output: readonly string[];
  readonly redundant: boolean;
  readonly permits: readonly string[];
  readonly forbids: readonly string[];
  readonly disjoint: readonly string[];
  readonly deniesNothing: boolean;
  readonly steps?: string;
  readonly allowStricter: boolean;
}

const formatNames = ["text", "json", "markdown"] as const;

/** `npa prove`. */
export const proveCommand: CommandModule = {
  define(command, run) {
    command
      .argument("[paths...]", "OLD and NEW: paths, - or git commits; with a question below, the policies it is about")
      .option("--permits <spec>", "is all that the rules of SPEC admit allowed? repeatable", repeated, [])
      .option("--forbids <spec>", "is all that the rules of SPEC admit denied? repeatable", repeated, [])
      .option("--disjoint <other>", "is there no pod that both select? repeatable", repeated, [])
      .option("--denies-nothing", "do the policies deny nothing at all?", false)
      .option("--redundant", "which policies, rules, peers and ports add nothing?", false)
      .option("--allow-stricter", "exit code 0 also where NEW only allows less: a gate against what opens", false)
      .option("--steps <n>", "how much work a proof may cost before it is undecided (default: about ten seconds)");
    addOutputFlag(command, formatNames);
    addConfigFlags(addInputFlags(command, "only policies of this namespace; repeatable"))
      .addHelpText("after", helpText(help))
      .action((paths: string[], flags: ProveFlags) => run((io) => prove(io, paths, flags)));
  },
};

const help = `
A proof is about every pod, namespace, label, address and packet that could exist, not about those that are there:
docs/proofs.md says what it claims. With --assume namespaceLabels=fixed the labels of the namespaces that NEW defines are
facts.

Exit code 0: OLD and NEW are equivalent, every claim holds, nothing is redundant. 1: stricter, looser, incomparable,
the same traffic in other tiers, a claim fails, something is redundant, or it could not be decided.

Examples:
  npa prove ./before ./after
  npa prove main -k overlays/production         both rendered: in main, and here
  npa prove main ./policies --allow-stricter    nothing more may pass
  npa prove --redundant ./policies
  npa prove --permits must-work.yaml --forbids must-not.yaml ./policies
  git show main:policies.yaml | npa prove - policies.yaml`;

async function prove(io: Io, paths: readonly string[], given: ProveFlags): Promise<number> {
  const targets = parseTargets(given.output, formatNames);
  const settings = readSettings(io, paths, given);
  if (given.printConfig) return await printConfig(io, settings);
  const { assumptions = {}, defaultNamespace } = settings.config;
  const flags: ProveFlags = { ...given, ...(defaultNamespace === undefined ? {} : { defaultNamespace }) };
  const options: ProveOptions = { assumptions, ...parseSteps(flags) };
  const hasClaims = flags.deniesNothing || [...flags.permits, ...flags.forbids, ...flags.disjoint].length > 0;
  if (flags.allowStricter && (flags.redundant || hasClaims))
    throw new UsageError("--allow-stricter is about OLD and NEW: ask the other questions without it");
  if (flags.redundant && hasClaims) throw new UsageError("--redundant is a question of its own: ask it alone");
  const asked: Asked = { io, targets, paths, flags, options };
  if (flags.redundant) return await findRedundant(asked);
  return hasClaims ? await check(asked) : await compare(asked);
}

/** A question to be answered, and where the answer goes. */
interface Asked {
  readonly io: Io;
  readonly targets: readonly Target[];
  readonly paths: readonly string[];
  readonly flags: ProveFlags;
  readonly options: ProveOptions;
}

/** How an answer is printed for people; as JSON it is what it is. */
interface Words<A> {
  readonly text: (answer: A, style: TextOptions) => string | Iterable<string>;
  readonly markdown: (answer: A) => string | Iterable<string>;
}

async function print<A extends object>(
  { io, targets, flags }: Asked,
  answer: A,
  { text, markdown }: Words<A>,
): Promise<void> {
  const formats = {
    text: (style: TextOptions) => text(answer, style),
    json: () => jsonText(answer),
    markdown: () => markdown(answer),
  };
  await emit(io, targets, formats, flags);
}

async function compare(asked: Asked): Promise<number> {
  const { io, paths, flags, options } = asked;
  if (flags.filename.length > 0) throw new UsageError("npa prove names its two sides as arguments: leave -f out");
  const sides = await readDiff(io, "prove", paths, flags, {});
  const [before, after] = [theOne(sides.before), theOne(sides.after)];
  const namespaces = flags.namespace.filter((name) => !before.cluster.namespaces.has(name));
  namespacesOf(after.cluster, { ...flags, namespace: namespaces });
  const proof = timed(io.stopwatch, "symbolic", () =>
    proveClusters(before.cluster, after.cluster, { ...options, namespaces: flags.namespace }),
  );
  const told = [
    { name: "OLD", input: before, notEvaluated: proof.before.notEvaluated },
    { name: "NEW", input: after, notEvaluated: proof.after.notEvaluated },
  ];
  await printNoticesOfSides(io, told, flags);
  await print(asked, proof, { text: proofText, markdown: proofMarkdown });
  const passes = ["equivalent", ...(flags.allowStricter ? ["stricter", "same-traffic"] : [])];
  return worstExit(passes.includes(proof.verdict) ? exitCodes.ok : exitCodes.found, [before, after], flags);
}

async function findRedundant(asked: Asked): Promise<number> {
  const { io, paths, flags, options } = asked;
  const input = await readInput(io, paths, flags);
  const namespaces = namespacesOf(input.cluster, flags);
  const report = timed(io.stopwatch, "symbolic", () => redundancy(input.cluster, { ...options, namespaces }));
  await printNotices(io, input, report.notEvaluated, flags);
  await print(asked, report, { text: redundancyText, markdown: redundancyMarkdown });
  const isIrredundant = report.redundancies.length + report.undecidedParts.length === 0;
  return worstExit(isIrredundant ? exitCodes.ok : exitCodes.found, [input], flags);
}

async function check(asked: Asked): Promise<number> {
  const { io, paths, flags, options } = asked;
  const input = await readInput(io, paths, flags);
  const specifications: Input[] = [];
  const claims: Claim[] = [];
  for (const claim of ["permits", "forbids", "disjoint"] as const) {
    for (const name of flags[claim]) {
      const specification = await readInput(io, [name], { ...withoutRender(withoutCluster(flags)), filename: [] });
      specifications.push(specification);
      claims.push({ claim, name, specification: specification.cluster });
    }
  }
  if (flags.deniesNothing) claims.push({ claim: "denies-nothing" });
  const report = checkClaims(input.cluster, claims, { ...options, namespaces: namespacesOf(input.cluster, flags) });
  await printNotices(io, input, report.notEvaluated, flags);
  for (const specification of specifications) await printNotices(io, specification, [], flags);
  await print(asked, report, { text: specificationText, markdown: specificationMarkdown });
  return worstExit(report.holds ? exitCodes.ok : exitCodes.found, [input, ...specifications], flags);
}

function parseSteps({ steps }: ProveFlags): Pick<ProveOptions, "steps"> {
  if (steps === undefined) return {};
  if (!/^\d{1,12}$/.test(steps)) throw new UsageError(`--steps ${printable(steps)}: write a whole number, 0 or more`);
  return { steps: Number(steps) };
}
