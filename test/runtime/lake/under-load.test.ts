/**
 * A table evolves while two processes append to it and twenty queries a second read it: a column is added with a value for older rows, one
 * renamed, one widened. No query fails, no row is lost or doubled, and older versions read as they were.
 */
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Lake } from "../../../runtime/lake.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { onEveryStore } from "../../stores.ts";
import { applyPlan, column, newRoot, openAt, rowsOf, trips } from "./evolving-lake.ts";

const id = column("id", "int64");
const note = column("note", "text", { nullable: true });
const catalogs = [
  trips([id, column("fee", "int32"), note]),
  trips([id, column("fee", "int32"), note, column("seats", "int8", { initially: 4 })]),
  trips([id, column("fare", "int32", { was: "fee" }), note, column("seats", "int8")]),
  trips([id, column("fare", "int64"), note, column("seats", "int32")]),
];
/** Rows that must come between two changes. */
const rowsBetween = process.env["NEURALAKE_TORTURE"] === "1" ? 25 : 10;

/** Appends one row a commit until `stop` is there, under whichever catalog the table fits; prints how many were taken. */
function appender(root: string, project: string, writer: number): { readonly taken: Promise<number>; kill(): void } {
  const at = (file: string): string => JSON.stringify(new URL(`../../../runtime/${file}`, import.meta.url).href);
  const script = `
    import { existsSync } from "node:fs";
    import { openLake } from ${at("lake.ts")};
    import { setTimeout as wait } from "node:timers/promises";
    const catalogs = ${JSON.stringify(catalogs)};
    const lakes = await Promise.all(catalogs.map((catalog) => openLake({ catalog, root: ${JSON.stringify(root)}, project: ${JSON.stringify(project)} })));
    let [taken, at] = [0, 0];
    while (!existsSync(${JSON.stringify(path.join(project, "stop"))})) {
      const values = { id: BigInt(${writer} * 1_000_000 + taken), fee: at, fare: at === 3 ? 9_007_199_254_740_993n : at, note: "by " + ${writer}, seats: 1 };
      const columns = catalogs[at].databases[0].tables[0].columns;
      try {
        await lakes[at].append("rides.trips", [Object.fromEntries(columns.map(({ name }) => [name, values[name]]))]);
        taken += 1;
        await wait(150);
      } catch (error) {
        if (error.code === "SCHEMA_DIFFERS") at = (at + 1) % catalogs.length;
        else if (error.code !== "COMMIT_CONFLICT") throw error;
      }
    }
    console.log(taken);
    process.exit(0);`;
  const child = spawn(process.execPath, ["-C", "source", "--input-type=module-typescript", "-e", script], { env: { ...process.env, TMPDIR: project }, stdio: ["ignore", "pipe", "inherit"] });
  const printed = text(child.stdout);
  const ended = new Promise<number | null>((resolve, reject) => child.once("exit", resolve).once("error", reject));
  const taken = ended.then(async (code) => {
    if (code !== 0) throw new Error(`an appender ended with ${code}`);
    return Number(await printed);
  });
  // Who is killed is not asked.
  taken.catch(() => undefined);
  return { taken, kill: () => void child.kill("SIGKILL") };
}

/** Twenty queries a second until the signal; each sees every row once. What goes wrong is told at the end, with how many there were. */
async function ask(lake: Lake, signal: AbortSignal): Promise<{ readonly queries: number; readonly wrong: readonly unknown[] }> {
  const asking = new Set<Promise<void>>();
  const wrong: unknown[] = [];
  let queries = 0;
  for (; !signal.aborted; await wait(50)) {
    // A machine that is too slow for twenty is asked fewer.
    if (asking.size >= 4) continue;
    queries += 2;
    const one: Promise<void> = askOnce(lake).catch((error: unknown) => void wrong.push(error)).finally(() => void asking.delete(one));
    asking.add(one);
    await wait(50);
  }
  await Promise.all(asking);
  return { queries, wrong };
}

