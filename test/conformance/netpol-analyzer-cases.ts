import { corpusJson } from "./corpus.ts";

/** One case of np-guard/netpol-analyzer. The corpus' README tells the shape. */
export interface NetpolCase {
  readonly id: string;
  readonly kind: "list" | "list-exposure" | "list-explain" | "diff" | "eval" | "error";
  readonly inputDirs: readonly string[];
  readonly inlineInput?: string | null;
  readonly options: NetpolOptions;
  readonly expectedFile: string | null;
  readonly format: "txt" | "json";
  readonly expected: NetpolAnswer | null;
  readonly needs: readonly string[];
}

/** The options of their command that a case was made with. */
export interface NetpolOptions {
  readonly focusWorkloads?: readonly string[];
  readonly focusDirection?: "ingress" | "egress";
  readonly focusConn?: string;
  readonly structured?: boolean;
  /** For errors of the command line: the arguments of that tool. */
  readonly args?: readonly string[];
  readonly outputFormat?: string;
}

/** What a case without an expected file expects: the fields depend on the kind. */
export interface NetpolAnswer {
  readonly src?: string;
  readonly dst?: string;
  readonly port?: string;
  readonly proto?: string;
  readonly allowed?: boolean;
  readonly connections?: string;
  readonly rows?: readonly (readonly [source: string, target: string, answer: string | boolean])[];
  readonly errorContains?: readonly string[];
  readonly mustNotContain?: string;
  readonly numConnections?: number;
}

/** The folder of the set. */
export const netpolFolder = "netpol-analyzer";

/** What NetworkPolicies and ingress objects decide. */
const understood: ReadonlySet<string> = new Set(["np", "ingress", "route"]);

/** The cases of some kinds whose inputs npa understands in full. */
export function netpolCases(...kinds: readonly NetpolCase["kind"][]): readonly NetpolCase[] {
  return corpusJson<readonly NetpolCase[]>([], netpolFolder, "cases.json").filter(
    ({ kind, needs }) => kinds.includes(kind) && needs.every((need) => understood.has(need)),
  );
}

const clusterWide: ReadonlySet<string> = new Set(["anp", "banp"]);
/** What they leave out of an answer under these options is no part of a relation. */
const cuts = ["focusConn", "focusWorkloadPeers", "explainOnly"];

/** The cases of some kinds on cluster-wide policies whose answer is a whole relation. Inputs that they have as data are files of the corpus. */
export function clusterWideCases(...kinds: readonly NetpolCase["kind"][]): readonly NetpolCase[] {
  return corpusJson<readonly NetpolCase[]>([], netpolFolder, "cases.json")
    .filter(
      ({ kind, needs, options }) =>
        kinds.includes(kind) &&
        needs.some((need) => clusterWide.has(need)) &&
        needs.every((need) => understood.has(need) || clusterWide.has(need)) &&
        cuts.every((option) => !Object.hasOwn(options, option)),
    )
    .map(({ inlineInput, inputDirs, ...rest }) => ({
      ...rest,
      inputDirs: inputDirs.length === 0 && inlineInput ? [inlineInput] : inputDirs,
    }));
}

/** Cases with their ids as titles of tests. */
export function titled(cases: readonly NetpolCase[]): readonly (readonly [title: string, netpolCase: NetpolCase])[] {
  return cases.map((netpolCase) => [netpolCase.id, netpolCase]);
}
