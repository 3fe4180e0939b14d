/** A table whose storage another engine changed: what that means is said, nothing is taken away unasked, and what it wrote is read. */
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { planLake } from "../../../compiler/plan/plan.ts";
import type { Catalog } from "../../../compiler/ir/catalog.ts";
import { withServices } from "../../services/with-services.ts";
import { applyPlan, column, newRoot, openAt, rowsOf, trips } from "./evolving-lake.ts";

const id = column("id", "int64");
const fee = column("fee", "int32", { nullable: true });
const fare = column("fare", "int32", { nullable: true, was: "fee" });

let root: string;
let remove: () => Promise<void>;
beforeEach(async () => { ({ root, remove } = await newRoot()); });
afterEach(() => remove());

/** What a plan of the catalog says: changes in words, problems by code. */
async function planned(catalog: Catalog): Promise<readonly string[]> {
  await using lake = await openAt(root, catalog);
  const { changes, problems } = planLake(lake.stored, await lake.kept());
  return [...changes.map(({ risk, text }) => `${risk}: ${text}`), ...problems.map(({ code }) => code)];
}

await withServices(["python"], "a table that delta-rs changed", ({ python }) => {
  const table = (): string => path.join(root, "rides", "trips");

  test("by a column more: it is told before it would go, writers refuse, and declaring it is the way on", async () => {
    await using lake = await openAt(root, trips([id, fee]));
    await applyPlan(lake);
    await lake.append("rides.trips", [{ id: 1n, fee: 7 }]);
    expect(await planned(trips([id, fee]))).toEqual([]);
    await python.run(`import sys, json, deltalake
t = deltalake.DeltaTable(sys.argv[1])
t.alter.add_columns([deltalake.Field("colour", "string")])
print(json.dumps(t.version()))`, [table()]);
    expect(await planned(trips([id, fee]))).toEqual(["destructive: drop colour: Text | null, which is not declared; another hand than ours changed the table last"]);
    await expect(lake.append("rides.trips", [{ id: 2n, fee: 8 }])).rejects.toMatchObject({ code: "SCHEMA_DIFFERS", message: expect.stringContaining("the lake has a column colour besides") as string });
    await using declared = await openAt(root, trips([id, fee, column("colour", "text", { nullable: true })]));
    expect(await planned(declared.catalog)).toEqual([]);
    await declared.append("rides.trips", [{ id: 2n, fee: 8, colour: "red" }]);
    expect(await rowsOf(declared, "SELECT * FROM rides.trips ORDER BY id")).toEqual([{ id: 1n, fee: 7, colour: null }, { id: 2n, fee: 8, colour: "red" }]);
  });

  test("by rows under mapped columns: they are read under our names, also after what comes next", async () => {
    for (const catalog of [trips([id, fee]), trips([id, fare])]) {
      await using lake = await openAt(root, catalog);
      await applyPlan(lake);
      await lake.append("rides.trips", [catalog.databases[0]?.tables[0]?.columns[1]?.name === "fee" ? { id: 1n, fee: 7 } : { id: 2n, fare: 8 }]);
    }
    await python.run(`import sys, json, deltalake, pyarrow
t = deltalake.DeltaTable(sys.argv[1])
deltalake.write_deltalake(t, pyarrow.table({"id": pyarrow.array([3], pyarrow.int64()), "fare": pyarrow.array([9], pyarrow.int32())}, schema=pyarrow.schema([pyarrow.field("id", pyarrow.int64(), nullable=False), pyarrow.field("fare", pyarrow.int32())])), mode="append")
print(json.dumps(t.version()))`, [table()]);
    await using lake = await openAt(root, trips([id, column("fare", "int64", { nullable: true })]));
    expect((await applyPlan(lake)).map(({ kind }) => kind)).toEqual(["widen-column"]);
    expect(await rowsOf(lake, "SELECT * FROM rides.trips ORDER BY id")).toEqual([{ id: 1n, fare: 7n }, { id: 2n, fare: 8n }, { id: 3n, fare: 9n }]);
  });
});
