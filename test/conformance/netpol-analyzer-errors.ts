import { type Cluster, type ProblemCode, UsageError, can } from "@npa/core";

/** Texts about the options of that tool's command line. */
const ofTheirCommandLine = /flag is not used|output format is not supported|must be one of|invalid focus connection/;

/** Whether an error is about what npa has no counterpart of. */
export function isOfTheirCommandLine(texts: readonly string[]): boolean {
  return texts.some((text) => ofTheirCommandLine.test(text));
}

/** Whether npa says of an input what another tool means by an error text. */
type Meaning = (cluster: Cluster, text: string, args: readonly string[]) => boolean;

function problem(code: ProblemCode, path: RegExp, message = /./): Meaning {
  return ({ problems }) =>
    problems.some(
      (found) => found.code === code && path.test(found.location?.path ?? "") && message.test(found.message),
    );
}

const duplicate: Meaning = ({ problems }, text) => {
  const [, kind, name] = /(\w+) "([^"]+)" is already exists/.exec(text) ?? [];
  return problems.some(({ code, object }) => {
    const id = object?.namespace === undefined ? object?.name : `${object.namespace}/${object.name}`;
    return code === "duplicate-object" && object?.kind === kind && id === name;
  });
};

/** `-s` and `-d` of the arguments name nothing in the input. */
const unknownName: Meaning = (cluster, _, args) => {
  const valueOf = (flag: string): string => args[args.indexOf(flag) + 1] ?? "";
  try {
    can(cluster, { source: `default/${valueOf("-s")}`, target: valueOf("-d") });
    return false;
  } catch (error) {
    return error instanceof UsageError;
  }
};

/** What each error text means. */
const meanings: readonly (readonly [text: RegExp, meaning: Meaning])[] = [
  [/^CIDR error/, problem("invalid-policy", /\.ipBlock\.cidr$/)],
  [/^selector error/, problem("invalid-policy", /elector\.matchLabels\b/, /cannot be a label (?:key|value)/)],
  [/cannot have both IPBlock/, problem("invalid-policy", /\.(?:from|to)\[\d+\]$/, /ipBlock and a selector/)],
  [/cannot have empty rule peer/, problem("invalid-policy", /\.(?:from|to)\[\d+\]$/, /names nobody/)],
  [/^named port error/, problem("invalid-policy", /\.port$/)],
  [/^Found Pods of the same owner workload/, problem("wrong-type", /labels/)],
  [/is already exists/, duplicate],
  [/one already exists$/, problem("duplicate-object", /^metadata\.name$/, /^BaselineAdminNetworkPolicy default /)],
  [/metadata\.name=default/, problem("invalid-policy", /^metadata\.name$/, /there is one, and it is called default/)],
  [/set in a subject$/, problem("invalid-policy", /^spec(?:\.subject)?$/)],
  [/field must be defined and contain/, problem("invalid-policy", /^spec\.(?:in|e)gress\[\d+\](?:\.(?:from|to))?$/)],
  [
    /set in a rule peer$/,
    ({ problems }) =>
      problems.some(
        ({ code, location }) =>
          /^(?:unknown-peer|invalid-policy)$/.test(code) && /\.(?:from|to)\[\d+\]$/.test(location?.path ?? ""),
      ),
  ],
  [/^unrecognized action$/, problem("invalid-policy", /\.action$/)],
  [/set in an AdminNetworkPolicyPort$/, problem("invalid-policy", /\.ports\[\d+\]/, /exactly one/)],
  [/^invalid CIDR address$/, problem("invalid-policy", /\.networks\[\d+\]$/)],
  // What they leave out npa evaluates.
  [
    /^Nodes field|^IPv6 addresses/,
    ({ problems, policies }) => policies.length > 0 && problems.every(({ severity }) => severity !== "error"),
  ],
  [
    /^port name: $/,
    ({ policies }) =>
      policies.some(({ rules }) =>
        [...rules.ingress, ...rules.egress].some(
          ({ ports }) => ports !== "any" && ports.some(({ type }) => type === "named"),
        ),
      ),
  ],
  [/^Workload \S+ does not exist/, ({ workloads }, text) => workloads.every(({ name }) => name !== text.split(" ")[1])],
  [/^endPort field cannot be defined/, problem("invalid-policy", /\.endPort$/, /is the name/)],
  [/^port range \d+-\d+ is legal/, problem("invalid-policy", /\.endPort$/, /must not be smaller/)],
  [/^found character that cannot start any token/, problem("yaml-syntax", /^$/)],
  // What is no Kubernetes object is skipped and counted.
  [/^cannot unmarshal array|^unable to decode/, ({ inputs }) => inputs.skipped > 0],
  [/^recognized file extensions/, ({ inputs }) => inputs.files === 0],
  [/no relevant Kubernetes workload resources found$/, ({ workloads }) => workloads.length === 0],
  [/no relevant Kubernetes network policy resources found$/, ({ policies }) => policies.length === 0],
  [/^skipping object with type: /, ({ inputs }, text) => (inputs.objects[text.split(": ")[1] ?? ""] ?? 0) > 0],
  [/^could not find peer/, unknownName],
];

/** The texts of an error that npa says nothing like. */
export function unmatchedTexts(cluster: Cluster, texts: readonly string[], args: readonly string[]): readonly string[] {
  return texts.flatMap((text) => {
    const meaning = meanings.find(([pattern]) => pattern.test(text.replace(/^at ref\d: /, "")))?.[1];
    if (meaning === undefined) throw new Error(`no meaning for ${JSON.stringify(text)}`);
    return meaning(cluster, text, args) ? [] : [`no problem like ${JSON.stringify(text)}`];
  });
}
