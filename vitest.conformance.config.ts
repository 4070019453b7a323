import { defineConfig } from "vitest/config";
import base from "./vitest.config.ts";

/** Other tools' cases with known answers, read from ../shared/corpus where it exists. */
export default defineConfig({
  ...base,
  test: { ...base.test, include: ["test/conformance/**/*.test.ts"], exclude: ["**/node_modules/**"] },
});
