import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import type { ReadableFile } from "../../../runtime/delta/engine.ts";
import { catalogOf, column, newDirectory, openFixture, table, writeParquet } from "./fixture.ts";
import type { Fixture } from "./fixture.ts";

const id = [column("id", "int64")];
let directory: string;
beforeAll(async () => {
  directory = await newDirectory();
});

async function open(columns: readonly NamedType[], files: readonly ReadableFile[], partitionColumns: readonly string[] = []): Promise<Fixture> {
  return await openFixture(directory, { catalog: catalogOf(table("t", "t", { kind: "delta" }, [])), versions: { "t.t": [{ columns, files, partitionColumns }] } });
}

/** Rows of a snapshot of these files. */
async function rows(columns: readonly NamedType[], files: readonly ReadableFile[], partitionColumns: readonly string[] = [], sql = "SELECT * FROM t.t ORDER BY ALL"): Promise<unknown> {
  const lake = await open(columns, files, partitionColumns);
  try {
    return await lake.rows(sql);
  } finally {
    await lake.engine.close();
  }
}
afterAll(async () => {
  await (await open(id, [])).close();
});

const names = ["a*b", "a?b", "a[b]c", "a]b", "a[!x]", "a{b,c}d", "a%20b", "a b", "a'b", 'a"b', "emoji😀", "a\\b", "a#b", "~t", "a**b", "a\nb", "a|b", "[*]", "$x", "day=1", "ünï"];

describe("files of a snapshot", () => {
  test("are read by their very names, beside others that their names would match as patterns", async () => {
    const lake = path.join(directory, "lake", "names");
    for (const [k, name] of [...names, "axb", "abc", "a!", "a", "b"].entries()) await writeParquet(path.join(lake, `${name}.parquet`), `SELECT ${k} AS id`);
    for (const [k, name] of names.entries()) expect(await rows(id, [{ url: path.join(lake, `${name}.parquet`), partitionValues: {} }]), name).toEqual([{ id: BigInt(k) }]);
    expect(await rows(id, names.map((name) => ({ url: path.join(lake, `${name}.parquet`), partitionValues: {} })), [], "SELECT count(*) AS id FROM t.t")).toEqual([{ id: BigInt(names.length) }]);
  });

  test("in a folder of such a name too; with a backslash beside, the path is refused, not misread", async () => {
    const file = path.join(directory, "lake", "odd [1] *", "a?.parquet");
    await writeParquet(file, "SELECT 7 AS id");
    expect(await rows(id, [{ url: file, partitionValues: {} }])).toEqual([{ id: 7n }]);
    await expect(rows(id, [{ url: path.join(directory, "lake", "[1]", "a\\b.parquet"), partitionValues: {} }])).rejects.toMatchObject({ code: "FILE_INVALID" });
  });

  test("a folder that looks like a partition gives no column, and the column of that name is the file's own", async () => {
    const file = path.join(directory, "lake", "day=2020-01-01", "a.parquet");
    await writeParquet(file, "SELECT 1 AS id, 'mine' AS day");
    expect(await rows(id, [{ url: file, partitionValues: {} }])).toEqual([{ id: 1n }]);
    expect(await rows([...id, column("day", "text")], [{ url: file, partitionValues: {} }])).toEqual([{ id: 1n, day: "mine" }]);
  });

  test("columns are found by name, in the snapshot's order and type; those a file lacks are null, fields within too", async () => {
    const older = path.join(directory, "lake", "older.parquet");
    const newer = path.join(directory, "lake", "newer.parquet");
    await writeParquet(older, "SELECT 1::INTEGER AS id, {'p': 1} AS s, 'gone' AS dropped");
    await writeParquet(newer, "SELECT 'x' AS \"a.b\", {'q': 'z', 'p': 2::BIGINT} AS s, 9007199254740993 AS id, uuid '00000000-0000-0000-0000-00000000000A' AS u");
    const columns = [column("id", "int64"), column("a.b", "text"), column("u", "uuid"), column("s", { kind: "object", fields: [{ name: "p", type: { kind: "int64" }, nullable: true }, { name: "q", type: { kind: "text" }, nullable: true }] }), column("never", { kind: "decimal", precision: 10, scale: 2 })];
    expect(await rows(columns, [older, newer].map((url) => ({ url, partitionValues: {} })))).toEqual([
      { id: 1n, "a.b": null, u: null, s: { p: 1n, q: null }, never: null },
      { id: 9007199254740993n, "a.b": "x", u: "00000000-0000-0000-0000-00000000000a", s: { p: 2n, q: "z" }, never: null },
    ]);
  });

  test.each([
    ["int64", "9223372036854775807", 9223372036854775807n], ["text", "it's", "it's"], ["bool", "true", true], ["day", "2026-08-01", Temporal.PlainDate.from("2026-08-01")],
    ["timestamp", "2026-08-01T12:00:00.000001Z", Temporal.Instant.from("2026-08-01T12:00:00.000001Z")], ["timestamp", "2026-08-01 12:00:00", Temporal.Instant.from("2026-08-01T12:00:00Z")],
    ["local_timestamp", "2026-08-01 12:00:00.5", Temporal.PlainDateTime.from("2026-08-01T12:00:00.5")], ["float64", "-0.5", -0.5], ["int64", "", null], ["text", "", null], ["bytes", "\u0001\u00ff", new Uint8Array([1, 195, 191])],
  ] as const)("a partition string of %s %j is a constant of its type", async (kind, text, value) => {
    const file = path.join(directory, "lake", "p.parquet");
    await writeParquet(file, "SELECT 1 AS id, 'not this' AS part");
    expect(await rows([...id, column("part", kind)], [{ url: file, partitionValues: { part: text } }], ["part"])).toEqual([{ id: 1n, part: value }]);
  });
});
