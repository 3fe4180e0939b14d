/** Alterations of a table made at random, each with what becomes of the model's columns and rows by it. */
import { expect } from "vitest";
import type { ColumnType, NamedType } from "../../../compiler/ir/column-type.ts";
import { alterTable } from "../../../runtime/delta/commit/alter.ts";
import type { Alteration } from "../../../runtime/delta/commit/alteration.ts";
import { readSnapshot } from "../../../runtime/delta/snapshot/snapshot.ts";
import { changeRows } from "../../../runtime/query/change-rows.ts";
import { rowFinder } from "../../../runtime/query/find-rows.ts";
import { Failure } from "../../../runtime/values/failure.ts";
import type { Row, Value } from "../../../runtime/values/value.ts";
import { chance, oneOf } from "../../random.ts";
import { moved, moveOn, newest, recorded } from "./model-table.ts";
import type { Model } from "./model-table.ts";
import { decimalText, randomType } from "./model-values.ts";

/** `rows` are those that the alteration leaves, or what no row may be for it to be refused. */
interface Altered { readonly alteration: Alteration; readonly columns: readonly NamedType[]; readonly row: (row: Row) => Row; readonly isRefused?: boolean }

type Draw = (model: Model) => Altered | undefined;

const quoted = (...names: readonly string[]): string => names.map((name) => `\`${name.replaceAll("`", "``")}\``).join(".");
const same = (row: Row): Row => row;

/** One alteration, on the table and on the model; what it was, in words. */
export async function alter(model: Model): Promise<string> {
  const altered = oneOf(model.random, draws)(model);
  if (altered === undefined) return "alter nothing";
  const { place, engine, snapshot } = model;
  const what = `alter ${JSON.stringify(altered.alteration)}`;
  const outcome = await alterTable({ ...place, finder: rowFinder(async () => engine), change: changeRows } as Parameters<typeof alterTable>[0], snapshot, [altered.alteration]).catch((error: unknown) => {
    if (altered.isRefused === true && error instanceof Failure && error.code === "ROWS_REFUSED") return undefined;
    throw new Error(what, { cause: error });
  });
  expect(outcome === undefined, what).toBe(altered.isRefused === true);
  if (outcome === undefined || outcome.versions.length === 0) return `${what}: ${outcome === undefined ? "refused" : "as it was"}`;
  // What had to be so before is a commit, or some, of its own.
  while (model.versions.length < outcome.snapshot.version) {
    const before = await readSnapshot(place.store, place.location, { version: model.versions.length });
    model.versions.push({ ...newest(model), columns: [...newest(model).columns], told: recorded(before, []) });
  }
  moved(model, outcome.snapshot, newest(model).rows.map(altered.row), [], [...altered.columns]);
  await moveOn(model);
  return what;
}

const others = (model: Model): readonly NamedType[] => newest(model).columns.filter(({ name }) => name !== "id");
const isPartition = ({ snapshot }: Model, { name }: NamedType): boolean => snapshot.partitionColumns.includes(name);

/** Columns that a table is clustered by are not dropped. */
const isClustered = ({ snapshot }: Model): boolean => snapshot.domains.has("delta.clustering");

function replaced(model: Model, column: NamedType, by: NamedType): readonly NamedType[] {
  return newest(model).columns.map((each) => (each === column ? by : each));
}

/** The objects among the columns: their fields can be added, renamed and dropped too. */
function objectColumn(model: Model): (NamedType & { readonly type: Extract<ColumnType, { kind: "object" }> }) | undefined {
  const found = others(model).filter((column): column is NamedType & { readonly type: Extract<ColumnType, { kind: "object" }> } => column.type.kind === "object");
  return found.length === 0 ? undefined : oneOf(model.random, found);
}

/** A name that no column had: those that are gone are not taken again, so that a row tells by names what it is. */
const freshName = (model: Model): string => `c${model.versions.length}_${Math.floor(model.random() * 1_000)}`;

const add: Draw = (model) => {
  if (others(model).length > 8) return undefined;
  const column: NamedType = { name: freshName(model), type: randomType(model.random, 1), nullable: true };
  return { alteration: { kind: "add", column: quoted(column.name), type: sparkType(column.type) }, columns: [...newest(model).columns, column], row: same };
};

const addField: Draw = (model) => {
  const column = objectColumn(model);
  if (column === undefined) return undefined;
  const field = { name: freshName(model), type: randomType(model.random, 0), nullable: true };
  const type: ColumnType = { ...column.type, fields: [...column.type.fields, field] };
  return { alteration: { kind: "add", column: quoted(column.name, field.name), type: sparkType(field.type) }, columns: replaced(model, column, { ...column, type }), row: same };
};

const rename: Draw = (model) => {
  const [column, to] = [oneOf(model.random, others(model)), chance(model.random, 0.3) ? `${freshName(model)} b` : freshName(model)];
  return {
    alteration: { kind: "rename", column: quoted(column.name), to: quoted(to) }, columns: replaced(model, column, { ...column, name: to }),
    row: ({ [column.name]: value = null, ...row }) => ({ ...row, [to]: value }),
  };
};

const renameField: Draw = (model) => {
  const column = objectColumn(model);
  if (column === undefined) return undefined;
  const [field, to] = [oneOf(model.random, column.type.fields), freshName(model)];
  const type: ColumnType = { ...column.type, fields: column.type.fields.map((each) => (each === field ? { ...each, name: to } : each)) };
  return {
    alteration: { kind: "rename", column: quoted(column.name, field.name), to: quoted(to) }, columns: replaced(model, column, { ...column, type }),
    row: within(column.name, ({ [field.name]: value = null, ...object }) => ({ ...object, [to]: value })),
  };
};

/** What becomes of an object in a row. */
function within(name: string, act: (object: { readonly [name: string]: Value }) => Value): (row: Row) => Row {
  return (row) => ((row[name] ?? null) === null ? row : { ...row, [name]: act(row[name] as { readonly [name: string]: Value }) });
}

const drop: Draw = (model) => {
  const column = oneOf(model.random, others(model));
  if (isPartition(model, column) || isClustered(model) || others(model).length < 3) return undefined;
  return { alteration: { kind: "drop", column: quoted(column.name) }, columns: newest(model).columns.filter((each) => each !== column), row: ({ [column.name]: _gone, ...row }) => row };
};

const dropField: Draw = (model) => {
  const column = objectColumn(model);
  if (column === undefined || isClustered(model) || column.type.fields.length < 2) return undefined;
  const field = oneOf(model.random, column.type.fields);
  const type: ColumnType = { ...column.type, fields: column.type.fields.filter((each) => each !== field) };
  return { alteration: { kind: "drop", column: quoted(column.name, field.name) }, columns: replaced(model, column, { ...column, type }), row: within(column.name, ({ [field.name]: _gone, ...object }) => object) };
};

type Widening = readonly [type: ColumnType, of: (value: Value) => Value];
const asIs = (value: Value): Value => value;
const asBig = (value: Value): Value => (value === null ? null : BigInt(value as number));

const widenings: { readonly [kind: string]: readonly Widening[] } = {
  int8: [[{ kind: "int16" }, asIs], [{ kind: "int32" }, asIs], [{ kind: "int64" }, asBig], [{ kind: "float64" }, asIs]],
  int16: [[{ kind: "int32" }, asIs], [{ kind: "int64" }, asBig]],
  int32: [[{ kind: "int64" }, asBig], [{ kind: "float64" }, asIs], [{ kind: "decimal", precision: 14, scale: 3 }, (value) => (value === null ? null : decimalText(BigInt(value as number) * 1_000n, 3))]],
  float32: [[{ kind: "float64" }, asIs]],
  day: [[{ kind: "local_timestamp" }, (value) => (value === null ? null : (value as Temporal.PlainDate).toPlainDateTime())]],
};

function wideningsOf(type: ColumnType): readonly Widening[] {
  if (type.kind !== "decimal" || type.precision > 30) return widenings[type.kind] ?? [];
  return [[{ ...type, precision: type.precision + 4, scale: type.scale + 2 }, (value) => (value === null ? null : `${String(value)}${type.scale === 0 ? "." : ""}00`)]];
}

const widen: Draw = (model) => {
  const able = others(model).filter(({ type }) => wideningsOf(type).length > 0);
  if (able.length === 0) return undefined;
  const column = oneOf(model.random, able);
  const [type, of] = oneOf(model.random, wideningsOf(column.type));
  return { alteration: { kind: "widen", column: quoted(column.name), type: sparkType(type) }, columns: replaced(model, column, { ...column, type }), row: (row) => ({ ...row, [column.name]: of(row[column.name] ?? null) }) };
};

const notNull: Draw = (model) => {
  const column = oneOf(model.random, others(model));
  const isRefused = column.nullable && newest(model).rows.some((row) => (row[column.name] ?? null) === null);
  return { alteration: { kind: "notNull", column: quoted(column.name) }, columns: replaced(model, column, { ...column, nullable: false }), row: same, isRefused };
};

const nullable: Draw = (model) => {
  const column = oneOf(model.random, others(model));
  return { alteration: { kind: "nullable", column: quoted(column.name) }, columns: replaced(model, column, { ...column, nullable: true }), row: same };
};

const set: Draw = (model) => {
  const [property, value] = oneOf(model.random, [["delta.enableChangeDataFeed", "true"], ["delta.enableChangeDataFeed", "false"], ["delta.enableDeletionVectors", "true"], ["delta.enableDeletionVectors", "false"], ["delta.enableRowTracking", "true"], ["delta.checkpointPolicy", "v2"], ["delta.checkpointPolicy", "classic"], ["delta.checkpoint.writeStatsAsStruct", "true"], ["mine", "set"]] as const);
  return { alteration: { kind: "set", property, value }, columns: newest(model).columns, row: same };
};

/** Of ids, which are never below zero. */
const check: Draw = (model) => ({ alteration: { kind: "check", name: `ids_${model.versions.length}`, sql: "id >= 0" }, columns: newest(model).columns, row: same });

const comment: Draw = (model) => ({ alteration: { kind: "comment", text: `At version ${model.versions.length}.` }, columns: newest(model).columns, row: same });

const draws: readonly Draw[] = [add, add, addField, rename, rename, renameField, drop, dropField, widen, widen, notNull, nullable, set, set, check, comment];

const sparkNames: { readonly [kind: string]: string } = {
  int8: "tinyint", int16: "smallint", int32: "int", int64: "bigint", float32: "float", float64: "double", text: "string", bool: "boolean", bytes: "binary", day: "date", timestamp: "timestamp", local_timestamp: "timestamp_ntz",
};

/** A type in the words of Spark's SQL. */
function sparkType(type: ColumnType): string {
  if (type.kind === "decimal") return `decimal(${type.precision},${type.scale})`;
  if (type.kind === "array") return `array<${sparkType(type.element)}>`;
  if (type.kind === "map") return `map<string, ${sparkType(type.value)}>`;
  if (type.kind === "object") return `struct<${type.fields.map(({ name, type: inner }) => `${name}: ${sparkType(inner)}`).join(", ")}>`;
  return sparkNames[type.kind] ?? "";
}
