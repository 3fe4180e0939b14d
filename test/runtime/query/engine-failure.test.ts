import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { quoteText } from "../../../compiler/ir/names.ts";
import { engineFailure } from "../../../runtime/query/engine-failure.ts";
import { buildTable } from "../delta/log-builder.ts";
import type { BuiltTable } from "../delta/log-builder.ts";

let table: BuiltTable;
beforeAll(async () => {
  table = await buildTable();
});
afterAll(async () => await table.close());

async function failure(name: string, content: string | Uint8Array, relation: (file: string) => string): Promise<unknown> {
  const file = path.join(table.directory, name);
  await writeFile(file, content);
  const error: unknown = await table.engine.control.runAndReadAll(`SELECT * FROM ${relation(quoteText(file))}`).then(() => undefined, (thrown: unknown) => thrown);
  return engineFailure(error, { sql: "", ran: "", original: (offset) => offset });
}

test("a file that is not what its name says, or is damaged, is told by its name, and is no mistake of the SQL", async () => {
  const parquet = (file: string): string => `read_parquet(${file})`;
  const place = (name: string): object => ({ code: "FILE_INVALID", place: { file: path.join(table.directory, name) } });
  expect(await failure("short.parquet", "id", parquet)).toMatchObject(place("short.parquet"));
  expect(await failure("text.parquet", "id,city\n".repeat(20), parquet)).toMatchObject(place("text.parquet"));
  const whole = path.join(table.directory, "whole.parquet");
  await table.engine.control.run(`COPY (SELECT i AS id, 'Bern' AS city FROM range(1000) t(i)) TO ${quoteText(whole)} (COMPRESSION zstd)`);
  const bytes = await readFile(whole);
  expect(await failure("cut.parquet", bytes.subarray(0, -10), parquet)).toMatchObject(place("cut.parquet"));
  expect(await failure("damaged.parquet", Buffer.from(bytes).fill(0, 10, 60), parquet)).toMatchObject(place("damaged.parquet"));
  expect(await failure("object.json", '{"id": 1}', (file) => `read_json_objects(${file}, format = 'array')`)).toMatchObject({ ...place("object.json"), hint: expect.stringContaining(".ndjson") });
});
