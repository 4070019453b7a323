import { defineConfig } from "vitest/config";
import base from "./vitest.config.ts";

/** The same laws as `npm test` with far more random clusters: minutes, not seconds. */
export default defineConfig({ ...base, test: { ...base.test, include: ["test/soak/**/*.test.ts"], exclude: ["**/node_modules/**"], testTimeout: 3_600_000 } });
