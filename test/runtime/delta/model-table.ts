/** A table and what is known of it beside: its rows at each version, as a model holds them in memory. */
import { expect } from "vitest";
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import { createTable } from "../../../runtime/delta/commit/create.ts";
import { isOn } from "../../../runtime/delta/features/property.ts";
import { readChanges } from "../../../runtime/delta/snapshot/changes.ts";
import { readable } from "../../../runtime/delta/snapshot/read.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import type { Snapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { verifyTable } from "../../../runtime/delta/snapshot/verify.ts";
import { countRows } from "../../../runtime/query/count-rows.ts";
import { engineFailure } from "../../../runtime/query/engine-failure.ts";
import type { Engine } from "../../../runtime/query/engine.ts";
import { readAll } from "../../../runtime/query/read-all.ts";
import { snapshotSql } from "../../../runtime/query/relation.ts";
import type { Store } from "../../../runtime/storage/store.ts";
import { Failure } from "../../../runtime/values/failure.ts";
import { rowJson } from "../../../runtime/values/json.ts";
import type { Row } from "../../../runtime/values/value.ts";
import { below, chance, oneOf, shuffled } from "../../random.ts";
import type { Random } from "../../random.ts";
import { plainTypes, randomType } from "./model-values.ts";
import { committed } from "./rides.ts";

/** A row and what became of it in a version. */
export type Told = readonly [change: string, row: Row];

/** What a version holds. `told`: what its change feed says; "net": what it comes to; undefined where it records nothing. */
export interface ModelVersion { readonly columns: readonly NamedType[]; readonly rows: readonly Row[]; readonly told: readonly Told[] | "net" | undefined }

export interface ModelPlace { readonly store: Store; readonly location: string }

export interface Model {
  readonly engine: Engine;
  readonly random: Random;
  place: ModelPlace;
  snapshot: Snapshot;
  nextId: number;
  versions: ModelVersion[];
  /** Versions from this one on have all of their files. */
  safeFrom: number;
  /** Whether another table names its files. */
  isShared: boolean;
  /** Other tables, and what they are to hold to the end. */
  readonly left: { readonly place: ModelPlace; readonly version: ModelVersion }[];
  /** A place where nothing is. */
  newPlace(): ModelPlace;
}

export const newest = ({ versions }: Model): ModelVersion => versions.at(-1) as ModelVersion;

const names = ["n", "MixedCase", "ünïcode", "select", "_hidden", "t", "f", "g"];
const mappedNames = ["a b", "x,y", "p=q;{}"];

/** A new table of any columns and properties, in the model too. */
export async function newModel(random: Random, engine: Engine, newPlace: () => ModelPlace): Promise<Model> {
  const isMapped = chance(random, 0.35);
  const plain = Array.from({ length: 1 + below(random, 2) }, () => oneOf(random, plainTypes));
  const types = [...plain, ...Array.from({ length: below(random, 5) }, () => randomType(random, 2))];
  const free = shuffled(random, [...names, ...(isMapped ? mappedNames : [])]);
  const columns: readonly NamedType[] = [{ name: "id", type: { kind: "int64" }, nullable: false }, ...types.map((type, k) => ({ name: free[k] ?? "", type, nullable: !chance(random, 0.15) }))];
  const partitionColumns = columns.slice(1, 1 + plain.length).filter(({ type }) => type.kind !== "bytes" && chance(random, 0.4)).map(({ name }) => name);
  const configuration = {
    ...(chance(random, 0.6) ? { "delta.enableChangeDataFeed": "true" } : {}), ...(chance(random, 0.5) ? { "delta.enableDeletionVectors": "true" } : {}), ...(chance(random, 0.3) ? { "delta.enableRowTracking": "true" } : {}),
    ...(isMapped ? { "delta.columnMapping.mode": oneOf(random, ["name", "id"]) } : {}), ...(chance(random, 0.2) ? { "delta.enableInCommitTimestamps": "true" } : {}), ...(chance(random, 0.3) ? { "delta.checkpointPolicy": "v2" } : {}), ...(chance(random, 0.2) ? { "delta.dataSkippingNumIndexedCols": String(below(random, 3)) } : {}),
  };
  const place = newPlace();
  const snapshot = committed(await createTable(place.store, place.location, { description: "", columns, partitionColumns, configuration }));
  return { engine, random, place, snapshot, nextId: 0, versions: [{ columns: snapshot.columns, rows: [], told: recorded(snapshot, []) }], safeFrom: 0, isShared: false, left: [], newPlace };
}

