#!/usr/bin/env node
// npa as a plugin of kubectl, which runs this for `kubectl npa ARGS` when it is on the PATH.
require("./start.js")("kubectl npa");
