/**
 * Which files of a snapshot can hold rows that a query wants, by their partition values and statistics (protocol, "Per-file Statistics"). A file
 * stays unless it is certain that none of its rows is wanted: where statistics are absent, cut, of another type or not understood, it stays.
 */
import type { ColumnType } from "../../../compiler/ir/column-type.ts";
import { parseJson } from "../../values/json-text.ts";
import type { JsonInput } from "../../values/json-text.ts";
import type { AddFile } from "../actions/actions.ts";
import type { FileBlock, FileFacts } from "../actions/file-block.ts";
import { liveRows } from "../actions/live-files.ts";
import { physicalName } from "../schema/column-mapping.ts";
import { exactBounds, literalOf, looseBounds } from "./comparable.ts";
import type { Bounds, Comparable } from "./comparable.ts";
import type { ColumnTest } from "../engine.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";

/** The files that may hold rows for which all tests are true, in their order; undefined when the tests say nothing of any. */
export function filesFor(snapshot: Snapshot, tests: readonly ColumnTest[]): readonly AddFile[] | undefined {
  const known = tests.flatMap((test) => knownTest(snapshot, test));
  if (known.length === 0) return undefined;
  const { blocks, tail } = snapshot.files;
  const ofBlocks = blocks.flatMap((live) => {
    const columns = known.map((test) => ({ test, facts: factsOf(live.block, test) }));
    const rows = [...liveRows(live)].filter((row) => columns.every(({ test, facts }) => mayHold(test, facts[row])));
    return rows.length === 0 ? [] : [...live.block.read(rows)];
  });
  return [...ofBlocks, ...tail.filter((file) => known.every((test) => mayHold(test, factOf(file, statisticsOf(file), test))))];
}

interface KnownTest { readonly physical: string; readonly partition: boolean; readonly type: ColumnType; readonly test: ColumnTest["test"]; readonly values: readonly Comparable[] }

/** Nothing for a column that is not there, or there twice in another case, and for values that its type does not compare with. */
function knownTest(snapshot: Snapshot, { column: asked, test, values }: ColumnTest): KnownTest[] {
  const [column, second] = snapshot.columns.filter(({ name }) => name.toLowerCase() === asked.toLowerCase());
  if (column === undefined || second !== undefined) return [];
  // NaN is above all numbers to the engine, and in no statistics.
  if ((column.type.kind === "float32" || column.type.kind === "float64") && (test === ">" || test === ">=")) return [];
  const comparable = values.map((value) => literalOf(column.type, value));
  if (comparable.includes(undefined)) return [];
  return [{ physical: physicalName(snapshot, column.name), partition: snapshot.partitionColumns.includes(column.name), type: column.type, test, values: comparable.filter((value) => value !== undefined) }];
}

/** What a file tells of one column: its partition value, or some statistics; undefined when nothing. */
type Fact = string | readonly [rows: JsonInput | undefined, nulls: JsonInput | undefined, least: JsonInput | undefined, greatest: JsonInput | undefined] | undefined;

function factOf({ partitionValues }: FileFacts, statistics: Statistics | undefined, { partition, physical }: KnownTest): Fact {
  if (partition) return partitionValues[physical] ?? "";
  return statistics && [statistics.numRecords, statistics.nullCount?.[physical], statistics.minValues?.[physical], statistics.maxValues?.[physical]];
}

/** Columns whose facts are kept for the files of a block. */
const columnsMax = 8;
const kept = new WeakMap<FileBlock, Map<string, readonly Fact[]>>();

/** The facts of each file of a block, kept for those columns that were asked for last. */
function factsOf(block: FileBlock, test: KnownTest): readonly Fact[] {
  const own = kept.getOrInsertComputed(block, () => new Map());
  const name = `${test.partition ? "partition" : "column"} ${test.physical}`;
  const facts = own.get(name) ?? Array.from(block.readFacts(), (file) => {
    const statistics = test.partition ? "none" : parse(file.stats);
    return factOf(file, statistics === "none" ? undefined : statistics, test);
  });
  own.delete(name);
  own.set(name, facts);
  for (const oldest of [...own.keys()].slice(0, -columnsMax)) own.delete(oldest);
  return facts;
}

function mayHold(test: KnownTest, fact: Fact): boolean {
  if (fact === undefined) return true;
  if (typeof fact === "string") return partitionMayHold(fact, test);
  const [rows, nulls, least, greatest] = fact;
  if (test.test === "is null") return nulls !== 0;
  // Where a file has deletion vectors its counts are of all rows, and say something only when no row or every row is null.
  if (typeof nulls === "number" && nulls === rows) return false;
  return test.test === "is not null" || boundsMayHold(looseBounds(test.type, least, greatest), test);
}

function partitionMayHold(text: string, test: KnownTest): boolean {
  if (text === "") return test.test === "is null";
  if (test.test === "is null") return false;
  return test.test === "is not null" || boundsMayHold(exactBounds(test.type, text), test);
}

/** `below(value)`: whether the value is surely less than all that are there; `above` likewise. */
function boundsMayHold({ below, above }: Bounds, { test, values }: KnownTest): boolean {
  const [value] = values;
  if (test === "in" || test === "=") return values.some((one) => !below(one) && !above(one));
  if (value === undefined) return true;
  // Less than a whole number is at most the one before it.
  if (test === "<" || test === "<=") return !below(test === "<" && typeof value === "bigint" ? value - 1n : value);
  return !above(test === ">" && typeof value === "bigint" ? value + 1n : value);
}

interface Statistics {
  readonly numRecords?: JsonInput;
  readonly minValues?: { readonly [column: string]: JsonInput };
  readonly maxValues?: { readonly [column: string]: JsonInput };
  readonly nullCount?: { readonly [column: string]: JsonInput };
}

/** Parsed once while a file lives. */
const parsed = new WeakMap<AddFile, Statistics | "none">();

function statisticsOf(file: AddFile): Statistics | undefined {
  const known = parsed.get(file) ?? parse(file.stats);
  parsed.set(file, known);
  return known === "none" ? undefined : known;
}

function parse(text: string | undefined): Statistics | "none" {
  if (text === undefined || text === "") return "none";
  try {
    const json = parseJson(text);
    return isRecord(json) && [json["minValues"], json["maxValues"], json["nullCount"]].every((part) => part === undefined || part === null || isRecord(part)) ? (Object.fromEntries(Object.entries(json).filter(([, part]) => part !== null)) as Statistics) : "none";
  } catch (error) {
    // What is no JSON says nothing of the file's rows.
    if (error instanceof SyntaxError) return "none";
    throw error;
  }
}

function isRecord(json: unknown): json is { readonly [name: string]: JsonInput } {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

