/**
 * Each operation on a disk that fails at any of its calls, is full, or fails once it has done what was asked: the table is as it was or as it was to be, whoever is
 * told of a failure may try again, and what is left behind a vacuum takes. NEURALAKE_TORTURE=1 fails at every call.
 */
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { openEngine } from "../../../runtime/query/engine.ts";
import type { Engine } from "../../../runtime/query/engine.ts";
import { openFiles } from "../../../runtime/storage/files.ts";
import { Failure } from "../../../runtime/values/failure.ts";
import { watchFileSystem } from "./fs-steps.ts";
import { checkEnd } from "./operation-end.ts";
import type { Ended } from "./operation-end.ts";
import { location } from "./rides.ts";
import { prepareTable, tableOperations } from "./table-operations.ts";
import type { TableOperation } from "./table-operations.ts";

const isLong = process.env["NEURALAKE_TORTURE"] === "1";
const faultsEach = isLong ? Number.POSITIVE_INFINITY : 3;

let happen: (at: string) => void = () => undefined;
watchFileSystem((at) => happen(at));

/** A handle that this test takes away, or leaves open, is one that nobody can close. */
const canFail = (at: string): boolean => !/ close$|^behind open$/.test(at);

let folder: string;
let engine: Engine;
let roots = 0;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "operation-faults-"));
  await mkdir(path.join(folder, "engine"));
  engine = await openEngine({ readable: [folder], temporary: path.join(folder, "engine") });
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

/** The operation on a copy of a table, during which something happens; its root, and how it ended. */
async function run(operation: TableOperation, template: string, during: (at: string) => void): Promise<{ readonly root: string; readonly ended: Ended }> {
  const root = path.join(folder, `lake-${(roots += 1)}`);
  await cp(template, root, { recursive: true });
  const store = openFiles(root);
  const base = await readSnapshot(store, location);
  happen = during;
  try {
    await operation.act({ store, base, engine });
    return { root, ended: "done" };
  } catch (error) {
    if (error instanceof Failure) return { root, ended: error };
    throw error;
  } finally {
    happen = () => undefined;
  }
}

/** Some from one end to the other, or all. */
const spread = <T>(items: readonly T[], count: number): readonly T[] => (items.length <= count ? items : Array.from({ length: count }, (_, k) => items[Math.round((k * (items.length - 1)) / (count - 1))] as T));

test.each(tableOperations.map((operation) => [operation.name, operation] as const))("%s, of which any call fails, leaves the table as it was or as it was to be", { timeout: isLong ? 3_600_000 : 300_000 }, async (name, operation) => {
  const template = path.join(folder, `template-${name}`);
  await prepareTable(openFiles(template), engine, operation.properties);
  const steps: string[] = [];
  const whole = await run(operation, template, (at) => void steps.push(at));
  expect(await checkEnd(operation, { store: openFiles(whole.root), engine, ended: whole.ended, what: name })).toBe("after");
  const counts = { done: 0, failed: 0, unknown: 0, after: 0 };
  const faults = ["ENOSPC", "EIO"].flatMap((code) => steps.map((step, index) => ({ code, step, nth: steps.slice(0, index + 1).filter((at) => at === step).length }))).filter(({ step }) => canFail(step));
  for (const { code, step, nth } of spread(faults, faultsEach)) {
    let seen = 0;
    const { root, ended } = await run(operation, template, (at) => {
      if (at === step && (seen += 1) === nth) throw Object.assign(new Error(`${code}: a fault that a test asked for`), { code });
    });
    const stands = await checkEnd(operation, { store: openFiles(root), engine, ended, what: `${name}, ${code} ${step} ${nth}: ${ended instanceof Failure ? ended.message : String(ended)}` });
    counts[ended === "done" ? "done" : ended instanceof Failure && ended.code === "COMMIT_UNKNOWN" ? "unknown" : "failed"] += 1;
    counts.after += stands === "after" ? 1 : 0;
    await rm(root, { recursive: true });
  }
  console.log(JSON.stringify({ faults: "files", operation: name, steps: steps.length, ...counts }));
  expect(counts.failed + counts.unknown).toBeGreaterThan(0);
});
