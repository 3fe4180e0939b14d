/** One table in openapi.json: its schemas and its paths (rows, look-up by key, append, changes). */
import type { Table } from "../ir/catalog.ts";
import { fullName } from "../ir/names.ts";
import { remembered } from "../ir/remembered.ts";
import { lasting } from "./emitted-file.ts";
import type { PrintedItems } from "./emitted-file.ts";
import { columnSchema, slotSchema } from "./json-schema.ts";
import type { JsonSchema } from "./json-schema.ts";
import { otherFormats, pageHeaders, problem, ref, rowHeaders, sharedParameter } from "./openapi-components.ts";
import { mayBeLeftOut, parametersOf } from "./table-facts.ts";

/** A table, the name of its operations, how many Delta tables are beneath it, two standing for more, and its filters. */
export interface DescribedTable { readonly table: Table; readonly rowType: string; readonly versioned: number; readonly filters: PrintedItems }

/** The component schemas of a table: its row, and the row as it is appended where that differs. */
export function tableSchemas({ table }: DescribedTable): JsonSchema {
  const name = fullName(table);
  const row = {
    type: "object",
    ...description(proseOf(table)),
    ...(table.deprecated === undefined ? {} : { deprecated: true }),
    properties: Object.fromEntries(table.columns.map((column) => [column.name, columnSchema(column)])),
    required: table.columns.map((column) => column.name),
    additionalProperties: false,
  };
  return {
    [name]: row, ...(appendName(table) === `${name}.append` ? { [`${name}.append`]: appendSchema(table) } : {}),
    ...(table.source.kind === "delta" ? { [valuesName(table)]: valuesSchema(table) } : {}),
  };
}

/** The paths of a table, by path. */
export function tablePaths(described: DescribedTable): JsonSchema {
  const { table } = described;
  const path = `/api/tables/${fullName(table)}`;
  const lookUp = table.key.length > 0 && parametersOf(table).every((parameter) => parameter.default !== undefined);
  return {
    [path]: { get: selectOperation(described), ...(table.source.kind === "delta" ? { post: appendOperation(described), ...changeOperations(described) } : {}) },
    ...(table.source.kind === "delta" ? { [`${path}/merge`]: { post: mergeOperation(described) } } : {}),
    ...(lookUp ? { [`${path}/${table.key.map((name) => `{${name}}`).join("/")}`]: { get: lookUpOperation(described) } } : {}),
  };
}

function selectOperation(described: DescribedTable): JsonSchema {
  const { table, rowType } = described;
  return {
    operationId: `select${rowType}`,
    ...operationFacts(table, `Rows of ${fullName(table)}`),
    parameters: [
      ...functionParameters(table),
      described.filters,
      columnsParameter(table),
      sortParameter(table),
      ...["limit", "cursor", ...timeParameters(described), "format"].map(sharedParameter),
    ],
    responses: {
      200: {
        description: "The rows.",
        headers: pageHeaders,
        content: { "application/json": { schema: { type: "array", items: ref("schemas", fullName(table)) } }, ...otherFormats },
      },
      default: problem,
    },
  };
}

function lookUpOperation(described: DescribedTable): JsonSchema {
  const { table, rowType } = described;
  const keyColumns = table.key.flatMap((name) => table.columns.filter((column) => column.name === name));
  return {
    operationId: `lookUp${rowType}`,
    ...operationFacts(table, `One row of ${fullName(table)} by its key`),
    parameters: [
      ...keyColumns.map((column) => ({ name: column.name, in: "path", required: true, ...description(column.doc), schema: slotSchema(column.type, false) })),
      columnsParameter(table),
      ...[...timeParameters(described), "format"].map(sharedParameter),
    ],
    responses: {
      200: { description: "The row.", headers: rowHeaders, content: { "application/json": { schema: ref("schemas", fullName(table)) }, ...otherFormats } },
      404: problem,
      default: problem,
    },
  };
}

function appendOperation({ table, rowType }: DescribedTable): JsonSchema {
  return {
    operationId: `append${rowType}`,
    ...operationFacts(table, `Append rows to ${fullName(table)}`),
    requestBody: {
      required: true,
      content: {
        "application/json": { schema: { type: "array", items: ref("schemas", appendName(table)) } },
        "application/x-ndjson": otherFormats["application/x-ndjson"],
        "text/csv": otherFormats["text/csv"],
        "application/vnd.apache.arrow.stream": {},
        "application/vnd.apache.arrow.file": {},
      },
    },
    responses: appended,
  };
}

function operationFacts(table: Table, summary: string): JsonSchema {
  return { tags: [table.database], summary, ...description(proseOf(table)), ...(table.deprecated === undefined ? {} : { deprecated: true }) };
}

