/**
 * Damage at random: a byte, a run of bytes or a line of a log, a checkpoint, a sidecar, a hint or a deletion vector is changed, and the table read.
 * It ends in a Failure, or in rows; where the damage can be told (a hint, a sum, text that is no JSON) the rows are the right ones. NEURALAKE_TORTURE=1 makes it many.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readable } from "../../../runtime/delta/snapshot/read.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { readRows } from "../../../runtime/parquet/arrow-rows.ts";
import type { QueryContext } from "../../../runtime/query/context.ts";
import { runQuery } from "../../../runtime/query/query.ts";
import { Failure } from "../../../runtime/values/failure.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { catalogOf, table as declared } from "../query/fixture.ts";
import { below, randomOf } from "../../random.ts";
import { buildTable, logName, metaData, protocol } from "./log-builder.ts";
import type { BuiltTable } from "./log-builder.ts";
import { logStates } from "./log-states.ts";
import { encodeZ85, inlineVector, vectorFile } from "./roaring-writer.ts";

const rounds = process.env["NEURALAKE_TORTURE"] === "1" ? 10_000 : 400;
const seed = Number(process.env["NEURALAKE_SEED"] ?? 20_261);

const uuid = "11111111-2222-3333-4444-555555555555";
const vectorName = `deletion_vector_${uuid}.bin`;
const states = ["commits alone", "a classic checkpoint, the log cleaned behind it", "a second-form checkpoint in JSON with sidecars", "a hint that is stale"];
const tables: { readonly table: BuiltTable; readonly rows: readonly Row[]; readonly files: readonly string[] }[] = [];

beforeAll(async () => {
  for (const state of states) {
    const table = await buildTable();
    const stats = { stats: '{"numRecords":4,"minValues":{"id":0},"maxValues":{"id":9}}' };
    const vectors = vectorFile([1, 2]);
    await table.write(vectorName, vectors.bytes);
    await table.commit(0, { commitInfo: { operation: "CREATE TABLE" } }, protocol(["deletionVectors", "columnMapping"]), metaData([
      { name: "id", type: "long" }, { name: "p", type: "date" }, { name: "s", type: { type: "struct", fields: [{ name: "x", type: "decimal(10,2)", nullable: true, metadata: {} }] } },
    ], { partitionColumns: ["p"] }));
    const columns = "i AS id, {'x': 1.25::DECIMAL(10,2)} AS s FROM range(4) t(i)";
    await table.commit(1, await table.add("a b.parquet", `SELECT ${columns}`, { partitionValues: { p: "2026-08-01" }, ...stats }));
    await table.commit(2, await table.add("p=x/b.parquet", `SELECT 10 + ${columns}`, { partitionValues: { p: null }, ...stats, deletionVector: inlineVector([0]) }));
    await table.commit(3, await table.add("c.parquet", `SELECT 20 + ${columns}`, { partitionValues: { p: "2026-08-02" }, ...stats, deletionVector: { storageType: "u", pathOrInlineDv: encodeZ85(Uint8Array.fromHex(uuid.replaceAll("-", ""))), ...vectors.parts[0] } }));
    await table.commit(4, { txn: { appId: "a", version: 1 } });
    await logStates[state]?.(table, 4);
    const files = (await Array.fromAsync(table.store.list("_delta_log/", { recursive: true }))).map((object) => object.path);
    tables.push({ table, rows: await table.rows(), files: [...files, vectorName] });
  }
});
afterAll(async () => {
  for (const { table } of tables) await table.close();
});

/** The bytes with some damage. */
function damaged(bytes: Buffer, random: (end: number) => number): Buffer {
  const at = random(bytes.length);
  const kind = random(6);
  if (kind === 0) return Buffer.concat([bytes.subarray(0, at), Buffer.from([random(256)]), bytes.subarray(at + 1)]);
  if (kind === 1) return bytes.subarray(0, at);
  if (kind === 2) return Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + 1 + random(20)))]);
  if (kind === 3) return Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.max(0, at - random(20)))]);
  const parts = bytes.toString("latin1").match(/"[^"]*"|\d+|true|false|null|[[\]{}]/g) ?? [];
  // One word of the text in another's place: it stays JSON more often than not.
  const [from = "", to = ""] = [parts[random(parts.length)], kind === 4 ? parts[random(parts.length)] : ["null", "-1", "1e999", '""', "[]", "{}", "9007199254740993", '"\\ud800"'][random(8)]];
  return Buffer.from(from === "" ? bytes.toString("latin1") : bytes.toString("latin1").replace(from, () => to), "latin1");
}

function isJsonLines(bytes: Buffer): boolean {
  try {
    for (const line of new TextDecoder("utf-8", { fatal: true }).decode(bytes).split("\n")) if (line.trim() !== "") JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

let asked = 0;

async function rowsOf({ store, engine }: BuiltTable): Promise<readonly Row[]> {
  const snapshot = await readSnapshot(store, "");
  const context: QueryContext = {
    catalog: catalogOf(declared("d", "t", { kind: "delta" }, [])), project: "/",
    snapshot: async () => ({ ...(await readable(store, "", snapshot)), version: snapshot.version, committed: (asked += 1) }),
    rows: () => Promise.reject(new Error("none")),
  };
  const result = await runQuery(engine, context, { sql: "SELECT * FROM d.t ORDER BY ALL" });
  const rows: Row[] = [];
  for await (const batch of result.batches) rows.push(...readRows(result.columns, batch));
  return rows;
}

test(`${rounds} damaged tables are refused in words, or read`, async () => {
  const numbers = randomOf(seed);
  const random = (end: number): number => below(numbers, end);
  const ends = { refused: 0, right: 0, other: 0 };
  for (let round = 0; round < rounds; round += 1) {
    const { table, rows, files } = tables[random(tables.length)] ?? { table: undefined, rows: [], files: [] };
    const name = files[random(files.length)];
    if (table === undefined || name === undefined) throw new Error("there are tables, and each has files");
    const original = await readFile(path.join(table.directory, name));
    const bytes = damaged(original, random);
    await table.write(name, bytes);
    const told = `round ${round} of seed ${seed}, ${name}: ${bytes.toString("latin1").slice(0, 2_000)}`;
    const end = await rowsOf(table).catch((error: unknown) => error);
    await table.write(name, original);
    if (end instanceof Failure) {
      expect(end.message, told).not.toBe("");
      expect(["INTERNAL"], told).not.toContain(end.code);
      expect(name, told).not.toBe("_delta_log/_last_checkpoint");
      ends.refused += 1;
      continue;
    }
    if (!Array.isArray(end)) throw new Error(told, { cause: end });
    const isRight = JSON.stringify(end, print) === JSON.stringify(rows, print);
    ends[isRight ? "right" : "other"] += 1;
    const mustBeRight = name === "_delta_log/_last_checkpoint" || name === vectorName || (name.endsWith(".json") && !isJsonLines(bytes) && name !== logName(0));
    if (mustBeRight) expect(isRight, told).toBe(true);
  }
  console.log(`mutations: ${JSON.stringify({ rounds, seed, ...ends })}`);
  expect(ends.refused).toBeGreaterThan(rounds / 5);
  expect(ends.right).toBeGreaterThan(rounds / 20);
}, 3_600_000);

function print(_name: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
