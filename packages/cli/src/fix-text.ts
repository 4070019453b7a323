import path from "node:path";
import { kustomizationBeside, printable } from "@npa/core/internal";
import type { FixResult, MadeFix } from "@npa/core/edit";
import { unifiedDiff } from "./unified-diff.ts";

const listed = 100;

/** The fixes, one line each, and what to know about them. */
export function fixLines({ made, leftAlone, files }: FixResult, dryRun: boolean): readonly string[] {
  const verb = dryRun ? "would fix" : "fixed";
  const fixes = made.map((fix) => `${verb} ${printable(fix.file)}: ${fixText(fix)}`);
  const others = leftAlone.map((fix) => `left alone ${printable(fix.file)}: ${fixText(fix)}: ${printable(fix.reason)}`);
  return [...first(fixes, "fixes"), ...first(others, "left alone"), ...summaryLines(made, files.length, dryRun)];
}

function fixText({ ruleId, object, description }: Omit<MadeFix, "kind" | "file">): string {
  const name = object.namespace === undefined ? object.name : `${object.namespace}/${object.name}`;
  return `${printable(`${object.kind} ${name}`)}: ${printable(description)} (${ruleId})`;
}

function summaryLines(made: readonly MadeFix[], files: number, dryRun: boolean): readonly string[] {
  if (made.length === 0) return ["nothing to fix"];
  const safe = made.filter(({ kind }) => kind === "safe").length;
  const suggested = made.length - safe;
  const where = `in ${counted(files, "file")}${dryRun ? "; nothing was written" : ""}`;
  const parts = [
    ...(safe > 0 ? [`${counted(safe, "fix", "fixes")}, proved to change no connection`] : []),
    ...(suggested > 0 ? [counted(suggested, "suggestion")] : []),
  ];
  const isDeleting = made.some(({ description }) => /^(?:delete the policy|move the rules|make )/.test(description));
  const note =
    "note: a policy that is taken out of a file stays in a cluster until it is deleted there, and does no harm";
  return [`${parts.join(", and ")} ${where}`, ...(isDeleting ? [note] : [])];
}

/** New files in directories of kustomizations, which build what they name and nothing else. `names`: those of the input. */
export function unbuiltLines({ files }: FixResult, names: Iterable<string>): readonly string[] {
  const input = [...names];
  return files.flatMap(({ name, before }) => {
    const kustomization = before === undefined ? kustomizationBeside(name, input) : undefined;
    return kustomization === undefined
      ? []
      : [
          `note: ${printable(kustomization)} builds only what it names: add ${printable(path.posix.basename(name))} to its resources`,
        ];
  });
}

/** The difference that fixes make, as `git apply` and `patch -p1` read it. */
export function fixDiff({ files }: FixResult): string {
  return files.map(({ name, before, after }) => unifiedDiff(name, before, after)).join("");
}

function first(lines: readonly string[], what: string): readonly string[] {
  const rest = lines.length - listed;
  return rest > 0 ? [...lines.slice(0, listed), `and ${rest} more: ${what}`] : lines;
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
