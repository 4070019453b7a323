import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** An object as kubectl would send it. */
export interface KubectlObject {
  readonly apiVersion?: unknown;
  readonly kind?: unknown;
  readonly metadata?: unknown;
  readonly [field: string]: unknown;
}

/** The annotation that asks kubectl to print an object. */
const mark = "npa-differential";

/** Whether kubectl is installed. It is asked for what it reads only, which needs no cluster. */
export const hasKubectl = spawnSync("kubectl", ["version", "--client"], { stdio: "ignore" }).status === 0;

/**
 * The objects that the installed kubectl would apply from each of many texts. One call reads them all: between two of them stands a file of
 * ours, so that what is printed tells which text it comes from.
 */
export function readWithKubectl(texts: readonly string[]): readonly (readonly KubectlObject[])[] {
  const directory = mkdtempSync(join(tmpdir(), "npa-kubectl-"));
  try {
    texts.forEach((text, i) => {
      const sentinel = { apiVersion: "npa.test/v1", kind: "Sentinel", metadata: { name: `s${i}` } };
      writeFileSync(join(directory, `${number(i)}-a.yaml`), text);
      writeFileSync(join(directory, `${number(i)}-b.json`), JSON.stringify(sentinel));
    });
    const flags = ["annotate", "--local", "-f", directory, `${mark}=x`, "-o", "json"];
    const run = spawnSync("kubectl", flags, { encoding: "utf8", maxBuffer: 1 << 30 });
    return sorted(texts.length, run.stdout, run.stderr);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Whether kubectl says that something is wrong with a text. */
export function refusedByKubectl(text: string): boolean {
  const flags = ["annotate", "--local", "-f", "-", `${mark}=x`, "-o", "json"];
  return spawnSync("kubectl", flags, { input: text, stdio: ["pipe", "ignore", "ignore"] }).status !== 0;
}

function number(index: number): string {
  return String(index).padStart(7, "0");
}

function sorted(count: number, stdout: string, stderr: string): readonly (readonly KubectlObject[])[] {
  const reads = Array.from({ length: count }, (): KubectlObject[] => []);
  let at = 0;
  // kubectl prints every object as indented JSON that ends with a brace in column 0.
  for (const printed of stdout.split(/(?<=^\})\n/m)) {
    if (printed.trim() === "") continue;
    const object = JSON.parse(printed) as KubectlObject; // kubectl prints objects only
    if (object.kind === "Sentinel" && object.apiVersion === "npa.test/v1") at++;
    else reads[at]?.push(withoutMark(object));
  }
  if (at !== count) throw new Error(`kubectl read ${at} of ${count} sentinels: ${stderr.slice(0, 2000)}`);
  return reads;
}

/** The object without the annotation that was added to print it. */
function withoutMark(object: KubectlObject): KubectlObject {
  const { metadata } = object;
  if (typeof metadata !== "object" || metadata === null || !("annotations" in metadata)) return object;
  // kubectl has just written an annotation there
  const { annotations, ...rest } = metadata as { readonly annotations: Readonly<Record<string, unknown>> };
  const { [mark]: _mark, ...others } = annotations;
  return { ...object, metadata: Object.keys(others).length === 0 ? rest : { ...rest, annotations: others } };
}
