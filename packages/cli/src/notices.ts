import type { Basis, Cluster, Diagnostic, Finding, InputSummary, Location, MissingFact, ObjectRef } from "@npa/core";
import { isForVariable, missingFactText, printable, problemTexts } from "@npa/core/internal";
import { exitCodes } from "./exit-codes.ts";
import type { InputFlags } from "./input-flags.ts";
import type { Io } from "./io.ts";
import type { Input } from "./input.ts";

const maxProblems = 20;
const maxNames = 5;

/**
 * Says on stderr what a reader of the answer must know about the input. What the findings tell of is not said again,
 * unless it is why the run ends with exit code 2.
 */
export async function printNotices(
  io: Io,
  input: Input,
  notEvaluated: Basis["notEvaluated"],
  flags: InputFlags,
  findings: readonly Finding[] = [],
): Promise<void> {
  await write(io, noticeLines(input, notEvaluated, flags, findings));
}

/** One of the states that are compared. */
export interface NoticedSide {
  readonly name: string;
  readonly input: Input;
  readonly notEvaluated: Basis["notEvaluated"];
}

/** The same of several states: once what holds of all, the rest behind the names of those that it is about. */
export async function printNoticesOfSides(io: Io, sides: readonly NoticedSide[], flags: InputFlags): Promise<void> {
  const about = new Map<string, string[]>();
  for (const { name, input, notEvaluated } of sides)
    for (const line of new Set(noticeLines(input, notEvaluated, flags, []))) {
      const names = about.get(line);
      if (names === undefined) about.set(line, [name]);
      else names.push(name);
    }
  const ofAll = [...about].filter(([, names]) => names.length === sides.length).map(([line]) => line);
  const ofSome = [...about].filter(([, names]) => names.length < sides.length);
  await write(io, [...ofAll, ...ofSome.map(([line, names]) => `${printable(nameList(names, names.length))}: ${line}`)]);
}

async function write(io: Io, lines: readonly string[]): Promise<void> {
  if (lines.length > 0) await io.stderr.write(`${lines.join("\n")}\n`);
}

function noticeLines(
  input: Input,
  notEvaluated: Basis["notEvaluated"],
  flags: InputFlags,
  findings: readonly Finding[],
): readonly string[] {
  const { cluster } = input;
  const isTold = toldBy(findings);
  return flags.quiet
    ? [
        ...problemLines(cluster.problems.filter(({ unreadable = false }) => unreadable)),
        ...(flags.untrusted === true && mayHide(cluster)
          ? [...notEvaluated.map(notEvaluatedLine), ...leftOutLines(cluster.inputs)]
          : []),
      ]
    : [
        ...problemLines(cluster.problems.filter((problem) => problem.unreadable === true || !isTold(problem))),
        ...refusedLines(cluster, findings),
        ...notEvaluated.map(notEvaluatedLine),
        ...emptyLines(cluster),
        ...permissionLines(input),
        ...snapshotLines(input),
        ...leftOutLines(cluster.inputs),
        ...stagedLines(cluster),
        ...hintLines(input),
      ];
}

/** Whether a finding, or what it relates to, says what a problem says, at its place. */
function toldBy(findings: readonly Finding[]): (problem: Diagnostic) => boolean {
  const keyOf = ({ file, line, column }: Location): string => `${line}:${column} ${file}`;
  const messages = new Map<string, string[]>();
  for (const { location, message } of findings.flatMap((finding) => [finding, ...finding.related])) {
    if (location === undefined) continue;
    const known = messages.get(keyOf(location));
    if (known === undefined) messages.set(keyOf(location), [message]);
    else known.push(message);
  }
  return ({ location, message }) =>
    location !== undefined && messages.get(keyOf(location))?.some((told) => told.includes(message)) === true;
}

/** The exit code of an answer: 2 when a document that it may lack could not be read, and nobody said that is fine. */
export function exitCodeFor(answer: number, cluster: Cluster, flags: InputFlags): number {
  const isIncomplete =
    cluster.problems.some(({ unreadable = false }) => unreadable) || (flags.untrusted === true && mayHide(cluster));
  return isIncomplete && !flags.allowProblems ? exitCodes.usage : answer;
}

/**
 * Whether what is applied may open more than the answer shows: something is not read as it stands, another object of its
 * name is read in its place, it goes when another goes, it brings in objects that are not here, or it is of a kind that may allow and is not evaluated.
 */
