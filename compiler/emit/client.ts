/** generated/client/index.ts: one type per table with the author's comments, and `open` and `connect` typed by them. */
import type { Catalog, Column, Database, Parameter, Table } from "../ir/catalog.ts";
import { fullName } from "../ir/names.ts";
import { rememberedWith } from "../ir/remembered.ts";
import { keptText } from "./emitted-file.ts";
import type { EmittedFile, TextPart } from "./emitted-file.ts";
import { hasCall, hasNewRow, mayBeLeftOut, parametersOf, typeNames } from "./table-facts.ts";
import type { TypeNames } from "./table-facts.ts";
import { columnDoc, comment, generatedNote, propertyName, sentences } from "./typescript-text.ts";
import { slotType } from "./typescript-types.ts";

/** The client's one file; `project` leads from its folder to the project's. */
export function emitClient(catalog: Catalog, project: string): EmittedFile[] {
  const namesOf = typeNames(catalog);
  const texts = catalog.databases.map((database) => databaseTexts(database, JSON.stringify(database.tables.map(namesOf))));
  const parts = [
    `${head(catalog.databases.some(({ tables }) => tables.some(hasNewRow)))}\n`,
    ...texts.map((text) => text.types),
    ...mapInterface("What can be selected from, by name.", "Tables", texts.map((text) => text.tables)), "\n",
    ...mapInterface("Function tables, and what each is called with.", "Calls", texts.map((text) => text.calls)), "\n",
    ...mapInterface("Delta tables, and the rows that are appended to each.", "Appends", texts.map((text) => text.appends)), "\n",
    foot(project),
  ];
  return [{ path: "client/index.ts", parts }];
}

/** What a table, or all of a database, adds to each section; nothing where it has no place in it. */
interface Sections<Text> { readonly types: Text; readonly tables: Text; readonly calls: Text; readonly appends: Text }

/** `names`: of the types of each table, as JSON. */
const databaseTexts = rememberedWith((database: Database, names): Sections<Uint8Array> => {
  const types = JSON.parse(names) as readonly TypeNames[];
  const texts = database.tables.map((table, index) => tableTexts(table, JSON.stringify(types[index])));
  const all = (section: keyof Sections<string>): Uint8Array => keptText(texts.map((text) => text[section]).join(""));
  return { types: all("types"), tables: all("tables"), calls: all("calls"), appends: all("appends") };
});

const tableTexts = rememberedWith((table: Table, names): Sections<string> => {
  const types = JSON.parse(names) as TypeNames;
  const entry = (type: string): string => `${comment("", table.deprecated, "  ")}  ${JSON.stringify(fullName(table))}: ${type};\n`;
  return {
    types: [rowInterface(table, types), ...(hasCall(table) ? [callInterface(table, types)] : []), ...(hasNewRow(table) ? [newRowInterface(table, types)] : [])].join(""),
    tables: selectable(table) ? entry(types.row) : "",
    calls: hasCall(table) ? entry(`{ parameters: ${types.call}; row: ${types.row} }`) : "",
    appends: table.source.kind === "delta" ? entry(hasNewRow(table) ? types.newRow : types.row) : "",
  };
});

/** Selectable by its name alone: no parameter is required. */
function selectable(table: Table): boolean {
  return parametersOf(table).every((parameter) => parameter.default !== undefined);
}

function rowInterface(table: Table, { row }: TypeNames): string {
  return `${comment(table.doc, table.deprecated)}export interface ${row} {\n${table.columns.map(property).join("")}}\n\n`;
}

function property(column: Column): string {
  return `${comment(columnDoc(column), column.deprecated, "  ")}  readonly ${propertyName(column.name)}: ${slotType(column.type, column.nullable).replaceAll("\n", "\n  ")};\n`;
}

function callInterface(table: Table, { call }: TypeNames): string {
  return `/** What \`${fullName(table)}\` is called with. */\nexport interface ${call} {\n${parametersOf(table).map(parameterProperty).join("")}}\n\n`;
}

function parameterProperty(parameter: Parameter): string {
  const optional = parameter.default === undefined ? "" : "?";
  const usual = parameter.default === undefined ? "" : `Usually ${JSON.stringify(parameter.default)}.`;
  return `${comment(sentences(parameter.doc, usual), undefined, "  ")}  readonly ${propertyName(parameter.name)}${optional}: ${slotType(parameter.type, parameter.nullable)};\n`;
}

function newRowInterface(table: Table, { row, newRow }: TypeNames): string {
  const optional = table.columns.filter(mayBeLeftOut).map((column) => JSON.stringify(column.name)).join(" | ");
  return `/** A row to append to \`${fullName(table)}\`: a column that may be null, or follows from another, may be left out. */\nexport interface ${newRow} extends NewRow<${row}, ${optional}> {}\n\n`;
}

function mapInterface(doc: string, name: string, lines: readonly Uint8Array[]): TextPart[] {
  const head = `/** ${doc} */\nexport interface ${name} {`;
  return lines.every((line) => line.length === 0) ? [`${head}}\n`] : [`${head}\n`, ...lines, "}\n"];
}

const head = (hasNewRows: boolean): string => `${generatedNote}
import { connectClient, openClient } from "neuralake/client";
import type { ClientLake, ${hasNewRows ? "NewRow, " : ""}OpenSettings } from "neuralake/client";

export { filter } from "neuralake/client";
`;

const foot = (project: string): string => `/** The lake of this catalog: the same face in this process and over HTTP. */
export interface Lake extends ClientLake<Tables, Calls, Appends> {}

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
