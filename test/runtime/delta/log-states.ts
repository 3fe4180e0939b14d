/** The same commits in every state that a log can be in: how each was left by some writer, or by a clean-up. Checkpoints are made of what our own reader says of the plain log. */
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ColumnType, NamedType } from "../../../compiler/ir/column-type.ts";
import { checkpointColumns } from "../../../runtime/delta/checkpoints/checkpoint-columns.ts";
import { checkpointRow } from "../../../runtime/delta/checkpoints/checkpoint-rows.ts";
import type { Action } from "../../../runtime/delta/actions/actions.ts";
import { buildBatch } from "../../../runtime/parquet/arrow-build.ts";
import { encodeParquet } from "../../../runtime/parquet/parquet-file.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { lines, logName } from "./log-builder.ts";
import type { BuiltTable } from "./log-builder.ts";

const uuid = "80a083e8-7026-4e79-81be-64bd76c43a11";
const sidecarUuid = "3a0d65cd-4056-49b8-937b-95f9e3ee90e5";

const text: ColumnType = { kind: "text" };
const long: ColumnType = { kind: "int64" };
const object = (fields: { readonly [name: string]: ColumnType }): ColumnType => ({ kind: "object", fields: Object.entries(fields).map(([name, type]) => ({ name, type, nullable: true })) });
const formColumns: readonly NamedType[] = [
  { name: "checkpointMetadata", type: object({ version: long }), nullable: true },
  { name: "sidecar", type: object({ path: text, sizeInBytes: long, modificationTime: long }), nullable: true },
];

/** What stands at a version, as actions: a tombstone among them. */
async function stateAt(table: BuiltTable, version: number): Promise<readonly Action[]> {
  const { protocol, metadata, files, transactions, domains } = await table.snapshot({ version });
  return [
    { protocol }, { metaData: metadata },
    ...[...transactions].map(([appId, own]) => ({ txn: { appId, version: own } })),
    ...[...domains.values()].map((domainMetadata) => ({ domainMetadata })),
    { remove: { path: "long-gone.parquet", deletionTimestamp: 1, dataChange: true } },
    ...[...files].map((add) => ({ add })),
  ];
}

const parquet = (rows: readonly Row[], columns: readonly NamedType[] = checkpointColumns("classic")): Uint8Array => encodeParquet(buildBatch(columns, rows));
const isFile = ({ add, remove }: Action): boolean => add !== undefined || remove !== undefined;

async function sidecarsOf(table: BuiltTable, actions: readonly Action[]): Promise<readonly { path: string; sizeInBytes: number; modificationTime: number }[]> {
  const halves = [actions.filter((_, k) => k % 2 === 0), actions.filter((_, k) => k % 2 === 1)];
  return await Promise.all(halves.map(async (half, k) => {
    const name = `${sidecarUuid.slice(0, -1)}${k}.parquet`;
    const bytes = parquet(half.map((action) => checkpointRow(action)), checkpointColumns("sidecar"));
    await table.write(`_delta_log/_sidecars/${name}`, bytes);
    return { path: name, sizeInBytes: bytes.length, modificationTime: 0 };
  }));
}

/** Second form: files in it, or in sidecars; as Parquet or JSON. */
async function putSecondForm(table: BuiltTable, version: number, ending: "json" | "parquet", withSidecars: boolean, name = `checkpoint.${uuid}.${ending}`, place = ""): Promise<void> {
  const actions = await stateAt(table, version);
  const sidecars = (withSidecars ? await sidecarsOf(table, actions.filter(isFile)) : []).map((sidecar) => ({ ...sidecar, path: place + sidecar.path }));
  const inline = withSidecars ? actions.filter((action) => !isFile(action)) : actions;
  if (ending === "json") {
    await table.write(logName(version, name), lines([{ checkpointMetadata: { version } }, ...inline, ...sidecars.map((sidecar) => ({ sidecar }))]));
    return;
  }
  const marks: Row[] = [{ checkpointMetadata: { version: BigInt(version) } }, ...sidecars.map((one) => ({ sidecar: { path: one.path, sizeInBytes: BigInt(one.sizeInBytes), modificationTime: 0n } }))];
  await table.write(logName(version, name), parquet([...inline.map((action) => checkpointRow(action)), ...marks], [...checkpointColumns("classic"), ...formColumns]));
}

async function putClassic(table: BuiltTable, version: number, parts = 1): Promise<void> {
  const rows = (await stateAt(table, version)).map((action) => checkpointRow(action));
  for (let part = 1; part <= parts; part += 1) {
    const own = rows.filter((_, k) => k % parts === part - 1);
    const name = parts === 1 ? "checkpoint.parquet" : `checkpoint.${String(part).padStart(10, "0")}.${String(parts).padStart(10, "0")}.parquet`;
    await table.write(logName(version, name), parquet(own));
  }
}

async function clean(table: BuiltTable, before: number): Promise<void> {
  for (let version = 0; version < before; version += 1) await rm(path.join(table.directory, logName(version)));
}

const hint = async (table: BuiltTable, content: string): Promise<void> => await table.write("_delta_log/_last_checkpoint", content);

