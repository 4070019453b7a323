import type { ObjectRef } from "../diagnostics/diagnostic.ts";

/** Where a file is, as a path relative to the root of the repository, given its name in the report. */
export type PathOf = (file: string) => string;

/** Where files go that are not below the root: a consumer takes no path that leads out of the repository. */
const outside = "outside-root";

/**
 * A file's path as code hosts take it: relative, with forward slashes, without `.` and `..`, never absolute.
 * Standard input becomes a file of its own.
 */
export function artifactPath(file: string, pathOf?: PathOf): string {
  return rootedPath(file, pathOf) || "file";
}

/** The same for a file or directory; empty for the root itself. */
export function rootedPath(named: string, pathOf: PathOf = (name) => name): string {
  if (named === "<stdin>") return "stdin.yaml";
  const written = pathOf(named).replaceAll("\\", "/");
  const isAbsolute = /^(?:\/|[A-Za-z]:)/.test(written);
  const steps = stepsOf(written);
  const inside = steps.filter((step) => step !== "..");
  if (isAbsolute) return [outside, ...inside.slice(-1)].join("/");
  return (steps[0] === ".." ? [outside, ...inside] : inside).join("/");
}

/** The steps of a path; `..` only where it leads above the start. */
function stepsOf(path: string): readonly string[] {
  const steps: string[] = [];
  for (const step of path.split("/")) {
    if (step === "" || step === ".") continue;
    if (step === ".." && steps.length > 0 && steps.at(-1) !== "..") steps.pop();
    else steps.push(step);
  }
  return steps;
}

/** The file that stands for an object that was read from none. */
export function objectPath({ kind, namespace, name }: ObjectRef): string {
  return artifactPath(["objects", namespace ?? "cluster", kind.toLowerCase(), `${name}.yaml`].map(oneStep).join("/"));
}

function oneStep(name: string): string {
  return name.replaceAll(/[/\\]/g, "-");
}

/** A relative path as a URI reference: every step percent-encoded. */
export function relativeUri(path: string): string {
  return path.split("/").map(encodedStep).join("/");
}

function encodedStep(step: string): string {
  return encodeURIComponent(step.replaceAll(/\p{Cs}/gu, "\uFFFD"));
}
