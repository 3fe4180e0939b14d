/** What the catalog says of a table that has no log of its own: files, views and functions. */
import type { Catalog, Source, Table } from "../compiler/ir/catalog.ts";
import { allTables, fullName } from "../compiler/ir/names.ts";
import { typeName } from "../compiler/ir/type-name.ts";
import { isKept } from "../compiler/ir/sources.ts";
import { printFacts, printTable } from "./listing.ts";
import type { Terminal } from "./terminal.ts";

/** The table of that name, when it is not a Delta table. */
export function declaredTable(catalog: Catalog, name: string): Table | undefined {
  return allTables(catalog).find((table) => !isKept(table.source) && fullName(table).toLowerCase() === name.toLowerCase());
}

/** Prints it, for people or as JSON. */
export async function printDeclared(table: Table, terminal: Terminal): Promise<void> {
  const { columns, source } = table;
  const parameters = parametersOf(source).map(({ name, type, nullable, doc }) => ({ name, type: typeName(type, nullable), comment: doc }));
  const description = { name: fullName(table), kind: source.kind, ...("location" in source ? { location: source.location } : {}), ...(source.kind === "postgres" ? { connection: source.connection, location: `${source.schema}.${source.table}` } : {}), description: table.doc };
  if (terminal.json) {
    const described = columns.map(({ name, type, nullable, doc }) => ({ name, type: typeName(type), nullable, comment: doc }));
    return terminal.printJson({ ...description, ...(parameters.length === 0 ? {} : { parameters }), columns: described });
  }
  await printFacts(terminal, Object.entries(description));
  for (const parameter of parameters) await printFacts(terminal, [[`parameter ${parameter.name}`, `${parameter.type}  ${parameter.comment}`]]);
  await terminal.print();
  await printTable(
    terminal,
    [{ title: "column", paint: terminal.style.strong }, { title: "type" }, { title: "null" }, { title: "comment", paint: terminal.style.quiet }],
    columns.map(({ name, type, nullable, doc }) => [name, typeName(type), nullable ? "yes" : "no", doc.split("\n")[0] ?? ""]),
  );
}

function parametersOf(source: Source): Extract<Source, { kind: "sql" }>["parameters"] {
  return "parameters" in source ? source.parameters : [];
}
