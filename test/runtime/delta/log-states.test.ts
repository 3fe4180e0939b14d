/** A cross product: each state of the log, for tables of each feature that changes what is read. The same rows come out of all. */
import { rm } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { sizeOf } from "../../../runtime/delta/snapshot/read.ts";
import { buildTable, logName, metaData, protocol } from "./log-builder.ts";
import type { BuiltTable } from "./log-builder.ts";
import { lastVersion as last, scenarios } from "./log-scenarios.ts";
import { logStates } from "./log-states.ts";

describe.each(Object.keys(scenarios))("a table %s", (scenario) => {
  test.each(Object.keys(logStates))("is read the same from a log with %s", async (state) => {
    const table = await buildTable();
    try {
      await scenarios[scenario]?.make(table);
      await logStates[state]?.(table, last);
      const snapshot = await table.snapshot();
      expect(snapshot.version).toBe(last);
      expect(await table.rowsOf(snapshot)).toEqual(scenarios[scenario]?.rows);
      expect(sizeOf(snapshot)).toMatchObject({ files: 2, rows: 2 });
      expect([snapshot.transactions, [...snapshot.domains.keys()]]).toEqual([new Map([["app", 8]]), ["d"]]);
    } finally {
      await table.close();
    }
  });
});

describe("what a log lacks is told", () => {
  const broken = async (damage: (table: BuiltTable) => Promise<void>): Promise<unknown> => {
    const table = await buildTable();
    try {
      await scenarios["of the oldest protocol"]?.make(table);
      await damage(table);
      return await table.snapshot().then(() => "read", (error: unknown) => error);
    } finally {
      await table.close();
    }
  };

  test.each<[string, (table: BuiltTable) => Promise<void>, string, string]>([
    ["no log", async ({ directory }) => await rm(path.join(directory, "_delta_log"), { recursive: true }), "DELTA_TABLE_NOT_FOUND", "no Delta table"],
    ["a commit in the middle", async ({ directory }) => await rm(path.join(directory, logName(2))), "DELTA_LOG_BROKEN", "lacks version 2"],
    ["the first commit", async ({ directory }) => await rm(path.join(directory, logName(0))), "DELTA_LOG_BROKEN", "lacks version 0"],
    ["a protocol", async (table) => await table.commit(0, metaData([{ name: "id", type: "long" }])), "DELTA_LOG_BROKEN", "no protocol"],
    ["a schema", async (table) => await table.commit(0, protocol()), "DELTA_LOG_BROKEN", "no metaData"],
    ["a sidecar", async (table) => {
      await logStates["a second-form checkpoint in JSON with sidecars"]?.(table, last);
      await rm(path.join(table.directory, "_delta_log/_sidecars"), { recursive: true });
    }, "DELTA_LOG_BROKEN", "_sidecars"],
    ["a sidecar's bytes", async (table) => {
      await logStates["a second-form checkpoint in Parquet with sidecars"]?.(table, last);
      await table.write("_delta_log/_sidecars/3a0d65cd-4056-49b8-937b-95f9e3ee90e0.parquet", "PAR1");
    }, "DELTA_LOG_BROKEN", "bytes, and the checkpoint says"],
    ["a sidecar in its place", async (table) => {
      await table.write(logName(2, "checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.json"), '{"checkpointMetadata":{"version":2}}\n{"sidecar":{"path":"../x/a.parquet","sizeInBytes":1}}\n');
      await rm(path.join(table.directory, logName(0)));
    }, "DELTA_LOG_BROKEN", "no file of _delta_log/_sidecars"],
    ["the mark of a second-form checkpoint", async (table) => {
      await table.write(logName(2, "checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.json"), "");
      await rm(path.join(table.directory, logName(0)));
    }, "DELTA_LOG_BROKEN", "checkpointMetadata"],
  ])("%s", async (_name, damage, code, told) => {
    expect(await broken(damage)).toMatchObject({ code, message: expect.stringContaining(told) });
  });

  test("a version that was cleaned away, with the oldest that can be had", async () => {
    const table = await buildTable();
    try {
      await scenarios["of the oldest protocol"]?.make(table);
      await logStates["a second-form checkpoint in JSON with sidecars"]?.(table, last);
      await expect(table.snapshot({ version: 1 })).rejects.toMatchObject({ code: "DELTA_VERSION_NOT_FOUND", hint: expect.stringMatching(/oldest .* 3 .*newest 4/) });
      expect(await table.rows({ version: 3 })).toEqual([{ id: 2n }]);
    } finally {
      await table.close();
    }
  });
});