/** What the author says of the table, and what feeds it. */
function proseOf({ doc, stream }: Table): string {
  return [doc, ...(stream === undefined ? [] : [`Fed from the Kafka topic ${stream.topic}.`])].filter((part) => part !== "").join("\n\n");
}

function functionParameters(table: Table): JsonSchema[] {
  return parametersOf(table).map((parameter) => ({
    name: parameter.name,
    in: "query",
    required: parameter.default === undefined,
    ...description(parameter.doc),
    schema: { ...slotSchema(parameter.type, parameter.nullable), ...(parameter.default === undefined ? {} : { default: parameter.default }) },
  }));
}

function columnsParameter(table: Table): JsonSchema {
  const names = table.columns.map((column) => column.name);
  return { name: "columns", in: "query", explode: false, description: "These columns alone; all of them without it.", schema: { type: "array", items: { type: "string", enum: names } } };
}

function sortParameter(table: Table): JsonSchema {
  const names = table.columns.flatMap((column) => [column.name, `-${column.name}`]);
  return { name: "sort", in: "query", explode: false, description: "Columns to sort by; a minus before one sorts it downwards.", schema: { type: "array", items: { type: "string", enum: names } } };
}

/** A version may be asked for where one Delta table is beneath, a time wherever there is any. */
function timeParameters({ versioned }: DescribedTable): string[] {
  if (versioned === 0) return [];
  return versioned === 1 ? ["version", "timestamp"] : ["timestamp"];
}

function appendName(table: Table): string {
  return table.source.kind === "delta" && table.columns.some(mayBeLeftOut) ? `${fullName(table)}.append` : fullName(table);
}

function appendSchema(table: Table): JsonSchema {
  return {
    type: "object",
    description: `A row to append to ${fullName(table)}.`,
    properties: columnReferences(table),
    required: table.columns.filter((column) => !mayBeLeftOut(column)).map((column) => column.name),
    additionalProperties: false,
  };
}

/** Each column as the row has it. */
const columnReferences = remembered((table: Table): JsonSchema => {
  const row = `#/components/schemas/${fullName(table)}/properties/`;
  return lasting(Object.fromEntries(table.columns.map(({ name }) => [name, { $ref: row + pointerStep(name) }])));
});

function valuesName(table: Table): string {
  return `${fullName(table)}.values`;
}

function valuesSchema(table: Table): JsonSchema {
  return { type: "object", description: `New values of columns of ${fullName(table)}.`, properties: columnReferences(table), additionalProperties: false };
}

/** Rows merged in: a clause's columns become SQL, or values. */
function mergeOperation({ table, rowType }: DescribedTable): JsonSchema {
  return {
    operationId: `merge${rowType}`,
    ...operationFacts(table, `Merge rows into ${fullName(table)}`),
    requestBody: mergeBody,
    responses: merged,
  };
}

/** Rows changed where they lie: new values, and deletes. */
function changeOperations({ table, rowType }: DescribedTable): JsonSchema {
  return {
    patch: {
      operationId: `update${rowType}`,
      ...operationFacts(table, `Give rows of ${fullName(table)} new values`),
      requestBody: changeBody({ set: ref("schemas", "NewValues"), values: ref("schemas", valuesName(table)) }),
      responses: updated,
    },
    delete: { operationId: `delete${rowType}`, ...operationFacts(table, `Delete rows of ${fullName(table)}`), requestBody: deleteBody, responses: deleted },
  };
}

function changeBody(properties: JsonSchema): JsonSchema {
  const condition = { where: ref("schemas", "Condition"), params: ref("schemas", "ConditionParams") };
  return { required: true, content: { "application/json": { schema: { type: "object", properties: { ...properties, ...condition }, required: ["where"], additionalProperties: false } } } };
}

function changeResponses(result: string): JsonSchema {
  return lasting({
    200: { description: "What became of the rows.", headers: { "Neuralake-Version": ref("headers", "Neuralake-Version") }, content: { "application/json": { schema: ref("schemas", result) } } },
    default: problem,
  });
}

const [updated, deleted, merged] = [changeResponses("UpdateResult"), changeResponses("DeleteResult"), changeResponses("MergeResult")];
const appended = lasting({ 200: { description: "What became of the rows.", content: { "application/json": { schema: ref("schemas", "WriteResult") } } }, default: problem });
const deleteBody = lasting(changeBody({}));
const mergeBody = lasting({ required: true, content: { "application/json": { schema: ref("schemas", "MergeRequest") } } });

/** A name within a reference (RFC 6901, and percent-encoded as in any URI fragment). */
function pointerStep(name: string): string {
  return /^\w+$/.test(name) ? name : encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1"));
}

function description(doc: string): JsonSchema {
  return doc === "" ? {} : { description: doc };
}
