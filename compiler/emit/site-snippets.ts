/** Code to copy from a table's page: each of these runs as it stands beside the generated client, a lake at ./lake and a server on port 8080. */
import type { Parameter, Table } from "../ir/catalog.ts";
import { matchKind } from "../ir/column-type.ts";
import type { ByKind } from "../ir/column-type.ts";
import { fullName, quoteText } from "../ir/names.ts";
import { plainName } from "./sql-text.ts";
import { parametersOf } from "./table-facts.ts";
import { propertyName } from "./typescript-text.ts";

export interface Snippet { readonly id: "typescript" | "http" | "sql" | "curl"; readonly title: string; readonly code: string }

/** A parameter's example: in TypeScript, in SQL, in a URL. */
interface Example { readonly typescript: string; readonly sql: string; readonly url: string }

const rowsMax = 10;
const columnsMax = 4;
const server = "http://localhost:8080";

/** The four ways to read a table. */
export function snippetsOf(table: Table): Snippet[] {
  return [
    { id: "typescript", title: "TypeScript", code: typescript(table, "open", 'await using lake = await open({ root: "./lake" });') },
    { id: "http", title: "TypeScript over HTTP", code: typescript(table, "connect", `await using lake = connect({ url: "${server}" });`) },
    { id: "sql", title: "SQL", code: sql(table) },
    { id: "curl", title: "curl", code: curl(table) },
  ];
}

function typescript(table: Table, word: string, opening: string): string {
  const columns = `[${shownColumns(table).map((name) => JSON.stringify(name)).join(", ")}]`;
  return `import { ${word} } from "./generated/client/index.ts";\n\n${opening}\nconst rows = await lake\n  .selectFrom(${tableExpression(table)})\n  .select(${columns})\n  .limit(${rowsMax})\n  .execute();\n\nconsole.log(rows);\n`;
}

function tableExpression(table: Table): string {
  const required = requiredParameters(table);
  const name = JSON.stringify(fullName(table));
  if (required.length === 0) return name;
  const values = required.map((parameter) => `${propertyName(parameter.name)}: ${example(parameter).typescript}`).join(", ");
  return `lake.call(${name}, { ${values} }).as(${JSON.stringify(table.name)})`;
}

function sql(table: Table): string {
  const required = requiredParameters(table).map((parameter) => `${plainName(parameter.name)} := ${example(parameter).sql}`).join(", ");
  const call = parametersOf(table).length === 0 ? "" : `(${required})`;
  const name = [table.database, table.name].map(plainName).join(".");
  return `SELECT ${shownColumns(table).map(plainName).join(", ")}\nFROM ${name}${call}\nLIMIT ${rowsMax}\n`;
}

function curl(table: Table): string {
  const query = [
    ...requiredParameters(table).map((parameter) => `${encodeURIComponent(parameter.name)}=${example(parameter).url}`),
    `columns=${shownColumns(table).map(encodeURIComponent).join(",")}`,
    `limit=${rowsMax}`,
  ].join("&");
  return `curl "${server}/api/tables/${fullName(table)}?${query}"\n`;
}

/** The first plain columns that are not on their way out. */
function shownColumns(table: Table): string[] {
  const names = table.columns.filter((column) => column.deprecated === undefined).map((column) => column.name);
  return (names.length > 0 ? names : table.columns.map((column) => column.name)).slice(0, columnsMax);
}

function requiredParameters(table: Table): readonly Parameter[] {
  return parametersOf(table).filter((parameter) => parameter.default === undefined);
}

const number = (): Example => ({ typescript: "1", sql: "1", url: "1" });
const quoted = (value: string, typescript = JSON.stringify(value)): Example => ({ typescript, sql: quoteText(value), url: encodeURIComponent(value) });
const nothing = (): Example => ({ typescript: "null", sql: "NULL", url: "" });

const examples: ByKind<Example> = {
  int8: number,
  int16: number,
  int32: number,
  int64: () => ({ typescript: "1n", sql: "1", url: "1" }),
  float32: number,
  float64: number,
  decimal: (type) => {
    const value = type.scale === 0 ? "0" : `0.${"0".repeat(type.scale)}`;
    return { typescript: JSON.stringify(value), sql: value, url: value };
  },
  text: () => quoted("a"),
  bool: () => ({ typescript: "true", sql: "true", url: "true" }),
  bytes: () => ({ typescript: "new Uint8Array([0])", sql: "'\\x00'::BLOB", url: "AA%3D%3D" }),
  uuid: () => quoted("00000000-0000-0000-0000-000000000000"),
  day: () => quoted("2026-01-01", 'Temporal.PlainDate.from("2026-01-01")'),
  timestamp: () => quoted("2026-01-01T00:00:00Z", 'Temporal.Instant.from("2026-01-01T00:00:00Z")'),
  local_timestamp: () => quoted("2026-01-01T00:00:00", 'Temporal.PlainDateTime.from("2026-01-01T00:00:00")'),
  enum: (type) => quoted(type.values[0] ?? ""),
  array: () => ({ typescript: "[]", sql: "[]", url: "[]" }),
  map: () => ({ typescript: "{}", sql: "MAP {}", url: "{}" }),
  object: nothing,
};

function example(parameter: Parameter): Example {
  return matchKind(examples, parameter.type);
}