/** What a table says of its changes, if it says anything. */
export function recorded(snapshot: Pick<Snapshot, "metadata">, told: ModelVersion["told"]): ModelVersion["told"] {
  return isOn(snapshot.metadata, "delta.enableChangeDataFeed") ? told : undefined;
}

/** The table is now at a snapshot, which one commit made. */
export function moved(model: Model, snapshot: Snapshot, rows: readonly Row[], told: ModelVersion["told"], columns = newest(model).columns): void {
  model.snapshot = snapshot;
  model.versions.push({ columns, rows, told: recorded(snapshot, told) });
}

/** Commits that changed no row, up to the newest version. */
export async function moveOn(model: Model): Promise<void> {
  model.snapshot = await readSnapshot(model.place.store, model.place.location);
  while (model.versions.length <= model.snapshot.version) model.versions.push({ ...newest(model), told: recorded(model.snapshot, []) });
}

export function texts(columns: readonly NamedType[], rows: readonly Row[]): readonly string[] {
  return rows.map((row) => rowJson(columns, row)).toSorted();
}

/** All rows of a snapshot, as texts in order. Fails as a query does. */
export async function textsOf(engine: Engine, { store, location }: ModelPlace, snapshot: Snapshot): Promise<readonly string[]> {
  try {
    return texts(snapshot.columns, await readAll(engine, await snapshotSql(engine, await readable(store, location, snapshot)), snapshot.columns));
  } catch (error) {
    throw engineFailure(error, { sql: "", ran: "", original: () => 0 });
  }
}

/** The table, read anew, is what the model holds. */
export async function checkNewest(model: Model, what: string): Promise<void> {
  const { place, engine } = model;
  const snapshot = await readSnapshot(place.store, place.location);
  expect([snapshot.version, model.snapshot.version], what).toEqual([model.versions.length - 1, model.versions.length - 1]);
  const { columns, rows } = newest(model);
  expect(snapshot.columns.map(shapeOf), what).toEqual(columns.map(shapeOf));
  expect(await textsOf(engine, place, snapshot), what).toEqual(texts(columns, rows));
}

const shapeOf = ({ name, type, nullable }: NamedType): object => ({ name, type, nullable });

/** Failures that tell of files, or versions, that are gone. */
const gone = ["FILE_NOT_FOUND", "DELTA_VERSION_NOT_FOUND"];

/** Time travel to every version, the change feed, the tables left behind, and whether files and log agree; how many versions were read. */
export async function checkAll(model: Model, what: string): Promise<number> {
  const { engine, place, versions, safeFrom, left } = model;
  let read = 0;
  for (const [version, { columns, rows }] of versions.entries()) {
    const found = await orGone(version < safeFrom, async () => await textsOf(engine, place, await readSnapshot(place.store, place.location, { version })));
    if (found !== undefined) expect(found, `${what}, version ${version}`).toEqual(texts(columns, rows));
    read += found === undefined ? 0 : 1;
  }
  await checkFeed(model, what);
  for (const [k, other] of left.entries()) expect(await textsOf(engine, other.place, await readSnapshot(other.place.store, other.place.location)), `${what}, table ${k} left behind`).toEqual(texts(other.version.columns, other.version.rows));
  for (const each of [place, ...left.map((one) => one.place)]) {
    expect((await verifyTable(each.store, each.location, countRows(engine))).findings.filter(({ kind }) => kind !== "orphaned"), what).toEqual([]);
  }
  return read;
}