function mayHide({ live, inputs, notEvaluated, problems }: Cluster): boolean {
  const { unrendered = [], notFollowed = [], alternatives = 0 } = inputs;
  if (problems.some(({ code }) => code === "owned-policy")) return true;
  return unrendered.length > 0 || notFollowed.length > 0 || alternatives > 0 || (!live && notEvaluated.some(mayAllow));
}

function mayAllow(object: Cluster["notEvaluated"][number]): boolean {
  const { mayChange } = object;
  return isForVariable(object) || mayChange === undefined || (mayChange.allows ?? []).length > 0;
}

/** The same of an answer about several inputs: the worst of them. */
export function worstExit(answer: number, inputs: readonly Input[], flags: InputFlags): number {
  return Math.max(...inputs.map(({ cluster }) => exitCodeFor(answer, cluster, flags)));
}

function problemLines(problems: readonly Diagnostic[]): string[] {
  const all = problemTexts(problems);
  const shown = all.slice(0, maxProblems);
  const rest = all.slice(maxProblems).reduce((sum, { count }) => sum + count, 0);
  return [
    ...shown.map(({ text }) => text),
    ...(rest > 0 ? [`and ${rest} more problems with the input; -o json has all, under inputs.problems`] : []),
  ];
}

function refusedLines({ refusedPolicies }: Cluster, findings: readonly Finding[]): string[] {
  const keyOf = ({ kind, namespace = "", name }: ObjectRef): string => `${kind} ${namespace}/${name}`;
  const told = new Set(findings.map(({ object }) => keyOf(object)));
  const untold = refusedPolicies.filter(({ ref }) => !told.has(keyOf(ref)));
  return [
    ...refusedLine(
      "the API server would refuse",
      untold.filter(({ by }) => by === undefined),
    ),
    ...refusedLine(
      "the agents of the data plane refuse",
      untold.filter(({ by }) => by === "agent"),
    ),
  ];
}

function refusedLine(why: string, refused: Cluster["refusedPolicies"]): readonly string[] {
  if (refused.length === 0) return [];
  const names = refused.map(({ ref }) =>
    [ref.namespace ?? [], ref.name === "" ? `a ${ref.kind} without a name` : ref.name].flat().join("/"),
  );
  const isOne = refused.length === 1;
  const count = isOne ? "1 policy is" : `${refused.length} policies are`;
  return [`warning: ${count} not in force, because ${why} ${isOne ? "it" : "them"}: ${nameList(names, names.length)}`];
}

function notEvaluatedLine({ kind, count, reason, objects }: Basis["notEvaluated"][number]): string {
  if (objects.length === 1 && objects[0] === "*") return missingKindLine(kind, reason);
  return `warning: not evaluated: ${count} ${printable(kind)} ${count === 1 ? "object" : "objects"} (${nameList(objects, count)}): ${printable(reason)}`;
}

/** A kind of a cluster whose objects could not be listed. */
export function missingKindLine(kind: string, reason: string): string {
  return `warning: not evaluated: ${printable(kind)}: ${printable(reason)}`;
}

/** What to paste into a ClusterRole, in one block. */
function permissionLines({ missingRules = [] }: Input): string[] {
  if (missingRules.length === 0) return [];
  return [
    "hint: a ClusterRole with these rules lets npa read the rest:",
    "rules:",
    ...missingRules.map((rule) => `  - ${rule}`),
  ];
}

/** A header that somebody put into a directory of manifests must not switch their validation off unnoticed. */
function snapshotLines({ cluster, isLive = false }: Input): string[] {
  if (!cluster.live || isLive) return [];
  return ["note: a snapshot of a cluster is read: everything in the input counts as stored by its API server"];
}

/** What is not read because it is not rendered, or not here; one line each. */
function leftOutLines({ unrendered = [], notFollowed = [], alternatives = 0 }: InputSummary): string[] {
  const sources = unrendered.map(({ kind, count, files }) => countedNames(count, kind, files));
  const others = notFollowed.map(({ kind, count, objects }) => countedNames(count, kind, objects));
  const several = alternatives === 1 ? "1 object is" : `${alternatives} objects are`;
  return [
    ...(sources.length > 0
      ? [`hint: not read, because it must be rendered first: ${sources.join(", ")}. ${renderAdvice(unrendered)}`]
      : []),
    ...(alternatives > 0
      ? [
          `hint: ${several} in kustomizations that are built apart: of each the last is read. --render analyses each by itself, -k DIR one of them`,
        ]
      : []),
    ...(others.length > 0
      ? [`hint: what these would make is not in the input and not seen: ${others.join(", ")}`]
      : []),
  ];
}

