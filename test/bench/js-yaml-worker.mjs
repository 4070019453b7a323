// Loads every document of a file with js-yaml and does nothing with them: what whole answers of npa are compared with.
import { readFileSync } from "node:fs";
import { loadAll } from "js-yaml";

loadAll(readFileSync(process.argv[2], "utf8"));