async function orGone<T>(isOld: boolean, act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (isOld && error instanceof Failure && gone.includes(error.code)) return undefined;
    throw error;
  }
}

/** Versions of one schema are asked for at once. What changed in the first that a vacuum left may be gone. */
async function checkFeed(model: Model, what: string): Promise<void> {
  const { engine, place: { store, location }, versions, safeFrom } = model;
  for (let from = safeFrom === 0 ? 0 : safeFrom + 1; from < versions.length; ) {
    const first = versions[from] as ModelVersion;
    let to = from + 1;
    while (to < versions.length && versions[to]?.told !== undefined && versions[to]?.columns === first.columns) to += 1;
    const isAnother = first.told === "net" && versions[from - 1]?.columns !== first.columns;
    if (isAnother) {
      to = from + 1;
      await checkBroughtBack(model, from, `${what}, changes of version ${from}`);
    }
    if (first.told !== undefined && !isAnother) {
      const feed = await readChanges(store, location, { from, to: to - 1 });
      const changes = Map.groupBy(await readAll(engine, await snapshotSql(engine, feed), feed.columns), (row) => Number(row["_commit_version"]));
      for (let version = from; version < to; version++) checkTold(versions, version, changes.get(version) ?? [], `${what}, changes of version ${version}`);
    }
    from = to;
  }
}

/** A version that brings an older schema back removes rows of another: what both have of them is told, or that they do not fit. */
async function checkBroughtBack({ engine, place: { store, location }, versions }: Model, version: number, what: string): Promise<void> {
  const [then, now] = [await readSnapshot(store, location, { version: version - 1 }), await readSnapshot(store, location, { version })];
  const kept = now.physical.flatMap(({ name, type }, k) => {
    const old = then.physical.findIndex((column) => column.name === name);
    return old === -1 ? [] : [{ column: now.columns[k] as NamedType, was: then.columns[old]?.name ?? "", same: JSON.stringify(type) === JSON.stringify(then.physical[old]?.type) }];
  });
  const feed = await readChanges(store, location, { from: version, to: version }).catch((error: unknown) => {
    if (!(error instanceof Failure) || error.code !== "SCHEMA_DIFFERS") throw error;
    return undefined;
  });
  if (feed === undefined) return expect(kept.some(({ same }) => !same), what).toBe(true);
  const changes = await readAll(engine, await snapshotSql(engine, feed), feed.columns);
  const columns = kept.filter(({ same }) => same).map(({ column }) => column);
  const before = (versions[version - 1] as ModelVersion).rows.map((row) => Object.fromEntries(kept.map(({ column, was }) => [column.name, row[was] ?? null])));
  const [came, went] = [changes.filter((row) => !isGone(row)), changes.filter(isGone)];
  expect([...texts(columns, before), ...texts(columns, came)].toSorted(), what).toEqual([...texts(columns, (versions[version] as ModelVersion).rows), ...texts(columns, went)].toSorted());
}

const isGone = (row: Row): boolean => row["_change_type"] === "delete" || row["_change_type"] === "update_preimage";

function checkTold(versions: readonly ModelVersion[], version: number, changes: readonly Row[], what: string): void {
  const { columns, rows, told } = versions[version] as ModelVersion;
  if (told !== "net") {
    expect(changes.map((row) => `${String(row["_change_type"])} ${rowJson(columns, row)}`).toSorted(), what).toEqual((told ?? []).map(([change, row]) => `${change} ${rowJson(columns, row)}`).toSorted());
    return;
  }
  const before = versions[version - 1];
  if (before?.columns !== columns) return;
  const [came, went] = [changes.filter((row) => !isGone(row)), changes.filter(isGone)];
  expect([...texts(columns, before.rows), ...texts(columns, came)].toSorted(), what).toEqual([...texts(columns, rows), ...texts(columns, went)].toSorted());
}
