/** A request to run SQL, read from its body: plain text under any content type, or JSON with parameters. Pure. */
import { isObject, readUtf8 } from "../query/formats/rows-reader.ts";
import type { AsOf, QueryRequest, SqlParameter } from "../query/request.ts";
import { Failure } from "../values/failure.ts";
import { NumberText } from "../values/json-text.ts";
import { parseJson } from "../values/json.ts";
import type { JsonInput } from "../values/json.ts";
import { invalid, readInstant } from "./query-string.ts";

/** Reads the body of `POST /api/sql`; `asOf` is what the URL asks for. BAD_REQUEST and PARAMETER_INVALID say what cannot be read. */
export function readSqlRequest(mediaType: string, body: Uint8Array, asOf: AsOf | undefined): QueryRequest {
  const text = readUtf8(body);
  const request = mediaType === "application/json" ? readJsonRequest(text) : { sql: text };
  if (request.sql.trim() === "") throw new Failure("BAD_REQUEST", "There is no SQL in the body.", { hint: 'Send it as text: curl … -d "SELECT 1".' });
  return asOf === undefined ? request : { ...request, asOf };
}

const members = ["sql", "params", "version", "timestamp"];

function readJsonRequest(text: string): QueryRequest {
  const json = readJsonBody(text, "Send plain SQL as text/plain.", 'Send {"sql": "SELECT …", "params": […]}.');
  const unknown = Object.keys(json).find((name) => !members.includes(name));
  if (unknown !== undefined) throw invalid(unknown, `There is no member "${unknown}" in a request.`, `There is ${members.join(", ")}.`);
  const { sql, params, version, timestamp } = json;
  if (typeof sql !== "string") throw invalid("sql", 'Member "sql" is not text.', 'Send {"sql": "SELECT …", "params": […]}.');
  const asOf = readAsOf(version, timestamp);
  return { sql, ...(params === undefined ? {} : { parameters: readParameters(params) }), ...(asOf === undefined ? {} : { asOf }) };
}

/** The members of a body that must be a JSON object; BAD_REQUEST with one of the hints. */
export function readJsonBody(text: string, noJson: string, noObject: string): { readonly [name: string]: JsonInput | undefined } {
  let json: JsonInput;
  try {
    json = parseJson(text);
  } catch (error) {
    throw new Failure("BAD_REQUEST", `The body is not JSON: ${error instanceof Error ? error.message : String(error)}`, { hint: noJson, cause: error });
  }
  if (!isObject(json)) throw new Failure("BAD_REQUEST", "The body is not a JSON object.", { hint: noObject });
  return json;
}

/** The values of `$1`, `$2`, … as JSON has them. */
export function readParameters(json: JsonInput): SqlParameter[] {
  if (!Array.isArray(json)) throw invalid("params", 'Member "params" is not an array.', "Send the values of $1, $2, … in order.");
  return json.map((value: JsonInput, index: number) => {
    if (value === null || typeof value !== "object") return value;
    // A number no double holds goes on as its digits; the engine reads them as the type they are compared with.
    if (value instanceof NumberText) return value.text;
    throw invalid("params", `Parameter $${index + 1} is not a number, text, boolean or null.`, "Send it as JSON text and cast it in the SQL.");
  });
}

function readAsOf(version: JsonInput | undefined, timestamp: JsonInput | undefined): AsOf | undefined {
  if (version !== undefined && timestamp !== undefined) throw invalid("timestamp", "A version and a timestamp are both given.", "Give one of them.");
  if (timestamp !== undefined) return { timestamp: readInstant(String(timestamp)) };
  if (version === undefined) return undefined;
  if (typeof version === "number" && Number.isSafeInteger(version) && version >= 0) return { version };
  throw invalid("version", `Member "version" is ${String(version)}, not a whole number from 0 on.`);
}
