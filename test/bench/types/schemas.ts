/** The thousand tables of compile/tables.ts, as each peer has them declared. */
import { columnsEach, databases, tables } from "./queries.ts";

const numbers = Array.from({ length: tables }, (_, number) => number);
const columns = (types: readonly string[], line: (column: string, type: string) => string): string => Array.from({ length: columnsEach }, (_, index) => line(`column_${index}`, types[index % types.length] ?? "")).join("");

const rowTypes = ["bigint", "string", "string", "Temporal.Instant", "number | null", "Temporal.PlainDate", "boolean", '"open" | "closed"', "number", "string"];
/** Interfaces as a careful person writes them for Kysely. */
export const kyselyTables = [
  ...numbers.map((number) => `export interface Things${number} {\n${columns(rowTypes, (column, type) => `  ${column}: ${type};\n`)}}\n`),
  `export interface Database {\n${numbers.map((number) => `  "area_${number % databases}.things${number}": Things${number};\n`).join("")}}\n`,
].join("\n");

const drizzleTypes = ['bigint({ mode: "bigint" })', "text()", "numeric({ precision: 10, scale: 2 })", "timestamp({ withTimezone: true })", "doublePrecision()", "date()", "boolean()", 'text({ enum: ["open", "closed"] })', "integer()", "uuid()"];
export const drizzleTables = [
  'import { bigint, boolean, date, doublePrecision, integer, numeric, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";\n',
  ...numbers.map((number) => `export const things${number} = pgTable("things${number}", {\n${columns(drizzleTypes, (column, type) => `  ${column}: ${type}${type === "doublePrecision()" ? "" : ".notNull()"},\n`)}});\n`),
].join("\n");

const prismaTypes = ["BigInt", "String", "Decimal @db.Decimal(10, 2)", "DateTime @db.Timestamptz(6)", "Float?", "DateTime @db.Date", "Boolean", "State", "Int", "String @db.Uuid"];
export const prismaSchema = [
  'generator client {\n  provider = "prisma-client"\n  output = "./client"\n  importFileExtension = "ts"\n}\n',
  'datasource db {\n  provider = "postgresql"\n}\n',
  "enum State {\n  open\n  closed\n}\n",
  ...numbers.map((number) => `model Things${number} {\n${columns(prismaTypes, (column, type) => `  ${column} ${type}${column === "column_0" ? " @id" : ""}\n`)}}\n`),
].join("\n");
