import { defineConfig } from "vitest/config";

// The tests run on the sources: the `@npa/source` export condition needs no build.
const conditions = ["@npa/source", "module", "node", "development|production"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["packages/*/test/**/*.test.ts", "test/**/*.test.ts"],
    exclude: ["**/node_modules/**", "test/conformance/**"],
    setupFiles: ["./test/setup/seed.ts"],
    // Files of one worker share their modules, which are loaded and compiled once: no test replaces a module or leaves state in one.
    isolate: false,
    // Every core: by itself vitest leaves one free, which of two is half.
    maxWorkers: "100%",
    testTimeout: 60_000,
  },
});
