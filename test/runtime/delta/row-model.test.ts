/**
 * Operations of all kinds at random, on tables of any columns and properties, against rows in memory: after each the newest version, and at the end every version,
 * holds what the model held then, and the change feed tells what became of each row. NEURALAKE_TORTURE=1 makes 20,000 operations in sequences of 50; NEURALAKE_SEED repeats one, or some (17..40).
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openEngine } from "../../../runtime/query/engine.ts";
import type { Engine } from "../../../runtime/query/engine.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import { onStores, type StoreKind } from "../../stores.ts";
import { oneOf, randomOf } from "../../random.ts";
import { operations } from "./model-operations.ts";
import { checkAll, checkNewest, newModel } from "./model-table.ts";

const isLong = process.env["NEURALAKE_TORTURE"] === "1";
/** Tables on each store, and how often each is changed. */
const tables: { readonly [Kind in StoreKind]: number } = isLong ? { files: 280, S3: 60, "S3 on versitygw": 30, "S3 with DynamoDB": 30 } : { files: 14, S3: 3, "S3 on versitygw": 2, "S3 with DynamoDB": 2 };
const changes = isLong ? 50 : 18;
/** Of the first table on a store, whose others follow. */
const firstSeed: { readonly [Kind in StoreKind]: number } = { files: 1, S3: 10_001, "S3 on versitygw": 20_001, "S3 with DynamoDB": 30_001 };
/** `17`, or `17..40`. */
const [fromSeed, toSeed = fromSeed] = process.env["NEURALAKE_SEED"]?.split("..").map(Number) ?? [];

const drawn = operations.flatMap(([name, times, act]) => Array.from({ length: times }, () => ({ name, act })));

const first = drawn[0] as (typeof drawn)[number];

let folder: string;
beforeAll(async () => { folder = await mkdtemp(path.join(tmpdir(), "model-")); });
afterAll(() => rm(folder, { recursive: true }));

await onStores(["files", "S3", "S3 on versitygw", "S3 with DynamoDB"], (site) => {
  const count = tables[site.kind];
  const seeds = Array.from({ length: count }, (_, k) => firstSeed[site.kind] + k).filter((seed) => fromSeed === undefined || toSeed === undefined || (seed >= fromSeed && seed <= toSeed));

  test.skipIf(seeds.length === 0)(`${count} tables, each changed ${changes} times at random, hold what a model holds`, { timeout: isLong ? 7_200_000 : 300_000 }, async () => {
    const store = site.open(site.newRoot(folder), folder);
    const temporary = path.join(folder, "engine", site.kind);
    await mkdir(temporary, { recursive: true });
    await mkdir(store.local, { recursive: true });
    const engine = await openEngine({ readable: [store.local], temporary });
    const counts: { [operation: string]: number } = {};
    const failures: Error[] = [];
    let versions = 0;
    try {
      for (const seed of seeds) {
        await sequence(seed, { store, engine, counts }).then((read) => { versions += read; }, (error: unknown) => failures.push(error as Error));
      }
    } finally {
      await engine.close();
    }
    console.log(JSON.stringify({ model: site.kind, tables: seeds.length, operations: Object.values(counts).reduce((sum, each) => sum + each, 0), versions, ...counts }));
    if (failures.length > 0) throw new AggregateError(failures, failures.map(({ message, cause }) => `${message}\n${cause instanceof Error ? `${cause.message}\n${cause.cause instanceof Error ? cause.cause.stack : cause.stack}` : ""}`).join("\n\n"));
    if (seeds.length === count && count > 10) expect(Object.keys(counts).toSorted()).toEqual(operations.map(([name]) => name).toSorted());
  });
});

interface Around { readonly store: Store; readonly engine: Engine; readonly counts: { [operation: string]: number } }

/** One table and what becomes of it; how many of its versions were read. */
async function sequence(seed: number, { store, engine, counts }: Around): Promise<number> {
  const random = randomOf(seed);
  let places = 0;
  const model = await newModel(random, engine, () => ({ store, location: `${seed}/table-${(places += 1)}` }));
  const done: string[] = [];
  try {
    for (let k = 0; k < changes; k++) {
      const { name, act } = k === 0 ? first : oneOf(random, drawn);
      counts[name] = (counts[name] ?? 0) + 1;
      done.push(`${name}?`);
      done[k] = await act(model);
      await checkNewest(model, `seed ${seed}, operation ${k + 1}`);
    }
    return await checkAll(model, `seed ${seed}`);
  } catch (error) {
    throw new Error(`Seed ${seed} (NEURALAKE_SEED=${seed} repeats it), ${JSON.stringify(model.snapshot.metadata.configuration)}, partitioned by ${model.snapshot.partitionColumns.join(", ")}:\n${done.map((what, k) => `  ${k + 1}: ${what}`).join("\n")}`, { cause: error });
  }
}
