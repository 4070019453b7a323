import { chmodSync, writeFileSync } from "node:fs";
import path from "node:path";
import { directoryOf } from "./run.ts";

/**
 * Behaves as `helm template RELEASE CHART` does, as far as npa relies on it: each template of the chart after `---` and
 * `# Source: CHART/templates/FILE`, with values from `--set` and `--values`; failures on stderr with exit 1.
 */
const script = String.raw`#!/usr/bin/env node
const fs = require("node:fs"), path = require("node:path");
const [command, release, chart, ...flags] = process.argv.slice(2);
if (command !== "template") process.exit(64);
const values = {};
let namespace = "default";
for (const flag of flags) {
  const [, name, value] = /^--([a-z]+)=(.*)$/s.exec(flag) ?? [];
  if (name === "values") for (const line of fs.readFileSync(value, "utf8").split("\n")) { const [k, v] = line.split(": "); values[k] = v; }
  else if (name === "set") values[value.slice(0, value.indexOf("="))] = value.slice(value.indexOf("=") + 1);
  else if (name === "namespace") namespace = value;
  else process.exit(64);
}
if (values.sleep) setTimeout(() => {}, 60_000);
else {
  const name = /^name: (.*)$/m.exec(fs.readFileSync(path.join(chart, "Chart.yaml"), "utf8"))[1];
  let out = "";
  for (const file of fs.readdirSync(path.join(chart, "templates"), { recursive: true }).sort()) {
    if (!file.endsWith(".yaml")) continue;
    const text = fs.readFileSync(path.join(chart, "templates", file), "utf8").replace(/^\{\{-? *(?:if|end).*\}\}\n/gm, "").replace(/\{\{-? *([.\w]+) *-?\}\}/g, (_, key) => {
      if (key === ".Release.Name") return release;
      if (key === ".Release.Namespace") return namespace;
      const value = values[key.slice(".Values.".length)];
      if (value === undefined) { process.stderr.write("Error: execution error at (" + name + "/templates/" + file + "): " + key + " is required\n\nUse --debug flag\n"); process.exit(1); }
      return value;
    });
    out += "---\n# Source: " + name + "/templates/" + file + "\n" + text;
  }
  process.stdout.write(out);
}
`;

/** A PATH with such a helm and nothing else but what runs it. */
export function pathWithHelm(): Readonly<Record<string, string>> {
  return pathWith("helm", script);
}

/** A PATH with one program. */
export function pathWith(name: string, text: string): Readonly<Record<string, string>> {
  const directory = directoryOf({});
  const file = path.join(directory, name);
  writeFileSync(file, text);
  chmodSync(file, 0o755);
  return { PATH: [directory, path.dirname(process.execPath), "/usr/bin", "/bin"].join(path.delimiter) };
}
