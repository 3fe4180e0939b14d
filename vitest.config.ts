import { availableParallelism, tmpdir, totalmem } from "node:os";
import path from "node:path";
import { defineConfig } from "vitest/config";
import type { TestProjectConfiguration } from "vitest/config";

/**
 * Test files at once. Many of them wait, for a disk, for a server or for a process that was killed, so there is one more than there are processors; each takes up to 1 GB with its
 * children, beside 3 GB of Spark, Kafka, S3 servers and a browser that all share. More than six would only queue before the one Spark.
 */
const filesAtOnce = Math.max(2, Math.min(6, availableParallelism() + 1, Math.floor(totalmem() / 2 ** 30) - 3));

/** Rooms whose files follow each other in the same few processes: what a file imports is there already for the next, as are TypeScript's own files, parsed. What a test changes in its process, it changes back. */
const rooms = { compiler: ["test/compiler/**/*.test.ts"], delta: ["test/runtime/delta/**/*.test.ts"], runtime: ["test/runtime/!(delta|ingest)/**/*.test.ts", "test/runtime/*.test.ts"] };

/** All others, whose tests mostly start other processes. Each file has a process of its own, and they begin: among them are those that take longest. */
const others = { include: ["test/**/*.test.ts"], exclude: Object.values(rooms).flat() };

/** What Node compiled once for a process that a test starts, it has for the next, also where a test gives it a temporary folder of its own. It is where the command keeps it. */
const env = { NODE_COMPILE_CACHE: path.join(tmpdir(), "node-compile-cache") };

const project = (name: string, isolate: boolean, include: string[], exclude: string[] = []): TestProjectConfiguration => ({
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source", "node"], externalConditions: ["source", "node"] } },
  test: { name, isolate, include, exclude: ["**/node_modules/**", "test/golden/**", ...exclude], pool: "forks", env, testTimeout: 300_000, hookTimeout: 300_000, expect: { poll: { timeout: 180_000 } } },
});

// Projects start in order of their names, and in each the largest file first.
export default defineConfig({
  test: {
    globalSetup: ["test/services/global-setup.ts"],
    maxWorkers: filesAtOnce,
    projects: [project("alone", true, others.include, others.exclude), project("compiler", false, rooms.compiler), project("delta", false, rooms.delta), project("runtime", false, rooms.runtime)],
  },
});
