// Starts npa: says what is wrong when Node is too old to even parse the rest, otherwise hands over to the bundle.
// CommonJS, because that is what Node starts fastest; what only prints the version loads nothing else.
const { statSync } = require("node:fs");
const path = require("node:path");

module.exports = function start(program) {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    process.stderr.write(`npa needs Node 20.19 or later; this is Node ${process.versions.node}\n`);
    process.exitCode = 2;
    return;
  }
  const [first, ...more] = process.argv.slice(2);
  if (more.length === 0 && (first === "--version" || first === "-V")) {
    process.stdout.write(`${require("../package.json").version}\n`);
    return;
  }
  entry().then(
    ({ runProcess }) => runProcess(program),
    (error) => {
      process.stderr.write(`npa is not fully installed (in a checkout: npm run build): ${error}\n`);
      process.exitCode = 3;
    },
  );
};

async function entry() {
  const bundle = path.join(__dirname, "../bundle");
  const built = ["../dist", "../../core/dist", "../../core/dist/load"].map((each) =>
    age(`${each}/tsconfig.tsbuildinfo`),
  );
  if (Math.max(...built) > age("../bundle/npa.cjs")) return import("../dist/process-io.js");
  return require("./load.js").load(bundle, process.argv[2]);
}

function age(file) {
  return statSync(path.join(__dirname, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
