import { defineConfig } from "vitest/config";

// The tests run on the sources: the `@npa/source` export condition needs no build.
const conditions = ["@npa/source", "module", "node", "development|production"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["packages/*/test/**/*.test.ts", "test/**/*.test.ts"],
    exclude: ["**/node_modules/**", "test/conformance/**", "test/soak/**"],
    setupFiles: ["./test/setup/seed.ts"],
    // Every core: by itself vitest leaves one free, which of two is half.
    maxWorkers: "100%",
    testTimeout: 60_000,
  },
});
