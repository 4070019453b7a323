import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import type { SourceText } from "../parse/document.ts";
import { isKustomizationName, readKustomization } from "../unrendered/kustomization.ts";
import { readRegularFile } from "./read-text.ts";

/** More files than anybody's kustomization is made of. */
const maxFiles = 20_000;

/**
 * The kustomization in a directory, all that it builds, and the files that these name as resources, wherever they are.
 * Names are relative to `cwd`. What cannot be read is left out: the tool that builds it says why.
 */
export function kustomizeTree(directory: string, cwd: string): readonly SourceText[] {
  const files = new Map<string, SourceText>();
  const waiting = [path.resolve(cwd, directory)];
  for (let at = waiting.pop(); at !== undefined && files.size < maxFiles; at = waiting.pop()) {
    const file = isDirectory(at) ? kustomizationIn(at) : at;
    if (file === undefined || files.has(file)) continue;
    const source = textOf(file, cwd);
    if (source === undefined) continue;
    files.set(file, source);
    if (!isKustomizationName(file)) continue;
    for (const resource of readKustomization({ name: file.replaceAll(path.sep, "/"), text: source.text }).resources)
      waiting.push(path.resolve(resource));
  }
  return [...files.values()];
}

function kustomizationIn(directory: string): string | undefined {
  const name = readdirSync(directory).find(isKustomizationName);
  return name === undefined ? undefined : path.join(directory, name);
}

function isDirectory(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
}

function textOf(file: string, cwd: string): SourceText | undefined {
  const stats = statSync(file, { throwIfNoEntry: false, bigint: true });
  if (stats?.isFile() !== true) return undefined;
  const name = path.relative(cwd, file).replaceAll(path.sep, "/");
  return readRegularFile(file, name, stats.size).source;
}
