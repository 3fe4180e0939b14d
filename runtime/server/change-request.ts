/** A request to change rows, read from its JSON body: which rows, and what becomes of them. Pure. */
import type { Table } from "../../compiler/ir/catalog.ts";
import { isObject, readUtf8, rowReader } from "../query/formats/rows-reader.ts";
import type { SqlParameter } from "../query/request.ts";
import { Failure } from "../values/failure.ts";
import type { JsonInput } from "../values/json.ts";
import { invalid } from "./query-string.ts";
import type { ServedValue } from "./served-lake.ts";
import { readJsonBody, readParameters } from "./sql-request.ts";

export interface DeleteRequest { readonly where: string; readonly parameters: readonly SqlParameter[] }
export interface UpdateRequest extends DeleteRequest { readonly set: readonly ServedValue[] }

type Members = { readonly [name: string]: JsonInput | undefined };

const deleteHint = 'Send {"where": "fare < $1", "params": [0]}; "true" stands for all rows.';
const updateHint = 'Send {"set": {"fare": "fare * 2"}, "values": {"paid_with": "cash"}, "where": "fare < $1", "params": [0]}; "true" stands for all rows.';

/** Reads the body of `DELETE /api/tables/{table}`. BAD_REQUEST, PARAMETER_INVALID; so without a condition. */
export function readDeleteRequest(mediaType: string, body: Uint8Array): DeleteRequest {
  return conditionOf(membersOf(mediaType, body, ["where", "params"], deleteHint), deleteHint);
}

/** Reads the body of `PATCH /api/tables/{table}`: `set` is SQL over the row as it was, `values` are values as in rows. VALUE_INVALID for one that is not of its column's type. */
export function readUpdateRequest(table: Table, mediaType: string, body: Uint8Array): UpdateRequest {
  const json = membersOf(mediaType, body, ["set", "values", "where", "params"], updateHint);
  const set = [...sqlValues(json["set"], "set", updateHint), ...plainValues(table, json["values"], "values", updateHint)];
  if (set.length === 0) throw invalid("set", "No column is given a value.", updateHint);
  return { ...conditionOf(json, updateHint), set };
}

/** The members of a body, all of which are known. */
export function membersOf(mediaType: string, body: Uint8Array, known: readonly string[], hint: string): Members {
  if (mediaType !== "application/json") throw new Failure("MEDIA_TYPE_UNSUPPORTED", mediaType === "" ? "The request does not say what its body is." : `A change of rows cannot be read from ${mediaType}.`, { hint: "Set Content-Type to application/json." });
  const json = readJsonBody(readUtf8(body), hint, hint);
  const unknown = Object.keys(json).find((name) => !known.includes(name));
  if (unknown !== undefined) throw invalid(unknown, `There is no member "${unknown}" in such a request.`, `There is ${known.join(", ")}.`);
  return json;
}

function conditionOf(json: Members, hint: string): DeleteRequest {
  const { where, params } = json;
  if (where === undefined) throw invalid("where", 'There is no "where", which says what rows are meant.', hint);
  if (typeof where !== "string") throw invalid("where", 'Member "where" is not text.', hint);
  return { where, parameters: params === undefined ? [] : readParameters(params) };
}

/** Columns with SQL over the row; one that is not there is told by the lake. */
export function sqlValues(json: JsonInput | undefined, member: string, hint: string): readonly ServedValue[] {
  return Object.entries(objectOf(json, member, hint)).map(([name, sql]) => {
    if (typeof sql !== "string") throw invalid(`${member}.${name}`, `The new value of ${name} is not text, which is SQL here.`, 'Write it in SQL ("0", "fare * 2"), or as it is in "values".');
    return { column: name, sql };
  });
}

/** Columns with values as rows have them. */
export function plainValues(table: Table, json: JsonInput | undefined, member: string, hint: string): readonly ServedValue[] {
  return Object.entries(objectOf(json, member, hint)).map(([name, value]) => {
    const column = table.columns.find((known) => known.name.toLowerCase() === name.toLowerCase());
    if (column === undefined) return { column: name, sql: "NULL" };
    const row = rowReader([column])({ where: `The new value in "${member}"` }, { [column.name]: value });
    return { column: column.name, value: row[column.name] ?? null };
  });
}

function objectOf(json: JsonInput | undefined, member: string, hint: string): { readonly [name: string]: JsonInput } {
  if (json === undefined) return {};
  if (isObject(json)) return json;
  throw invalid(member, `Member "${member}" is not an object.`, hint);
}
