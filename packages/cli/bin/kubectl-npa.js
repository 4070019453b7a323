#!/usr/bin/env node
// npa as kubectl's plugin: kubectl runs this for `kubectl npa ARGS` when it is on the PATH.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`npa needs Node 20.19 or later; this is Node ${process.versions.node}\n`);
  process.exitCode = 2;
} else {
  void import("../dist/process-io.js").then(({ runProcess }) => runProcess("kubectl npa"));
}
