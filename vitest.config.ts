import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source", "node", "import", "default"], externalConditions: ["source", "node"] } },
  test: { globalSetup: ["test/services/global-setup.ts"], include: ["test/**/*.test.ts"], exclude: ["**/node_modules/**", "test/golden/**"], pool: "forks", testTimeout: 300_000, hookTimeout: 300_000, expect: { poll: { timeout: 60_000 } } },
});
