/**
 * Some rows of Parquet files, by their places (Delta protocol: Deletion Vectors): the places become a small table beside the files, and a join
 * keeps or drops what it names. A few stand in the SQL; many go through a Parquet file of the session, which is not parsed as text.
 */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { arrow } from "../parquet/arrow.ts";
import { quoteName, quoteText } from "../../compiler/ir/names.ts";
import type { RowSelection } from "../delta/engine.ts";
import { batchOf } from "../parquet/arrow-build.ts";
import { arrowSchema } from "../parquet/arrow-schema.ts";
import { encodeParquet } from "../parquet/parquet-file.ts";
import { Failure } from "../values/failure.ts";
import type { Engine } from "./engine.ts";
import type { FileElement } from "./file-shapes.ts";

/** Places that still stand in the text. */
const inTextMax = 1_000;

/** Where a row stands, as the engine tells it beside each file's own columns. */
export const fileColumn = "file_index";
export const placeColumn = "file_row_number";

export interface SelectedFile { readonly url: string; readonly selection?: RowSelection }

/** What stands behind `read_parquet(…)` of these files, whose selections are all of one kind; empty when they have none. Files that hold places are added to `scratch`. */
export async function selectionSql(engine: Engine, files: readonly SelectedFile[], elements: readonly FileElement[], scratch: string[]): Promise<string> {
  const take = files.find(({ selection }) => selection !== undefined)?.selection?.take;
  if (take === undefined) return "";
  requireFreeNames(files, elements, "a deletion vector");
  const places = await Promise.all(files.map(async ({ selection }) => (await selection?.places()) ?? new Float64Array()));
  const table = await placesTable(engine, places, scratch);
  const source = quoteName("rows");
  return ` AS ${source} ${take === "others" ? "ANTI" : "SEMI"} JOIN ${table} ON ${source}.${fileColumn} = "places"."file" AND ${source}.${placeColumn} = "places"."place"`;
}

/** Names of columns that tell where a row stands. */
export interface PlaceColumns { readonly file: string; readonly place: string }

/** Two columns of a SELECT from files that are alike: each row's file, by the number that it is given here, and its place there, from 0. */
export function placesSql(files: readonly SelectedFile[], numbers: readonly number[], elements: readonly FileElement[], { file, place }: PlaceColumns): string[] {
  requireFreeNames(files, elements, "places of rows");
  const [first = 0] = numbers;
  const isCounted = numbers.every((number, k) => number === first + k);
  const number = isCounted ? `${fileColumn} + ${first}` : `[${numbers.join(", ")}][CAST(${fileColumn} AS BIGINT) + 1]`;
  return [`CAST(${number} AS INTEGER) AS ${quoteName(file)}`, `CAST(${placeColumn} AS DOUBLE) AS ${quoteName(place)}`];
}

/** DELTA_UNSUPPORTED_FEATURE for files that have a column of such a name. */
export function requireFreeNames(files: readonly SelectedFile[], elements: readonly FileElement[], beside: string): void {
  const taken = elements.find(({ name }) => [fileColumn, placeColumn].includes(name.toLowerCase()));
  if (taken === undefined) return;
  throw new Failure("DELTA_UNSUPPORTED_FEATURE", `${files[0]?.url} has a column "${taken.name}" and ${beside}, which the engine cannot read together.`, { hint: "Rename the column.", place: { value: taken.name } });
}

async function placesTable(engine: Engine, places: readonly Float64Array[], scratch: string[]): Promise<string> {
  const count = places.reduce((sum, own) => sum + own.length, 0);
  if (count === 0) return `(SELECT 0 AS "file", 0 AS "place" WHERE false) AS "places"`;
  if (count <= inTextMax) return `(VALUES ${places.flatMap((own, file) => [...own].map((place) => `(${file}, ${place})`)).join(", ")}) AS "places"("file", "place")`;
  const name = path.join(engine.temporary, `places-${process.pid}-${engine.next()}.parquet`);
  scratch.push(name);
  await writeFile(name, placesFile(places, count));
  return `read_parquet(${quoteText(name)}) AS "places"`;
}

/** Places of all files as one Parquet file. */
function placesFile(places: readonly Float64Array[], count: number): Uint8Array {
  const [file, place] = [new Int32Array(count), new BigInt64Array(count)];
  let at = 0;
  for (const [index, own] of places.entries()) {
    file.fill(index, at, at + own.length);
    for (const number of own) place[at++] = BigInt(number);
  }
  const schema = arrowSchema([{ name: "file", type: { kind: "int32" }, nullable: false }, { name: "place", type: { kind: "int64" }, nullable: false }]);
  return encodeParquet(batchOf(schema, count, [arrow().makeData({ type: new (arrow().Int32)(), length: count, nullCount: 0, data: file }), arrow().makeData({ type: new (arrow().Int64)(), length: count, nullCount: 0, data: place })]));
}
