import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { directoryOf } from "./run.ts";

/** Prints each script of the bundle that is compiled, whether Node's loader does it or the one of bin/load.js. */
const listCompiled = `
  const vm = require("node:vm");
  const Module = require("node:module");
  const print = (file) => { if (/[\\\\/]bundle[\\\\/]/.test(file)) process._rawDebug("compiled " + file); };
  vm.Script = class extends vm.Script {
    constructor(source, options) { print(options.filename); super(source, options); }
  };
  const compile = Module.prototype._compile;
  Module.prototype._compile = function (source, file, ...more) { print(file); return compile.call(this, source, file, ...more); };
`;

/** Runs a script of Node and gives its answer with the chunks of the bundle that it loaded, by their file names. */
export function loadedModules(
  argv: readonly string[],
  { cwd }: { readonly cwd: string },
): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly modules: readonly string[];
} {
  const preload = path.join(directoryOf({}), "list-compiled.cjs");
  writeFileSync(preload, listCompiled);
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--require", preload, ...argv], {
    cwd,
    encoding: "utf8",
  });
  const lines = stderr.split("\n");
  return {
    status,
    stdout,
    stderr: lines.filter((line) => !line.startsWith("compiled ")).join("\n"),
    modules: lines.flatMap((line) => (line.startsWith("compiled ") ? [path.basename(line)] : [])),
  };
}