/** Two neighbouring commits as one file. */
async function compactCommits(table: BuiltTable, from: number, to: number): Promise<void> {
  const actions: object[] = [];
  for (let version = from; version <= to; version += 1) {
    for (const line of (await readFile(path.join(table.directory, logName(version)), "utf8")).trim().split("\n")) {
      const action = JSON.parse(line) as { readonly [name: string]: object };
      if (action["commitInfo"] !== undefined) continue;
      const file = action["add"] ?? action["remove"];
      // What comes later of the same file and vector replaces what came before.
      const key = file === undefined ? undefined : JSON.stringify([Reflect.get(file, "path"), Reflect.get(file, "deletionVector") ?? null]);
      const known = key === undefined ? -1 : actions.findIndex((other) => {
        const held = Reflect.get(other, "add") ?? Reflect.get(other, "remove");
        return held !== undefined && JSON.stringify([Reflect.get(held as object, "path"), Reflect.get(held as object, "deletionVector") ?? null]) === key;
      });
      if (known >= 0) actions.splice(known, 1);
      for (const single of ["protocol", "metaData"]) if (action[single] !== undefined) actions.splice(0, actions.length, ...actions.filter((other) => Reflect.get(other, single) === undefined));
      actions.push(action);
    }
  }
  await table.write(logName(from, `${String(to).padStart(20, "0")}.compacted.json`), lines(actions));
}

/** How a log of versions 0 to `last` (4 or more) is brought into each state. */
export const logStates: { readonly [name: string]: (table: BuiltTable, last: number) => Promise<void> } = {
  "commits alone": async () => {},
  "a classic checkpoint in the middle": async (table) => await putClassic(table, 2),
  "a classic checkpoint, the log cleaned behind it": async (table) => {
    await putClassic(table, 2);
    await clean(table, 2);
  },
  "a checkpoint whose own commit is gone": async (table, last) => {
    await putClassic(table, last);
    await clean(table, last + 1);
  },
  "a checkpoint in parts": async (table) => {
    await putClassic(table, 2, 3);
    await clean(table, 2);
  },
  "a checkpoint that lacks a part": async (table) => {
    await putClassic(table, 2, 3);
    await rm(path.join(table.directory, logName(2, "checkpoint.0000000002.0000000003.parquet")));
  },
  "a second-form checkpoint in JSON": async (table) => {
    await putSecondForm(table, 2, "json", false);
    await clean(table, 2);
  },
  "a second-form checkpoint in JSON with sidecars": async (table) => {
    await putSecondForm(table, 3, "json", true);
    await clean(table, 3);
  },
  "a second-form checkpoint in Parquet": async (table) => {
    await putSecondForm(table, 2, "parquet", false);
    await clean(table, 2);
  },
  "a second-form checkpoint in Parquet with sidecars": async (table) => {
    await putSecondForm(table, 3, "parquet", true);
    await clean(table, 3);
  },
  "a second-form checkpoint that says where its sidecars lie": async (table) => {
    await putSecondForm(table, 3, "json", true, undefined, `file:${table.directory}/_delta_log/_sidecars/`);
    await clean(table, 3);
  },
  "a second-form checkpoint under a classic name": async (table) => {
    await putSecondForm(table, 3, "parquet", true, "checkpoint.parquet");
    await clean(table, 3);
  },
  "checkpoints of several forms at one version": async (table) => {
    await putSecondForm(table, 2, "json", true);
    await putClassic(table, 2);
    await clean(table, 2);
  },
  "a hint that is right": async (table) => {
    await putClassic(table, 2);
    await hint(table, '{"version":2,"size":9}');
  },
  "a hint that is stale": async (table) => {
    await putClassic(table, 1);
    await putClassic(table, 3);
    await hint(table, '{"version":1,"size":9}');
  },
  "a hint that points at nothing": async (table) => await hint(table, '{"version":3,"size":9}'),
  "a hint beyond the log": async (table) => await hint(table, '{"version":999,"size":9}'),
  "a hint that is no JSON": async (table) => await hint(table, "{"),
  "a hint that is not UTF-8": async (table) => await writeFile(path.join(table.directory, "_delta_log/_last_checkpoint"), new Uint8Array([255, 254, 0])),
  "a hint of parts that lacks one": async (table) => {
    await putClassic(table, 2, 2);
    await rm(path.join(table.directory, logName(2, "checkpoint.0000000001.0000000002.parquet")));
    await hint(table, '{"version":2,"size":9,"parts":2}');
  },
  "compacted commits": async (table) => await compactCommits(table, 1, 3),
  "compacted commits behind a checkpoint, the log cleaned": async (table, last) => {
    await putClassic(table, 1);
    await compactCommits(table, 2, last);
    await clean(table, 1);
  },
  "compacted commits that overlap": async (table) => {
    await compactCommits(table, 0, 1);
    await compactCommits(table, 1, 2);
    await compactCommits(table, 2, 4);
  },
  "files that are none of the log's": async (table) => {
    await table.write("_delta_log/.00000000000000000009.json.tmp", "x");
    await table.write("_delta_log/_staged_commits/00000000000000000099.json", "x");
    await table.write("_delta_log/0000000000000000000x.json", "x");
    await table.write(logName(99, "json.bak"), "x");
    await table.write(logName(0, "crc"), "not even JSON");
  },
};
