/** A declared table that is altered by hand is another than declared: that is told, and declaring it so is the way on. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { planLake } from "../../../compiler/plan/plan.ts";
import { applyPlan, column, newRoot, openAt, rowsOf, trips } from "./evolving-lake.ts";

const id = column("id", "int64");
const fee = column("fee", "int32", { nullable: true });

let root: string;
let remove: () => Promise<void>;
beforeEach(async () => { ({ root, remove } = await newRoot()); });
afterEach(() => remove());

test("by its name, and a plan goes on from there, beside a constraint that it does not touch", async () => {
  await using lake = await openAt(root, trips([id, fee]));
  await applyPlan(lake);
  await lake.append("rides.trips", [{ id: 1n, fee: 7 }]);
  const altered = await lake.alter("rides.trips", [{ kind: "add", column: "colour", type: "string COMMENT 'Of the car'" }, { kind: "widen", column: "fee", type: "bigint" }, { kind: "check", name: "known", sql: "id > 0" }]);
  expect(altered).toEqual({ table: "rides.trips", version: 3, versions: [2, 3] });
  await expect(lake.append("rides.trips", [{ id: 2n, fee: 8 }])).rejects.toMatchObject({ code: "SCHEMA_DIFFERS" });
  const { changes } = planLake(lake.stored, await lake.kept());
  expect(changes.map(({ kind }) => kind)).toContain("drop-column");
  await using declared = await openAt(root, trips([id, column("fee", "int64", { nullable: true }), column("colour", "text", { nullable: true }), column("seats", "int32", { nullable: true })]));
  expect((await applyPlan(declared)).map(({ kind }) => kind)).toContain("add-column");
  await declared.append("rides.trips", [{ id: 2n, fee: 5_000_000_000n, colour: "red", seats: 4 }]);
  await expect(declared.append("rides.trips", [{ id: 0n, fee: 8n, colour: null, seats: null }])).rejects.toMatchObject({ code: "ROWS_REFUSED" });
  expect(await rowsOf(declared, "SELECT * FROM rides.trips ORDER BY id")).toEqual([{ id: 1n, fee: 7n, colour: null, seats: null }, { id: 2n, fee: 5_000_000_000n, colour: "red", seats: 4 }]);
});
