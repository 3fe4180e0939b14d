/** One person's rows, erased: afterwards no byte of them is in any file of the table, as it lies there or decoded, and every other row is as it was. */
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cloneTable } from "../../../runtime/delta/maintenance/clone.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { createTable, openTable, types } from "../../../runtime/lake.ts";
import type { DeltaTable } from "../../../runtime/lake.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { objectsIn, onEveryStore, storeAt } from "../../stores.ts";

const ada = "Ada \"Q\" Lovelace-7f3c é";
const mail = "ada.7f3c@example.org";
const others: readonly Row[] = Array.from({ length: 18 }, (_, k) => ({ id: BigInt(k), name: `Someone ${k}`, mail: k % 3 === 0 ? null : `s${k}@example.org`, city: k % 2 === 0 ? "Oslo" : "Bern", note: null }));
const hers = (id: number, city: string): Row => ({ id: BigInt(1000 + id), name: ada, mail, city, note: `belongs to ${ada}` });

await onEveryStore((site) => {
  let directory: string;
  let engine: DuckDBInstance;
  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), "erase-"));
    engine = await DuckDBInstance.create();
  });
  afterAll(async () => {
    engine?.closeSync();
    await rm(directory, { recursive: true, force: true });
  });

  /** Names of the files that hold one of the texts, in their bytes or, of Parquet files, in a decoded row. */
  async function filesWith(root: string, ...texts: readonly string[]): Promise<string[]> {
    const found: string[] = [];
    const connection = await engine.connect();
    for (const name of await objectsIn(root)) {
      const bytes = Buffer.from(await storeAt(root).read(name));
      const local = path.join(directory, "one.parquet");
      let decoded = "";
      if (name.endsWith(".parquet")) {
        await writeFile(local, bytes);
        decoded = JSON.stringify((await connection.runAndReadAll(`SELECT CAST(t AS VARCHAR) FROM read_parquet('${local}') t`)).getRowsJson());
      }
      const spellings = texts.flatMap((text) => [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text), encodeURI(text)]);
      if (spellings.some((text) => bytes.includes(text) || decoded.includes(text) || name.includes(text))) found.push(name);
    }
    connection.closeSync();
    return found;
  }

  async function made(root: string, partitionBy: readonly string[], properties: { readonly [name: string]: string }): Promise<DeltaTable> {
    const schema = { id: types.long.notNull(), name: types.string, mail: types.string, city: types.string, note: types.string };
    return await createTable(root, { schema, partitionBy, properties }) as unknown as DeltaTable;
  }

  async function shallowClone(from: string, to: string): Promise<void> {
    const store = storeAt(from);
    await cloneTable({ store, location: "" }, await readSnapshot(store, ""), { store: storeAt(to), location: "" }, { shallow: true });
  }

  const byId = (rows: readonly Row[]): readonly Row[] => rows.toSorted((a, b) => Number(a["id"]) - Number(b["id"]));

  test.each<[string, readonly string[], { readonly [name: string]: string }, number]>([
    ["deletion vectors and a change feed", ["city"], { "delta.enableDeletionVectors": "true", "delta.enableChangeDataFeed": "true" }, 3],
    ["files written anew, and her name on their folders", ["name"], { "delta.enableChangeDataFeed": "true" }, 0],
    ["mapped columns and row ids", ["city"], { "delta.columnMapping.mode": "name", "delta.enableRowTracking": "true", "delta.enableDeletionVectors": "true" }, 3],
  ])("a table with %s", async (_kind, partitionBy, properties, hidden) => {
    const root = site.newRoot(directory);
    await using table = await made(root, partitionBy, properties);
    await table.append([...others.slice(0, 6), hers(1, "Oslo"), hers(2, "Oslo")]);
    await table.append([hers(3, "Bern")]);
    await table.checkpoint();
    await table.append([...others.slice(6, 12), hers(4, "Bern"), hers(5, "Oslo")]);
    await table.update({ note: "'was ' || name" }, "id = 1004");
    // Rows that are deleted already, and the condition in the log.
    await table.delete(`mail = '${mail}' AND id = 1005`);
    await table.delete("id = 1002");
    await table.append(others.slice(12));
    const before = await filesWith(root, ada, mail);
    expect(before.length).toBeGreaterThan(5);

    const erased = await table.erase(`mail = '${mail}'`, { allowShort: true });
    expect(erased).toMatchObject({ erased: 3, hidden, look: { found: [], outside: 0 } });
    expect(erased.look.texts).toBeGreaterThanOrEqual(3);
    expect(await filesWith(root, ada, mail, "7f3c")).toEqual([]);
    if (site.kind === "files") expect((await readdir(root, { recursive: true })).filter((name) => name.includes("7f3c"))).toEqual([]);
    expect((await objectsIn(root)).filter((name) => name.endsWith(".json"))).toEqual([`_delta_log/${String(erased.version).padStart(20, "0")}.json`]);

    await using again = await openTable(root);
    expect(byId(await again.rows().toArray())).toEqual(byId(others));
    expect((await again.verify()).findings).toEqual([]);
    // The table goes on, and there is nothing more to erase.
    await again.append([{ id: 99n, name: "New", mail: null, city: "Bern", note: null }]);
    expect(await again.erase(`mail = '${mail}'`, { allowShort: true })).toMatchObject({ erased: 0, hidden: 0, filesRewritten: 0, look: { found: [] } });
    expect((await again.rows().toArray()).length).toBe(19);
  }, 180_000);

  describe("an erase", () => {
    test("is refused, with nothing changed, where nobody says that versions and writers may lose their files; and for a condition that is none", async () => {
      const root = site.newRoot(directory);
      await using table = await made(root, [], {});
      await table.append([...others, hers(1, "Oslo")]);
      const objects = await objectsIn(root);
      await expect(table.erase("id = 1001")).rejects.toMatchObject({ code: "PARAMETER_INVALID", message: expect.stringContaining("older version"), hint: expect.stringContaining("--allow-short") });
      await expect(table.erase("nobody = 1", { allowShort: true })).rejects.toMatchObject({ code: "SQL_INVALID" });
      expect(await objectsIn(root)).toEqual(objects);
    });

    test("is refused, with nothing changed, as long as a shallow clone needs files with the rows; it looks into those that the clone keeps", async () => {
      const root = site.newRoot(directory);
      await using table = await made(root, [], { "delta.enableDeletionVectors": "true" });
      await table.append([...others.slice(0, 6), hers(1, "Oslo")]);
      await table.append(others.slice(6));
      const cloned = site.newRoot(directory);
      await shallowClone(root, cloned);
      const nested = site.newRoot(directory);
      await using clone = await openTable(cloned);
      await shallowClone(cloned, nested);
      await using second = await openTable(nested);
      const erase = async (from: Pick<DeltaTable, "erase">): Promise<unknown> => await from.erase("id = 1001", { allowShort: true });
      const refusal = (address: string, why: string): object => ({ code: "TABLE_NOT_WRITABLE", message: expect.stringMatching(new RegExp(`${address}: ${why}`)), hint: expect.stringContaining(`neuralake erase ${address}`) });

      const objects = await objectsIn(root);
      await expect(erase(table)).rejects.toMatchObject(refusal(cloned, "it needs .*parquet, which holds 1 such row"));
      // Hidden from its readers it lies in the file all the same.
      await clone.delete("id = 1001");
      await expect(erase(table)).rejects.toMatchObject(refusal(cloned, "it needs .*parquet, which holds 1 such row"));
      expect(await erase(clone)).toMatchObject({ erased: 0, hidden: 1, look: { found: [], outside: 1 } });
      await second.update({ name: "'x'" }, "id = 1001");
      await expect(erase(table)).rejects.toMatchObject(refusal(nested, "it needs .*parquet, which holds 1 such row"));
      await second.alter([{ kind: "set", property: "delta.enableDeletionVectors", value: "false" }]);
      await second.optimize({ purge: true });
      await expect(erase(table)).rejects.toMatchObject(refusal(nested, "an older version of it needs .*parquet, which nobody looked into"));
      expect(await objectsIn(root)).toEqual(objects);
      await second.erase("id = 1001", { allowShort: true });

      // What the clones need is no longer of the table, and is left.
      await table.update({ note: "'seen'" }, "id < 1000");
      const whole = await table.rows().toArray();
      expect(await erase(table)).toMatchObject({ erased: 1, look: { found: [], outside: 0 } });
      expect(await filesWith(root, ada, mail)).toEqual([]);
      expect(byId(await table.rows().toArray())).toEqual(byId(whole.filter(({ id }) => id !== 1001n)));
      expect(byId(await clone.rows().toArray())).toEqual(byId(others));
      expect((await clone.verify()).findings).toEqual([]);
    });

    test("tells what is left: a stranger's file with her name, a folder of hers", async () => {
      const root = site.newRoot(directory);
      await using table = await made(root, [], {});
      await table.append([...others, hers(1, "Oslo")]);
      const store = storeAt(root);
      await store.putIfAbsent("_notes/of.txt", Buffer.from(`remember ${mail}`));
      await store.putIfAbsent("_delta_log/_note", Buffer.from(JSON.stringify({ nested: JSON.stringify({ name: ada }) })));
      await store.putIfAbsent("_notes/else.txt", Buffer.from("Someone 5 is no secret: other rows have the name"));
      const { look, erased } = await table.erase("id = 1001", { allowShort: true });
      expect([erased, look.found]).toEqual([1, [{ path: "_delta_log/_note", why: "holds a text of the rows" }, { path: "_notes/of.txt", why: "holds a text of the rows" }]]);
    });
  });
});
