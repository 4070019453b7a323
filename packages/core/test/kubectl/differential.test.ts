import { describe, expect, it } from "vitest";
import { visitObjects } from "../../src/normalize/expand-lists.ts";
import { hasReader, isKindRead } from "../../src/normalize/registry.ts";
import type { RawObject } from "../../src/normalize/raw-object.ts";
import { KnownText } from "../../src/parse/known-text.ts";
import { parseSource } from "../../src/parse/parse-source.ts";
import { readManifests } from "../../src/read/read-manifests.ts";
import type { KubectlObject } from "./local-kubectl.ts";
import { hasKubectl, readWithKubectl, refusedByKubectl } from "./local-kubectl.ts";
import { mutatedText, randomNumbers } from "./mutated-text.ts";

/** 2,000 in `npm test`, 200,000 in the soak. */
const texts = 4 * Number(process.env["NPA_PROPERTY_RUNS"] ?? 500);
/** Files in one call of kubectl. */
const batch = 2000;

/** What npa reads in a text: the objects, and whether it says that the answer may lack something. */
interface Reading {
  readonly objects: readonly string[];
  readonly told: boolean;
}

/** What all texts are read with, as the files of a directory are. */
const knownText = new KnownText();

function readingOf(text: string): Reading {
  const objects: string[] = [];
  let told = false;
  const report = ({ unreadable = false }): void => void (told ||= unreadable);
  const { documents } = parseSource({ name: "a.yaml", text }, { wants: isKindRead, knownText }, report);
  const object = ({ apiVersion, kind, value }: RawObject): void => {
    if (isCompared({ ...value, apiVersion, kind })) objects.push(comparable({ ...value, apiVersion, kind }));
  };
  const nameless = ({ kind }: RawObject): void => void (told ||= hasReader(kind));
  for (const document of documents) visitObjects(document, { object, nameless, other: () => undefined, report });
  return { objects, told };
}

/** Whether npa reads the object: others it may skip, and kubectl applies nothing without a name. */
function isCompared({ apiVersion, kind, metadata }: KubectlObject): boolean {
  if (typeof metadata !== "object" || metadata === null || !("name" in metadata) || metadata.name === "") return false;
  return apiVersion === "v1" ? kind === "Pod" || kind === "Namespace" : isPolicy({ apiVersion, kind });
}

function isPolicy({ apiVersion, kind }: { apiVersion?: unknown; kind?: unknown }): boolean {
  return apiVersion === "networking.k8s.io/v1" && kind === "NetworkPolicy";
}

/** The object as sorted JSON, without what `kubectl annotate` changes: annotations, and what metadata has that is null or empty. */
function comparable({ metadata, ...rest }: KubectlObject): string {
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata)) return sorted(rest);
  const entries = Object.entries(metadata).filter(
    ([key, value]) => key !== "annotations" && value !== null && value !== "",
  );
  return sorted(entries.length === 0 ? rest : { ...rest, metadata: Object.fromEntries(entries) });
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** Whether npa says that the API server would refuse something of a text, e.g. a namespace that is no text, which kubectl replaces. */
function isRefused(text: string): boolean {
  return readManifests([{ name: "a.yaml", text }]).problems.some(({ severity }) => severity === "error");
}

/** How npa and kubectl differ without npa saying so; undefined where they do not. */
function difference(text: string, applied: readonly KubectlObject[]): string | undefined {
  const { objects, told } = readingOf(text);
  const wanted = applied.filter(isCompared).map(comparable);
  const lost = wanted.find((object) => !objects.includes(object));
  const ghost = objects.find((object) => !wanted.includes(object));
  if ((lost !== undefined || ghost !== undefined) && !told && !isRefused(text)) {
    if (lost !== undefined) return `kubectl applies ${lost}`;
    if (!refusedByKubectl(text)) return `kubectl never applies ${ghost}`;
  }
  return hiddenPolicy(text, applied);
}

/** A policy that kubectl applies and that is nowhere in the cluster that npa answers for. */
function hiddenPolicy(text: string, applied: readonly KubectlObject[]): string | undefined {
  const names = applied.filter(isPolicy).flatMap(({ metadata }) => nameIn(metadata));
  if (names.length === 0) return undefined;
  const { policies, refusedPolicies, notEvaluated, problems, inputs } = readManifests([{ name: "a.yaml", text }]);
  if (problems.some(({ unreadable = false }) => unreadable)) return undefined;
  // A mark of a template where the API server refuses it: the policy is told of as one that must be rendered.
  if (inputs.unrendered !== undefined && /\{\{|\{%|<%|\$\{|\(\(/.test(text)) return undefined;
  const known = new Set(
    [...policies, ...[...refusedPolicies, ...notEvaluated].map(({ ref }) => ref)].map(({ name }) => name),
  );
  const hidden = names.find((name) => !known.has(name));
  return hidden === undefined ? undefined : `the policy ${hidden} is neither read nor told of`;
}

function nameIn(metadata: unknown): readonly string[] {
  const name = typeof metadata === "object" && metadata !== null && "name" in metadata ? metadata.name : undefined;
  return typeof name === "string" && /^[a-z]+$/.test(name) ? [name] : [];
}

if (!hasKubectl) console.warn("kubectl is not on the PATH: that npa reads what kubectl applies is not tested");

describe.runIf(hasKubectl)("what kubectl applies is read, or told of as unreadable", () => {
  it(`${texts} generated and mutated texts`, () => {
    const written = process.env["NPA_SEED"] ?? "1";
    const seed = written === "random" ? Date.now() : Number(written);
    const random = randomNumbers(seed);
    for (let done = 0; done < texts; done += batch) {
      const some = Array.from({ length: Math.min(batch, texts - done) }, () => mutatedText(random));
      const found = readWithKubectl(some).flatMap((applied, i) => {
        const text = some[i] ?? "";
        const what = difference(text, applied);
        return what === undefined ? [] : [{ seed, text, what }];
      });
      expect(found.slice(0, 5)).toEqual([]);
    }
  });

  const open = "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: open}, spec: {ingress: [{}]}}";
  it.each([
    ["a list without apiVersion", `kind: List\nitems: [${open}]\n`],
    ["items in a kind that is no name", `kind: a b\nitems: [${open}]\n`],
    [
      "items that say neither kind nor apiVersion",
      "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicyList\nitems: [{kind: '', apiVersion: 5, metadata: {name: open}}]\n",
    ],
    ["a kind without apiVersion", "kind: Namespace\nmetadata: {name: a}\n"],
    [
      "a mark of ytt",
      `#@ x\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: open}\nspec: {}\n`,
    ],
    [
      "a mark of ytt in a document that npa cannot read",
      "# %YAML 1.1\r%TAG !k! tag:yaml.org,2002:\r---\rapiVersion: networking.k8s.io/v1\rkind: !k!str NetworkPolicy\r#@ x\rmetadata: {name: open}\r",
    ],
    [
      "two carriage returns before a line feed, which are one break, escaped",
      'apiVersion: networking.k8s.io/v1\nkind: "Network\\\r\r\nPolicy"\nmetadata: {name: open}\nspec: {}\n',
    ],
    [
      "a namespace that is no text",
      `kind: List\nitems: [${open.replace("name: open", "name: open, namespace: [{}]")}]\n`,
    ],
    [
      "a variable where the API server would refuse it",
      '{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "open"}, "spec": {"policyTypes": ["In${X}gress"]}}',
    ],
  ])("%s", (_name, text) => {
    expect(difference(text, readWithKubectl([text])[0] ?? [])).toBeUndefined();
  });
});