/** What renders it: npa knows how to ask helm and kustomize, and of other tools only that they print manifests. */
function renderAdvice(unrendered: NonNullable<InputSummary["unrendered"]>): string {
  const kinds = unrendered.map(({ kind }) => kind);
  const other = "pipe what their tool makes of them into npa (TOOL ... | npa -)";
  if (kinds.every((kind) => kind === "template")) return `For templates and other languages, ${other}`;
  const byRender = "--render renders charts and kustomizations, with helm and kustomize";
  return kinds.includes("template") ? `${byRender}; for other templates, ${other}` : byRender;
}

/** How many there are, and which; some have no name that can be told, as one with a variable in it. */
function countedNames(count: number, kind: string, names: readonly string[]): string {
  return names.length === 0 ? counted(count, kind) : `${counted(count, kind)} (${nameList(names, count)})`;
}

function counted(count: number, kind: string): string {
  return count === 1 || kind === "values" ? `${count} ${printable(kind)}` : `${count} ${printable(pluralOf(kind))}`;
}

function pluralOf(kind: string): string {
  return kind === "patch" ? "patches" : `${kind}s`.replace(/xys$/, "xies");
}

/** Whether there is no workload and no policy, for pods or for nodes, in force or refused. */
export function hasNoObjects({ workloads, policies, refusedPolicies, hostPolicies = [] }: Cluster): boolean {
  return workloads.length + policies.length + refusedPolicies.length + hostPolicies.length === 0;
}

function emptyLines(cluster: Cluster): string[] {
  const { inputs } = cluster;
  const skipped =
    inputs.skipped > 0
      ? [
          `hint: ${inputs.skipped === 1 ? "1 document is skipped: it is not a Kubernetes object" : `${inputs.skipped} documents are skipped: they are not Kubernetes objects`}`,
        ]
      : [];
  return hasNoObjects(cluster) ? [...skipped, "warning: there is no workload and no policy in the input"] : skipped;
}

/** They look like policies, and nothing that npa says hangs on them. */
function stagedLines({ staged }: Cluster): string[] {
  if (staged === undefined) return [];
  const names = staged.objects.map(({ ref }) => [ref.namespace ?? [], ref.name].flat().join("/"));
  const [subject, they] =
    names.length === 1
      ? ["1 staged policy of Calico is", "it"]
      : [`${names.length} staged policies of Calico are`, "they"];
  return [
    `hint: ${subject} not in force (${nameList(names, names.length)}); npa analyze --what-if staged tells what ${they} would change`,
  ];
}

/** One line for each sort of hint, however many directories it is about. */
function hintLines({ hints, missing = [] }: Input): string[] {
  const lines: string[] = missing.length === 0 ? [] : [`hint: nothing is at ${nameList(missing, missing.length)}`];
  for (const [type, line] of Object.entries(hintTexts)) {
    const paths = hints.filter((hint) => hint.type === type).map(({ path }) => path);
    if (paths.length > 0) lines.push(`hint: ${line(nameList(paths, paths.length))}`);
  }
  return lines;
}

/** What to say of paths. */
const hintTexts: Readonly<Record<Input["hints"][number]["type"], (all: string) => string>> = {
  outside: (all) => `links that lead out of their directory are not followed; name them as well to read them: ${all}`,
  empty: (all) => `no .yaml, .yml or .json file in ${all}`,
  deployed: (all) =>
    `Flux or Argo CD deploys several of the environments, often into one cluster, and each is analysed by itself: what one lacks another may have. Without --render they are followed as one input: ${all}`,
};

/** Says that some of the answer hangs on facts that the input does not give. */
export async function printUncertain(
  io: Io,
  what: string,
  facts: readonly MissingFact[],
  flags: InputFlags,
): Promise<void> {
  if (flags.quiet) return;
  const names = [...new Set(facts.map(missingFactText))];
  const which = names.length === 0 ? "; npa list names them" : `: ${nameList(names, names.length)}`;
  await io.stderr.write(`warning: ${what} on facts that the input does not give${which}\n`);
}

function nameList(names: readonly string[], total: number): string {
  const shown = names.slice(0, maxNames).map(printable);
  const rest = total - shown.length;
  return rest > 0 ? `${shown.join(", ")} and ${rest} more` : shown.join(", ");
}
