/**
 * generated/client/rest.ts: the rows of openapi.json as types, and for each path a line that says which row it carries. The columns'
 * types are openapi-typescript's; what the paths of a kind have in common stands once, in neuralake/client.
 */
import type { Catalog, Database, Parameter, Table } from "../ir/catalog.ts";
import { matchKind } from "../ir/column-type.ts";
import type { ByKind, ColumnType } from "../ir/column-type.ts";
import { fullName } from "../ir/names.ts";
import { remembered } from "../ir/remembered.ts";
import { keptText } from "./emitted-file.ts";
import type { EmittedFile } from "./emitted-file.ts";
import { restType } from "./rest-column-types.ts";
import { mayBeLeftOut, parametersOf } from "./table-facts.ts";
import { columnDoc, comment, generatedNote, propertyName } from "./typescript-text.ts";

/** The one file. */
export function emitRestClient(catalog: Catalog): EmittedFile[] {
  const texts = catalog.databases.map(databaseTexts);
  const parts = [
    `${head(new Set(texts.flatMap((text) => text.words)))}\n`,
    "/** Rows as JSON carries them. */\nexport interface components {\n  schemas: {\n", ...texts.map((text) => text.rows), "  };\n}\n\n",
    `type Row<Name extends keyof components["schemas"]> = components["schemas"][Name];\n\n`,
    "/** What each path takes and answers. */\nexport interface paths extends ServerPaths {\n", ...texts.map((text) => text.paths), "}\n\n",
    "/** Where rows hold 64-bit integers: these are read as bigint, however small. */\nconst wideIntegers = {\n", ...texts.map((text) => text.wide), "};\n\n",
    foot,
  ];
  return [{ path: "client/rest.ts", parts }];
}

const databaseTexts = remembered(({ tables }: Database) => {
  const all = (text: (table: Table) => string): Uint8Array => keptText(tables.map(text).join(""));
  return { rows: all(rowTypes), paths: all(pathLines), wide: all(wideLine), words: [...new Set(tables.flatMap(pathWords))] };
});

const rowTypes = remembered((table: Table) => {
  const properties = table.columns.map((column) => {
    const type = restType(column).replaceAll("\n", "\n      ");
    return `${comment(columnDoc(column), column.deprecated, "      ")}      readonly ${propertyName(column.name)}: ${type};\n`;
  });
  return `${comment(table.doc, table.deprecated, "    ")}    ${JSON.stringify(fullName(table))}: {\n${properties.join("")}    };\n`;
});

function head(words: ReadonlySet<string>): string {
  const imported = [...words, "RestClient", "ServerPaths"].sort();
  return `${generatedNote}\nimport { createRest } from "neuralake/client";\nimport type { ${imported.join(", ")} } from "neuralake/client";\n`;
}

/** The types that a table's paths are made of. */
function pathWords(table: Table): string[] {
  const stored = table.source.kind === "delta";
  return [
    "RowsPath",
    ...(stored ? ["AppendPath", "ChangePath", "MergePath"] : []),
    ...(stored && table.columns.some(mayBeLeftOut) ? ["NewRow"] : []),
    ...(hasLookUp(table) ? ["KeyPath"] : []),
  ];
}

const foot = `/** Speaks REST to a server of this catalog: \`createRestClient({ url: "http://localhost:8080" })\`. */
export function createRestClient(options: { readonly url: string }): RestClient<paths> {
  return createRest<paths>({ ...options, wideIntegers });
}
`;

const pathLines = remembered((table: Table): string => {
  const name = fullName(table);
  const row = `Row<${JSON.stringify(name)}>`;
  const parameters = parametersOf(table);
  const rows = parameters.length === 0 ? `RowsPath<${row}>` : `RowsPath<${row}, { ${parameters.map(parameterProperty).join("; ")} }>`;
  const append = table.source.kind === "delta" ? ` & AppendPath<${appendRow(table, row)}> & ChangePath<${row}>` : "";
  const path = `/api/tables/${name}`;
  const keyPath = `${path}/${table.key.map((column) => `{${column}}`).join("/")}`;
  return [
    `  ${JSON.stringify(path)}: ${rows}${append};\n`,
    ...(table.source.kind === "delta" ? [`  ${JSON.stringify(`${path}/merge`)}: MergePath<${row}>;\n`] : []),
    ...(hasLookUp(table) ? [`  ${JSON.stringify(keyPath)}: KeyPath<${row}, ${table.key.map((column) => JSON.stringify(column)).join(" | ")}>;\n`] : []),
  ].join("");
});

function appendRow(table: Table, row: string): string {
  const optional = table.columns.filter(mayBeLeftOut).map((column) => JSON.stringify(column.name));
  return optional.length === 0 ? row : `NewRow<${row}, ${optional.join(" | ")}>`;
}

function hasLookUp(table: Table): boolean {
  return table.key.length > 0 && parametersOf(table).every((parameter) => parameter.default !== undefined);
}

function parameterProperty(parameter: Parameter): string {
  const optional = parameter.default === undefined ? "" : "?";
  return `readonly ${propertyName(parameter.name)}${optional}: ${matchKind(queryTypes, parameter.type)}`;
}

const number = (): string => "number";
const text = (): string => "string";

/** What a query parameter of each type is given as. */
const queryTypes: ByKind<string> = {
  int8: number,
  int16: number,
  int32: number,
  int64: () => "bigint",
  float32: number,
  float64: number,
  decimal: text,
  text,
  bool: () => "boolean",
  bytes: text,
  uuid: text,
  day: text,
  timestamp: text,
  local_timestamp: text,
  enum: (type) => type.values.map((value) => JSON.stringify(value)).join(" | "),
  array: text,
  map: text,
  object: text,
};

const wideLine = remembered((table: Table): string => {
  const places = table.columns.flatMap((column) => widePlaces(column.type).map((inner) => [column.name, ...inner].join("/")));
  return places.length === 0 ? "" : `  ${JSON.stringify(fullName(table))}: [${places.map((place) => JSON.stringify(place)).join(", ")}],\n`;
});

/** The steps from a value to the 64-bit integers in it; `*` is every entry. */
function widePlaces(type: ColumnType): string[][] {
  switch (type.kind) {
    case "int64":
      return [[]];
    case "array":
      return widePlaces(type.element).map((inner) => ["*", ...inner]);
    case "map": {
      const entry = type.key.kind === "text" ? ["*"] : ["*", "value"];
      const keys = type.key.kind === "text" ? [] : widePlaces(type.key).map((inner) => ["*", "key", ...inner]);
      return [...keys, ...widePlaces(type.value).map((inner) => [...entry, ...inner])];
    }
    case "object":
      return type.fields.flatMap((field) => widePlaces(field.type).map((inner) => [field.name, ...inner]));
    default:
      return [];
  }
}