async function askOnce(lake: Lake): Promise<void> {
  const [now] = await rowsOf(lake, "SELECT count(*) AS n, count(DISTINCT id) AS ids, count(*) FILTER (note IS NOT NULL) AS noted FROM rides.trips");
  expect([now?.["ids"], now?.["noted"]]).toEqual([now?.["n"], now?.["n"]]);
  // More may have come since they were counted.
  expect((await rowsOf(lake, "SELECT * FROM rides.trips WHERE note LIKE 'by%' ORDER BY id LIMIT 3")).length).toBeGreaterThanOrEqual(Math.min(3, Number(now?.["n"])));
}

const countOf = async (lake: Lake): Promise<number> => Number((await rowsOf(lake, "SELECT count(*) AS n FROM rides.trips"))[0]?.["n"]);

/** Waits for rows to come; a minute without is an error. */
async function untilMore(lake: Lake): Promise<void> {
  const from = await countOf(lake);
  const until = Date.now() + 60_000;
  while ((await countOf(lake)) < from + rowsBetween) {
    if (Date.now() > until) throw new Error("no rows come any more");
    await wait(50);
  }
}

await onEveryStore((site) => {
  let root: string;
  let project: string;
  let remove: () => Promise<void>;
  let lakes: readonly Lake[] = [];
  let appenders: readonly ReturnType<typeof appender>[] = [];

  beforeEach(async () => {
    ({ root: project, remove } = await newRoot());
    root = site.newRoot(project);
    lakes = await Promise.all(catalogs.map((catalog) => openAt(root, catalog, project)));
  });

  afterEach(async () => {
    for (const one of appenders) one.kill();
    for (const lake of lakes) await lake.close();
    await remove();
  });

  test("two processes append and queries read while a column is added, one renamed, one widened", { timeout: 900_000 }, async () => {
    const [first, , , last] = lakes;
    if (first === undefined || last === undefined) throw new Error("no lakes");
    await applyPlan(first);
    appenders = [appender(root, project, 1), appender(root, project, 2)];
    const stop = new AbortController();
    const asked = ask(first, stop.signal);
    const before: { readonly version: number; readonly rows: readonly Row[] }[] = [];
    const kinds: string[][] = [];
    for (const lake of lakes) {
      await untilMore(first);
      const [{ version = 0 } = {}] = await lake.kept();
      before.push({ version, rows: await rowsOf(lake, "SELECT * FROM rides.trips ORDER BY id", { version }) });
      kinds.push((await applyPlan(lake)).map(({ kind }) => kind));
    }
    await untilMore(first);
    stop.abort();
    const { queries, wrong } = await asked;
    expect([kinds, wrong]).toEqual([[[], ["add-column"], ["rename-column"], ["widen-column", "widen-column"]], []]);
    expect(queries).toBeGreaterThan(20);
    await writeFile(path.join(project, "stop"), "");
    const taken = await Promise.all(appenders.map((one) => one.taken));
    console.log(`queries: ${queries}, failed: 0; rows appended: ${taken.join(" + ")}`);

    const rows = await rowsOf(last, "SELECT * FROM rides.trips ORDER BY id");
    expect(rows.map((row) => row["id"])).toEqual([1, 2].flatMap((writer) => Array.from({ length: taken[writer - 1] ?? 0 }, (_, k) => BigInt(writer * 1_000_000 + k))));
    // Who appended before there were seats had four, in files that were written anew; rows came under every catalog.
    expect([...new Set(rows.map((row) => `${String(row["fare"])} ${String(row["seats"])}`))].toSorted()).toEqual(["0 4", "1 1", "2 1", "9007199254740993 1"]);
    for (const { version, rows: then } of before) expect([version, await rowsOf(last, "SELECT * FROM rides.trips ORDER BY id", { version })]).toEqual([version, then]);
  });
});
