import { utimes } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readHistory } from "../../../runtime/delta/log/history.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { countRequests } from "./counting-store.ts";
import { buildTable, logName, metaData, protocol } from "./log-builder.ts";
import type { BuiltTable } from "./log-builder.ts";

let table: BuiltTable;
beforeEach(async () => {
  table = await buildTable();
});
afterEach(async () => await table.close());

const second = (number: number): string => new Date(number * 1_000).toISOString();
const versionAt = async (number: number): Promise<number> => (await table.snapshot({ timestamp: second(number) })).version;
const said = (number: number): { readonly commitInfo: object } => ({ commitInfo: { inCommitTimestamp: number * 1_000, operation: "WRITE" } });
const ict = (configuration: object = {}) => [protocol([], ["inCommitTimestamp"]), metaData([{ name: "id", type: "long" }], { configuration: { "delta.enableInCommitTimestamps": "true", ...configuration } })];

/** Files whose times are a day off. */
async function misdate(last: number): Promise<void> {
  for (let version = 0; version <= last; version += 1) await utimes(path.join(table.directory, logName(version)), 0, 90_000 + version);
}

describe("a table that keeps commit times", () => {
  test("from its first version on is read at them, whatever its files' times are", async () => {
    await table.commit(0, said(100), ...ict());
    for (let version = 1; version <= 20; version += 1) await table.commit(version, said(100 + version * 10));
    await misdate(20);
    expect(await Promise.all([100, 109, 110, 155, 299, 300, 5_000].map(versionAt))).toEqual([0, 0, 1, 5, 19, 20, 20]);
    await expect(versionAt(99)).rejects.toMatchObject({ code: "DELTA_VERSION_NOT_FOUND", hint: expect.stringContaining("0 (1970-01-01T00:01:40.000Z), the newest 20 (1970-01-01T00:05:00.000Z)") });
    const snapshot = await table.snapshot({ version: 7 });
    expect(snapshot.committed).toBe(170_000);
    expect((await readHistory(table.store, "")).map(({ committed }) => committed).slice(0, 2)).toEqual([300_000, 290_000]);
  });

  test("and is unchanged costs two requests to look at again", async () => {
    await table.commit(0, said(100), ...ict());
    await misdate(0);
    const known = await table.snapshot();
    const counting = countRequests(table.store);
    expect(await readSnapshot(counting.store, "", undefined, known)).toBe(known);
    expect(counting.counts).toEqual({ list: 0, read: 1, head: 1, put: 0 });
    await table.commit(1, said(200));
    expect(await readSnapshot(table.store, "", undefined, known)).toMatchObject({ version: 1, committed: 200_000 });
  });

  test("since a later version is read at its files' times before, and the two are never mixed", async () => {
    await table.commit(0, protocol(), metaData([{ name: "id", type: "long" }]));
    await table.commit(1);
    await table.commit(2, said(500), ...ict({ "delta.inCommitTimestampEnablementVersion": "2", "delta.inCommitTimestampEnablementTimestamp": "500000" }));
    await table.commit(3, said(600));
    for (const [version, time] of [[0, 100], [1, 200], [2, 50], [3, 60]] as const) await utimes(path.join(table.directory, logName(version)), 0, time);
    expect(await Promise.all([100, 199, 200, 499, 500, 599, 600].map(versionAt))).toEqual([0, 0, 1, 1, 2, 2, 3]);
    await expect(versionAt(99)).rejects.toMatchObject({ code: "DELTA_VERSION_NOT_FOUND" });
  });

  test("and no longer does is read at its files' times", async () => {
    await table.commit(0, said(5_000), ...ict());
    await table.commit(1, metaData([{ name: "id", type: "long" }]));
    for (const [version, time] of [[0, 100], [1, 200]] as const) await utimes(path.join(table.directory, logName(version)), 0, time);
    expect(await Promise.all([150, 200].map(versionAt))).toEqual([0, 1]);
  });

  test("and has a commit that says none is damaged", async () => {
    await table.commit(0, said(100), ...ict());
    await table.commit(1, { commitInfo: { operation: "WRITE" } });
    await expect(table.snapshot()).rejects.toMatchObject({ code: "DELTA_LOG_BROKEN", message: expect.stringContaining("inCommitTimestamp") });
  });
});
