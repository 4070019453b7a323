// Bundles the page of the HTML report (packages/core/page) into a module of strings, which the library puts into each
// report: packages/core/src/report/html/page-assets.js, and the same beside the library's own output.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { licencesOf } from "./licences.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const page = join(root, "packages/core/page");

const bundle = await rolldown({ cwd: root, input: join(page, "main.ts"), platform: "browser" });
const { output } = await bundle.generate({ format: "esm", codeSplitting: false, minify: true });
await bundle.close();
if (output.length !== 1) throw new Error(`the page is ${output.length} files and must be one`);

// Nothing in it may end the element that it stands in.
const script = output[0].code.trim().replaceAll(/<(?=\/script|!--)/gi, String.raw`\x3c`);
const style = readFileSync(join(page, "style.css"), "utf8").trim();
if (/<\/style/i.test(style)) throw new Error("the style sheet ends its own element");
const hash = (text) => createHash("sha256").update(text).digest("base64");
const assets = { script, scriptHash: hash(script), style, styleHash: hash(style) };
const text = Object.entries(assets)
  .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};\n`)
  .join("");
for (const directory of ["src", "dist"]) {
  const file = join(root, "packages/core", directory, "report/html/page-assets.js");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
writeFileSync(join(root, "packages/core/dist/report/html/LICENSES.txt"), licencesOf(output));
