import { defineConfig } from "vitest/config";
import base from "./vitest.config.ts";

/** The laws of `npm test` with a hundred times the random clusters: minutes, not seconds. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ["test/property/**/*.test.ts", "packages/core/test/kubectl/*.test.ts"],
    env: { NPA_PROPERTY_RUNS: "50000", NPA_SEED: "random" },
    testTimeout: 3_600_000,
  },
});
