/** A request to merge rows into a table, read from its JSON body: the source, and what becomes of rows that match and that do not. Pure. */
import type { Table } from "../../compiler/ir/catalog.ts";
import { isObject, rowReader } from "../query/formats/rows-reader.ts";
import type { SqlParameter } from "../query/request.ts";
import type { JsonInput } from "../values/json.ts";
import { membersOf } from "./change-request.ts";
import { invalid } from "./query-string.ts";
import type { ServedClauses, ServedSource, ServedValues } from "./served-lake.ts";
import { readParameters } from "./sql-request.ts";

export interface MergeRequest { readonly source: ServedSource; readonly clauses: ServedClauses; readonly parameters: readonly SqlParameter[] }

const hint = 'Send {"rows": […], "on": ["id"]}, or {"using": {"sql": "SELECT …"}, "on": "target.id = source.id", "matched": [{"update": "all"}], "notMatched": [{"insert": "all"}]}; a column becomes SQL, or {"value": …}.';
const kinds = { matched: ["update", "delete"], notMatched: ["insert"], notMatchedBySource: ["update", "delete"] } as const;

/** Reads the body of `POST /api/tables/{table}/merge`. BAD_REQUEST, PARAMETER_INVALID; VALUE_INVALID for a value that is not of its column's type. */
export function readMergeRequest(table: Table, mediaType: string, body: Uint8Array): MergeRequest {
  const json = membersOf(mediaType, body, ["rows", "using", "on", ...Object.keys(kinds), "params"], hint);
  const clauses = Object.entries(kinds).flatMap(([kind, acts]) => (json[kind] === undefined ? [] : [[kind, readClauses(table, kind, json[kind], acts)] as const]));
  // Each kind has been held against the acts that it may have.
  return { source: readSource(table, json["rows"], json["using"]), clauses: { on: readOn(json["on"]), ...Object.fromEntries(clauses) } as ServedClauses, parameters: json["params"] === undefined ? [] : readParameters(json["params"]) };
}

function readSource(table: Table, rows: JsonInput | undefined, using: JsonInput | undefined): ServedSource {
  if ((rows === undefined) === (using === undefined)) throw invalid("rows", 'There is not one of "rows" and "using", which say what is merged.', hint);
  if (rows !== undefined) {
    if (!Array.isArray(rows)) throw invalid("rows", 'Member "rows" is not an array.', hint);
    const read = rowReader(table.columns);
    return { rows: rows.map((row: JsonInput, index: number) => read({ where: `Row ${index + 1}` }, row)) };
  }
  const { sql, params, ...more } = objectOf(using, "using");
  if (typeof sql !== "string" || Object.keys(more).length > 0) throw invalid("using", 'Member "using" has other than "sql" and "params".', hint);
  return { query: { sql, ...(params === undefined ? {} : { parameters: readParameters(params) }) } };
}

function readOn(on: JsonInput | undefined): ServedClauses["on"] {
  if (typeof on === "string") return on;
  if (Array.isArray(on) && on.every((name: JsonInput) => typeof name === "string")) return on as readonly string[];
  throw invalid("on", 'Member "on" is neither SQL nor names of columns.', hint);
}

function readClauses(table: Table, kind: string, json: JsonInput | undefined, acts: readonly string[]): readonly object[] {
  if (!Array.isArray(json)) throw invalid(kind, `Member "${kind}" is not an array of clauses.`, hint);
  return json.map((clause: JsonInput) => {
    const { if: condition, ...rest } = objectOf(clause, kind);
    const [[act, set] = [], second] = Object.entries(rest);
    if (act === undefined || second !== undefined || !acts.includes(act) || (condition !== undefined && typeof condition !== "string")) throw invalid(kind, `A clause of "${kind}" has other than "if", which is SQL, and one of ${acts.join(", ")}.`, hint);
    if (act === "delete" && set !== true) throw invalid(kind, 'Member "delete" of a clause is not true.', hint);
    const isAll = set === "all" && kind !== "notMatchedBySource";
    return { ...(condition === undefined ? {} : { if: condition }), [act]: act === "delete" || isAll ? set : readValues(table, kind, set) };
  });
}

function readValues(table: Table, kind: string, json: JsonInput | undefined): ServedValues {
  return Object.fromEntries(Object.entries(objectOf(json, kind)).map(([name, given]) => {
    if (typeof given === "string") return [name, given];
    const { value, ...more } = objectOf(given, kind);
    if (value === undefined || Object.keys(more).length > 0) throw invalid(kind, `The new value of ${name} is neither SQL nor { "value": … }.`, hint);
    const column = table.columns.find((known) => known.name.toLowerCase() === name.toLowerCase());
    // One that is not there is told by the lake.
    if (column === undefined) return [name, "NULL"];
    return [name, { value: rowReader([column])({ where: `The new value in "${kind}"` }, { [column.name]: value })[column.name] ?? null }];
  }));
}

function objectOf(json: JsonInput | undefined, member: string): { readonly [name: string]: JsonInput | undefined } {
  if (json !== undefined && isObject(json)) return json;
  throw invalid(member, `Something in member "${member}" is not an object.`, hint);
}
