/** Nothing is lost and nothing doubled while writers, compactor and broker are killed. `npm run torture` does the same with the numbers of the issue. */
import { afterEach, expect, test, vi } from "vitest";
import { awsEnvironment, makeBucket } from "../../services/s3-server.ts";
import { withOwnServices, withServices } from "../../services/with-services.ts";
import { startKafka } from "../../services/kafka.ts";
import { runKills } from "./kill-run.ts";
import type { KillCounts, KillOptions } from "./kill-run.ts";

const torture = process.env["NEURALAKE_TORTURE"] === "1";
const timeout = torture ? 3_600_000 : 300_000;

afterEach(() => void vi.unstubAllEnvs());

async function killed(options: KillOptions): Promise<void> {
  const counts = await runKills(options);
  console.log(JSON.stringify({ kills: options.root === undefined ? "files" : "s3", ...counts }));
  expectWhole(counts, options);
}

function expectWhole(counts: KillCounts, { messages, kills }: KillOptions): void {
  expect(counts).toMatchObject({ rows: counts.good, dead: counts.bad, missing: 0, twice: 0, misplaced: 0, unsent: 0, brokerKills: 2 });
  expect(counts.writerKills + counts.compactorKills).toBe(kills);
  expect(counts.epochs).toBeGreaterThan(4);
  expect(counts.good).toBeGreaterThanOrEqual(messages * 0.99);
  expect(counts.bad).toBeGreaterThanOrEqual(messages * 0.01);
}

await withOwnServices(["kafka"], "on local files", ({ kafka: start }) => {
  test("each good message is in the table once, each bad one in the dead table once, whoever is killed", async () => {
    const kafka = await start();
    try {
      await killed({ kafka, messages: torture ? 200_000 : 10_000, kills: torture ? 30 : 3, livesMs: torture ? 2_000 : 500 });
    } finally {
      await kafka.stop();
    }
  }, timeout);
});

await withServices(["kafka", "minio"], "on S3", ({ minio }) => {
  test("each good message is in the table once, each bad one in the dead table once, whoever is killed", async () => {
    const kafka = await startKafka();
    try {
      const bucket = await makeBucket(minio, "kills");
      for (const [name, value] of Object.entries(awsEnvironment(minio))) vi.stubEnv(name, value);
      await killed({ kafka, messages: torture ? 200_000 : 5_000, kills: torture ? 10 : 3, livesMs: torture ? 2_000 : 500, root: `s3://${bucket}/lake`, env: awsEnvironment(minio) });
    } finally {
      await kafka.stop();
    }
  }, timeout);
});
