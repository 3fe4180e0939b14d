/** From the names in a query to tables of the catalog, as the runtime will resolve them: without regard to case, a bare name when it is unique. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { diagnose } from "../diagnostics/messages.ts";
import type { Catalog, Database, Table } from "../ir/catalog.ts";
import { fullName } from "../ir/names.ts";
import { remembered } from "../ir/remembered.ts";
import type { Mention } from "../../runtime/query/sql-gate.ts";
import { placeInTemplate, respell, suggestion } from "./sql-place.ts";
import type { SentSql } from "./sql-place.ts";

/** Tables by full and by bare name, without regard to case. */
export interface TableNames {
  /** Those of this name, in lower case. */
  find(name: string): readonly Table[];
  /** Every full name, in lower case. */
  all(): readonly string[];
}

/** The names of the catalog's tables. */
export function tableNames({ databases }: Catalog): TableNames {
  return {
    find: (name) => databases.flatMap((database) => namesOf(database).get(name) ?? []),
    all: () => [...new Set(databases.flatMap((database) => database.tables.map((table) => fullName(table).toLowerCase())))],
  };
}

const namesOf = remembered((database: Database): ReadonlyMap<string, readonly Table[]> => {
  const pairs = database.tables.flatMap((table) => [{ name: fullName(table), table }, { name: table.name, table }]);
  const groups = Map.groupBy(pairs, (pair) => pair.name.toLowerCase());
  return new Map([...groups].map(([name, group]) => [name, group.map((pair) => pair.table)]));
});

/** The table that is meant, or what is wrong with its name. */
export function findTable(names: TableNames, mention: Mention, sent: SentSql): Table | Diagnostic {
  const name = mention.database === "" ? mention.name : `${mention.database}.${mention.name}`;
  const place = placeInTemplate(sent, mention.offset);
  const [table, second] = names.find(name.toLowerCase());
  if (table === undefined && mention.kind === "call") return diagnose("tableFunction", place, { name });
  if (table === undefined) {
    const known = names.all();
    const alike = mention.database === "" ? known.map((full) => full.slice(full.indexOf(".") + 1)) : known;
    return diagnose("sqlUnknownTable", place, { name, suggestion: suggestion(name, known) }, respell(name, alike, sent, mention.offset));
  }
  if (second !== undefined && fullName(second) !== fullName(table)) return diagnose("bareName", place, { name, tables: [table, second].map(fullName).join(" or ") });
  const required = isFunction(table) ? table.source.parameters.filter((parameter) => parameter.default === undefined) : [];
  if (mention.kind === "call" ? !isFunction(table) : required.length > 0) {
    return mention.kind === "call"
      ? diagnose("tableFunction", place, { name })
      : diagnose("callMissing", place, { table: name, parameters: required.map((parameter) => parameter.name).join(", ") });
  }
  return table;
}

function isFunction(table: Table): table is Table & { readonly source: Extract<Table["source"], { kind: "sql" | "rows" }> } {
  return table.source.kind === "sql" || table.source.kind === "rows";
}
