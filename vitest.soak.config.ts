import { defineConfig } from "vitest/config";
import base from "./vitest.config.ts";

const { NPA_PROPERTY_RUNS = "50000", NPA_SEED = "random" } = process.env;

/**
 * The laws of `npm test` with a hundred times the random clusters, and new ones: minutes, not seconds. `NPA_SEED` and
 * `NPA_PROPERTY_RUNS` repeat a failure.
 */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ["test/property/**/*.test.ts", "packages/core/test/kubectl/*.test.ts"],
    env: { NPA_PROPERTY_RUNS, NPA_SEED },
    testTimeout: 3_600_000,
  },
});
