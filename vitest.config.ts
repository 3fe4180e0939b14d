import { availableParallelism, totalmem } from "node:os";
import { defineConfig } from "vitest/config";

/**
 * Test files at once. Many of them wait most of the time, for a server or for a process that was killed, so there are two also on one processor; each takes up to 1 GB with its
 * children, beside 3 GB of Spark, Kafka, S3 servers and a browser that all share. More than six would only queue before the one Spark.
 */
const filesAtOnce = Math.max(2, Math.min(6, availableParallelism(), Math.floor(totalmem() / 2 ** 30) - 3));

export default defineConfig({
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source", "node"], externalConditions: ["source", "node"] } },
  test: { globalSetup: ["test/services/global-setup.ts"], include: ["test/**/*.test.ts"], exclude: ["**/node_modules/**", "test/golden/**"], pool: "forks", maxWorkers: filesAtOnce, testTimeout: 300_000, hookTimeout: 300_000, expect: { poll: { timeout: 60_000 } } },
});
