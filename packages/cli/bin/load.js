// Loads the bundle with what V8 compiled of it when it was built (scripts/code-cache.mjs), where the running Node can use
// that: most of the time of a short run is compiling. Without it everything works the same. Nothing is written.
const { isAscii } = require("node:buffer");
const { existsSync, readFileSync } = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const v8 = require("node:v8");
const { Script } = require("node:vm");

// Node 20 optimizes functions so early that in a run of seconds a third of the processor's time goes there, and much of that
// twice, when the guess was wrong. What runs for long is still optimized. Later versions wait by themselves (and do not know
// this flag). Here, for all that is loaded and for what makes the caches: V8 takes a cache only under the flags it was made with.
if (process.versions.node.startsWith("20.")) v8.setFlagsFromString("--interrupt-budget=1000000");

/** Where the caches for the running V8 are, one file for each of some commands: V8 takes only what its own version made. */
exports.cacheDirectory = (bundle) => path.join(bundle, `cache-${process.versions.v8}-${process.arch}`);

/** The entry of a bundle, for a command: with its cache where there is one, else as Node loads modules. */
exports.load = function load(bundle, command) {
  const cache = ["can", "list"].includes(command) ? command : "analyze";
  const file = path.join(exports.cacheDirectory(bundle), cache);
  if (existsSync(file)) return loader(bundle, readCache(readFileSync(file)))("./npa.cjs");
  // Node 22 and later keep what they compiled in the directory for temporary files; NODE_DISABLE_COMPILE_CACHE=1 turns it off.
  Module.enableCompileCache?.();
  return require(path.join(bundle, "npa.cjs"));
};

exports.loader = loader;

/**
 * What loads the chunks of a bundle. A chunk requires other chunks (`./name`) and modules of Node, nothing else. V8 refuses
 * a cache that it cannot use, and compiles the source then. `scripts` gets what was compiled, by the chunk's name.
 */
function loader(bundle, caches, scripts = new Map()) {
  const loaded = new Map();
  return function requireChunk(id) {
    if (!id.startsWith("./")) return require(id);
    const known = loaded.get(id);
    if (known !== undefined) return known.exports;
    const chunk = { exports: {} };
    loaded.set(id, chunk);
    const filename = path.join(bundle, id);
    const source = Module.wrap(textOf(readFileSync(filename)));
    const script = new Script(source, { filename, cachedData: caches.get(id) });
    scripts.set(id, script);
    script.runInThisContext()(chunk.exports, requireChunk, chunk, filename, bundle);
    return chunk.exports;
  };
}

/** V8 reads a text of one byte per letter faster; the build writes most chunks so. */
function textOf(bytes) {
  return bytes.toString(isAscii(bytes) ? "latin1" : "utf8");
}

/** A file of caches: a line of JSON, which is the chunks with the lengths of their caches, and then the caches. */
function readCache(bytes) {
  let at = bytes.indexOf("\n") + 1;
  const lengths = Object.entries(JSON.parse(bytes.toString("latin1", 0, at)));
  return new Map(lengths.map(([id, length]) => [id, bytes.subarray(at, (at += length))]));
}
