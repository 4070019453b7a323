import type { Cluster, Question } from "@npa/core";
import { basisOf, completeAssumptions } from "@npa/core/internal";
import type { Io } from "./io.ts";
import { exitCodeFor, printNotices } from "./notices.ts";
import { emit, type Format, parseTargets } from "./output-targets.ts";
import { type QuestionFlags, readAskedInput } from "./question.ts";
import { connectivityOptions, printConfig, readSettings } from "./settings.ts";

/** What a command makes of a question about two ends. */
export interface QuestionCommand<A, F extends string> {
  readonly formatNames: readonly F[];
  readonly ask: (cluster: Cluster, question: Question, options: ReturnType<typeof connectivityOptions>) => A;
  readonly formats: (answer: A) => Readonly<Record<F, Format>>;
  readonly exitCode: (answer: A) => number;
}

/** Reads the input, says what of it was not read, asks, and prints the answer. */
export async function answerQuestion<A, F extends string>(
  io: Io,
  source: string,
  target: string,
  flags: QuestionFlags,
  { formatNames, ask, formats, exitCode }: QuestionCommand<A, F>,
): Promise<number> {
  const targets = parseTargets(flags.output, formatNames);
  const settings = readSettings(io, [], flags);
  if (flags.printConfig) return await printConfig(io, settings);
  const { input, question } = await readAskedInput(io, source, target, flags, settings);
  const { cluster } = input;
  const options = connectivityOptions(settings);
  // Before the question: where an end is missing, it may be in what was not read.
  await printNotices(io, input, basisOf(cluster, completeAssumptions(options, cluster)).notEvaluated, flags);
  const answer = ask(cluster, question, options);
  await emit(io, targets, formats(answer), flags);
  return exitCodeFor(exitCode(answer), cluster, flags);
}
