/** Whatever became of what they read, refreshed views hold what their SQL gives anew. NEURALAKE_TORTURE=1 does more; NEURALAKE_SEED repeats one. */
import { rm } from "node:fs/promises";
import { expect, test } from "vitest";
import type { Lake } from "../../../runtime/lake.ts";
import { below, chance, oneOf, randomOf } from "../../random.ts";
import type { Random } from "../../random.ts";
import { newDirectory } from "../query/fixture.ts";
import { openViews, rowTexts, viewCatalog, views } from "./refresh-views.ts";

const isLong = process.env["NEURALAKE_TORTURE"] === "1";
const onlySeed = Number(process.env["NEURALAKE_SEED"] ?? Number.NaN);
const seeds = Array.from({ length: isLong ? 60 : 1 }, (_, k) => k + 1).filter((seed) => Number.isNaN(onlySeed) || seed === onlySeed);
const rounds = isLong ? 40 : 4;

const key = (random: Random): string | null => (chance(random, 0.15) ? null : oneOf(random, ["x", "y", "z", "w"]));
const aRow = (random: Random) => ({
  id: BigInt(below(random, 1_000)), k: key(random), n: chance(random, 0.1) ? null : below(random, 20) - 5, x: oneOf(random, [null, 0.1, -2.5, Number.NaN, 1e300]), d: chance(random, 0.1) ? null : `${below(random, 500) - 250}.${10 + below(random, 89)}`,
});
const bRow = (random: Random) => ({ k: key(random), w: below(random, 9) });
const some = <T>(random: Random, make: (random: Random) => T): T[] => Array.from({ length: 1 + below(random, 4) }, () => make(random));

type Act = (lake: Lake, random: Random) => Promise<unknown>;
const appendA: Act = (lake, random) => lake.append("d.a", some(random, aRow));
/** Appends more often than the rest, since only they are refreshed in part. */
const acts: readonly Act[] = [
  appendA, appendA, appendA, appendA, appendA,
  (lake, random) => lake.append("d.b", some(random, bRow)),
  (lake, random) => lake.deleteRows("d.a", `id % 7 = ${below(random, 7)}`),
  (lake, random) => lake.updateRows("d.a", [{ column: "n", sql: `n + ${below(random, 5)}` }], `id % 5 = ${below(random, 5)}`),
  (lake, random) => lake.mergeRows("d.b", { rows: [{ k: oneOf(random, ["x", "y"]), w: 99 }] }, { on: ["k"], matched: [{ update: "all" }], notMatched: [{ insert: "all" }] }),
  (lake, random) => lake.upkeep.compact(oneOf(random, ["d.a", "d.b", "m.picked", "m.sums"])),
  (lake) => lake.upkeep.checkpoint("m.sums"),
];

test.each(seeds)("seed %i", { timeout: 600_000 }, async (seed) => {
  const random = randomOf(seed);
  const directory = await newDirectory();
  await using lake = await openViews(directory, viewCatalog());
  for (const table of lake.stored) await lake.create(`${table.database}.${table.name}`);
  const modes = new Map<string, number>();
  for (let round = 0; round < rounds; round += 1) {
    const done = below(random, 3);
    // The first rounds are sure to have rows that are new alone.
    await Promise.all(round < 2 ? [appendA(lake, random)] : []);
    for (let k = 0; round > 1 && k < done; k += 1) await oneOf(random, acts)(lake, random);
    for (const name of lake.materialized) {
      const { mode } = await lake.refresh(name);
      modes.set(`${name.slice(2)} ${mode}`, (modes.get(`${name.slice(2)} ${mode}`) ?? 0) + 1);
    }
    for (const name of Object.keys(views)) expect([seed, round, name, await rowTexts(lake, `SELECT * FROM m.${name}`)]).toEqual([seed, round, name, await rowTexts(lake, `SELECT * FROM now.${name}`)]);
  }
  for (const name of ["picked", "joined", "through", "sums", "total", "names"]) expect([name, modes.get(`${name} incremental`)]).toEqual([name, expect.any(Number)]);
  for (const name of ["mean", "first"]) expect([name, modes.get(`${name} incremental`)]).toEqual([name, undefined]);
  await rm(directory, { recursive: true });
});
