/** generated/client/index.ts: one type per table with the author's comments, and `open` and `connect` typed by them. */
import type { Catalog, Column, Database, Parameter, Table } from "../ir/catalog.ts";
import { fullName } from "../ir/names.ts";
import { rememberedWith } from "../ir/remembered.ts";
import { keptText } from "./emitted-file.ts";
import type { EmittedFile, TextPart } from "./emitted-file.ts";
import { mayBeLeftOut, parametersOf, rowTypeNames } from "./table-facts.ts";
import { comment, generatedNote, propertyName } from "./typescript-text.ts";
import { slotType } from "./typescript-types.ts";

/** The client's one file; `project` leads from its folder to the project's. */
export function emitClient(catalog: Catalog, project: string): EmittedFile[] {
  const rowType = rowTypeNames(catalog);
  const texts = catalog.databases.map((database) => databaseTexts(database, database.tables.map(rowType).join(" ")));
  const parts = [
    `${head}\n`,
    ...texts.map((text) => text.rows),
    ...mapInterface("What can be selected from, by name.", "Tables", texts.map((text) => text.tables)), "\n",
    ...mapInterface("Function tables, and what each is called with.", "Calls", texts.map((text) => text.calls)), "\n",
    ...mapInterface("Delta tables, and what is appended to each: a column that may be null, or follows from another, may be left out.", "Appends", texts.map((text) => text.appends)), "\n",
    foot(project),
  ];
  return [{ path: "client/index.ts", parts }];
}

/** What a table, or all of a database, adds to each section; nothing where it has no place in it. */
interface Sections<Text> { readonly rows: Text; readonly tables: Text; readonly calls: Text; readonly appends: Text }

/** `rowTypes`: the names of the tables' row types, with spaces between them. */
const databaseTexts = rememberedWith((database: Database, rowTypes): Sections<Uint8Array> => {
  const names = rowTypes.split(" ");
  const texts = database.tables.map((table, index) => tableTexts(table, names[index] ?? ""));
  const all = (section: keyof Sections<string>): Uint8Array => keptText(texts.map((text) => text[section]).join(""));
  return { rows: all("rows"), tables: all("tables"), calls: all("calls"), appends: all("appends") };
});

const tableTexts = rememberedWith((table: Table, rowType): Sections<string> => ({
  rows: `${rowInterface(table, rowType)}\n`,
  tables: selectable(table) ? `${comment("", table.deprecated, "  ")}  ${JSON.stringify(fullName(table))}: ${rowType};\n` : "",
  calls: callable(table) ? callLine(table, rowType) : "",
  appends: table.source.kind === "delta" ? `  ${JSON.stringify(fullName(table))}: ${insertType(table, rowType)};\n` : "",
}));

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

function callLine(table: Table, rowType: string): string {
  const parameters = parametersOf(table).map(parameterProperty).join("");
  return `${comment("", table.deprecated, "  ")}  ${JSON.stringify(fullName(table))}: {\n    parameters: {\n${parameters}    };\n    row: ${rowType};\n  };\n`;
}

function parameterProperty(parameter: Parameter): string {
  const optional = parameter.default === undefined ? "" : "?";
  const usual = parameter.default === undefined ? "" : `Usually ${JSON.stringify(parameter.default)}.`;
  const doc = [parameter.doc, usual].filter((part) => part !== "").join(parameter.doc.endsWith(".") ? " " : ". ");
  return `${comment(doc, undefined, "      ")}      readonly ${propertyName(parameter.name)}${optional}: ${slotType(parameter.type, parameter.nullable)};\n`;
}

function mapInterface(doc: string, name: string, lines: readonly Uint8Array[]): TextPart[] {
  const head = `/** ${doc} */\nexport interface ${name} {`;
  return lines.every((line) => line.length === 0) ? [`${head}}\n`] : [`${head}\n`, ...lines, "}\n"];
}

function insertType(table: Table, row: string): string {
  const optional = table.columns.filter(mayBeLeftOut).map((column) => JSON.stringify(column.name));
  if (optional.length === 0) return row;
  return `Omit<${row}, ${optional.join(" | ")}> & Partial<Pick<${row}, ${optional.join(" | ")}>>`;
}

const head = `${generatedNote}
import { connectClient, openClient } from "neuralake/client";
import type { ClientLake, OpenSettings } from "neuralake/client";

export { filter } from "neuralake/client";
`;

const foot = (project: string): string => `/** The lake of this catalog: the same face in this process and over HTTP. */
export type Lake = ClientLake<Tables, Calls, Appends>;

/** Opens the lake in this process; without \`root\`, the project's own. */
export function open(options: OpenSettings = {}): Promise<Lake> {
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
