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
    testTimeout: 60_000,
  },
});
