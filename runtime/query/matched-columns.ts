/** Which columns of a file find their place in the table that it is loaded into: what is in neither is told, and nothing is guessed. */
import type { Column, Table } from "../../compiler/ir/catalog.ts";
import { fullName } from "../../compiler/ir/names.ts";
import { readHeader } from "../sources/csv-header.ts";
import type { FileFormat } from "../sources/file-format.ts";
import { Failure } from "../values/failure.ts";
import type { Engine } from "./engine.ts";
import { fileList } from "./file-list.ts";

/** `notLoaded`: columns of the file that the table does not ask for; `filledWithNull`: columns of the table that the file does not have. */
export interface MatchedColumns { readonly notLoaded: readonly string[]; readonly filledWithNull: readonly string[] }

/** The outermost columns of a file, in its order; those of JSON are the keys of all its records. FILE_INVALID for what has none. */
export async function columnsInFile(engine: Engine, file: string, format: Exclude<FileFormat, { kind: "arrow" }>): Promise<readonly string[]> {
  if (format.kind === "csv") return await readHeader(file, format.delimiter);
  const sql = format.kind === "parquet"
    ? `SELECT column_name FROM (DESCRIBE SELECT * FROM read_parquet(${fileList([file])}, hive_partitioning = false))`
    : `SELECT DISTINCT unnest(json_keys(json)) AS name FROM read_json_objects(${fileList([file])}, format = ${format.lines ? "'newline_delimited'" : "'array'"}) WHERE json_type(json) = 'OBJECT' ORDER BY name`;
  return (await engine.control.runAndReadAll(sql)).getRows().map(([name]) => String(name));
}

/** Holds a file's columns against a table's. FILE_INVALID when not one of them is in the table. */
export function matchColumns(table: Table, file: string, names: readonly string[]): MatchedColumns {
  const given = new Set(names);
  const places = table.columns.map((column) => ({ column, name: placeIn(given, column) }));
  const taken = new Set(places.map(({ name }) => name));
  if (names.length > 0 && !names.some((name) => taken.has(name))) {
    throw new Failure("FILE_INVALID", `${file} has none of the columns of ${fullName(table)}: it has ${named(names)}.`, {
      hint: `The table looks for ${named(table.columns.map(({ name, from = name }) => from))}; @from says under which name a file has a column.`, place: { file },
    });
  }
  return {
    notLoaded: names.filter((name) => !taken.has(name)),
    // A day follows from its source.
    filledWithNull: places.flatMap(({ column, name }) => (name === undefined && column.dayOf === undefined ? [column.name] : [])),
  };
}

/** The outermost column of a file in which a column's value stands: `trip.id` is in `trip`, unless a column is called so. */
function placeIn(given: ReadonlySet<string>, { name, from = name }: Column): string | undefined {
  if (given.has(from)) return from;
  const [root = from] = from.split(".");
  return given.has(root) ? root : undefined;
}

const namesTold = 8;

function named(names: readonly string[]): string {
  const told = names.slice(0, namesTold).map((name) => `"${name}"`).join(", ");
  return names.length > namesTold ? `${told} and ${names.length - namesTold} more` : told;
}
