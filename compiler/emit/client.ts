/** generated/client/index.ts: one type per table with the author's comments, and `open` and `connect` typed by them. */
import type { Catalog, Column, Parameter, Table } from "../ir/catalog.ts";
import { allTables, fullName } from "../ir/names.ts";
import type { EmittedFile } from "./emitted-file.ts";
import { mayBeLeftOut, parametersOf, rowTypeNames } from "./table-facts.ts";
import { comment, generatedNote, propertyName } from "./typescript-text.ts";
import { slotType } from "./typescript-types.ts";

/** The client's one file; `project` leads from its folder to the project's. */
export function emitClient(catalog: Catalog, project: string): EmittedFile[] {
  const tables = allTables(catalog);
  const rowTypes = rowTypeNames(tables);
  const rowType = (table: Table): string => rowTypes.get(fullName(table)) ?? "never";
  const text = [
    head,
    ...tables.map((table) => rowInterface(table, rowType(table))),
    tablesInterface(tables.filter(selectable), rowType),
    callsInterface(tables.filter(callable), rowType),
    appendsInterface(tables.filter((table) => table.source.kind === "delta"), rowType),
    foot(project),
  ].join("\n");
  return [{ path: "client/index.ts", text }];
}

/** Selectable by its name alone: no parameter is required. */
function selectable(table: Table): boolean {
  return parametersOf(table).every((parameter) => parameter.default !== undefined);
}

function callable(table: Table): boolean {
  return parametersOf(table).length > 0;
}

function rowInterface(table: Table, name: string): string {
  return `${comment(table.doc, table.deprecated)}export interface ${name} {\n${table.columns.map(property).join("")}}\n`;
}

function property(column: Column): string {
  return `${comment(column.doc, column.deprecated, "  ")}  readonly ${propertyName(column.name)}: ${slotType(column.type, column.nullable).replaceAll("\n", "\n  ")};\n`;
}

function tablesInterface(tables: readonly Table[], rowType: (table: Table) => string): string {
  const lines = tables.map((table) => `${comment("", table.deprecated, "  ")}  ${JSON.stringify(fullName(table))}: ${rowType(table)};\n`);
  return `/** What can be selected from, by name. */\n${mapInterface("Tables", lines)}`;
}

function callsInterface(tables: readonly Table[], rowType: (table: Table) => string): string {
  const lines = tables.map((table) => {
    const parameters = parametersOf(table).map(parameterProperty).join("");
    return `${comment("", table.deprecated, "  ")}  ${JSON.stringify(fullName(table))}: {\n    parameters: {\n${parameters}    };\n    row: ${rowType(table)};\n  };\n`;
  });
  return `/** Function tables, and what each is called with. */\n${mapInterface("Calls", lines)}`;
}

function parameterProperty(parameter: Parameter): string {
  const optional = parameter.default === undefined ? "" : "?";
  const usual = parameter.default === undefined ? "" : `Usually ${JSON.stringify(parameter.default)}.`;
  const doc = [parameter.doc, usual].filter((part) => part !== "").join(parameter.doc.endsWith(".") ? " " : ". ");
  return `${comment(doc, undefined, "      ")}      readonly ${propertyName(parameter.name)}${optional}: ${slotType(parameter.type, parameter.nullable)};\n`;
}

function appendsInterface(tables: readonly Table[], rowType: (table: Table) => string): string {
  const lines = tables.map((table) => `  ${JSON.stringify(fullName(table))}: ${insertType(table, rowType(table))};\n`);
  return `/** Delta tables, and what is appended to each: a column that may be null, or follows from another, may be left out. */\n${mapInterface("Appends", lines)}`;
}

function mapInterface(name: string, lines: readonly string[]): string {
  return lines.length === 0 ? `export interface ${name} {}\n` : `export interface ${name} {\n${lines.join("")}}\n`;
}

function insertType(table: Table, row: string): string {
  const optional = table.columns.filter(mayBeLeftOut).map((column) => JSON.stringify(column.name));
  if (optional.length === 0) return row;
  return `Omit<${row}, ${optional.join(" | ")}> & Partial<Pick<${row}, ${optional.join(" | ")}>>`;
}

const head = `${generatedNote}
import { connectClient, openClient } from "neuralake/client";
import type { ClientLake } from "neuralake/client";

export { filter } from "neuralake/client";
`;

const foot = (project: string): string => `/** The lake of this catalog: the same face in this process and over HTTP. */
export type Lake = ClientLake<Tables, Calls, Appends>;

/** Opens the lake in this process; without \`root\`, the project's own. */
export function open(options: { readonly root?: string } = {}): Promise<Lake> {
  return openClient<Tables, Calls, Appends>({
    catalog: new URL("../catalog.json", import.meta.url),
    functions: () => import("../functions/index.js"),
    project: new URL("${project}/", import.meta.url),
    ...options,
  });
}

/** Speaks to a server of this catalog: \`connect({ url: "http://localhost:8080" })\`. */
export function connect(options: { readonly url: string }): Lake {
  return connectClient<Tables, Calls, Appends>(options);
}
`;
