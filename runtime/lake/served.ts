/** Whether the servers that keep tables of the catalog can be asked, and have them as they are declared. Nothing is changed there. */
import type { Catalog, Table } from "../../compiler/ir/catalog.ts";
import { allTables, fullName } from "../../compiler/ir/names.ts";
import { driftHint, driftOf, driftText } from "../sources/postgres-drift.ts";
import type { Drift, PostgresSource } from "../sources/postgres-drift.ts";
import { liveTable } from "../sources/postgres-columns.ts";
import type { PostgresReading } from "../sources/postgres.ts";
import { Failure } from "../values/failure.ts";
import type { Servers } from "./servers.ts";

/** One thing that is otherwise: `text` is a sentence without its end, `kept` the server's own words for a type. */
export interface ServedDrift { readonly kind: Drift["kind"]; readonly column?: string; readonly declared?: string; readonly kept?: string; readonly text: string; readonly hint: string }

/** `failure`: why the table could not be looked at. */
export interface ServedTable { readonly table: string; readonly connection: string; readonly failure?: Failure; readonly drift: readonly ServedDrift[] }

type OfServer = Table & { readonly source: PostgresSource };

/** Every table that a server keeps, in the catalog's order; those of one connection are looked at in one transaction. */
export async function lookAtServed(catalog: Catalog, servers: Servers, signal?: AbortSignal): Promise<readonly ServedTable[]> {
  const tables = allTables(catalog).filter((table): table is OfServer => table.source.kind === "postgres");
  const byConnection = [...Map.groupBy(tables, ({ source }) => source.connection)];
  const looked = await Promise.all(byConnection.map(([connection, own]) => lookAtConnection(servers, connection, own, signal)));
  const byName = new Map(looked.flat().map((seen) => [seen.table, seen]));
  return tables.flatMap((table) => byName.get(fullName(table)) ?? []);
}

async function lookAtConnection(servers: Servers, connection: string, tables: readonly OfServer[], signal: AbortSignal | undefined): Promise<readonly ServedTable[]> {
  let reading: PostgresReading | undefined;
  try {
    const begun = (reading = await servers.postgres.begin(connection, signal));
    const seen: ServedTable[] = [];
    for (const table of tables) {
      const drift = driftOf(table.columns, await liveTable(begun, table.source.schema, table.source.table));
      seen.push({ table: fullName(table), connection, drift: drift.map((one) => told(one, table.source, begun)) });
    }
    return seen;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return tables.map((table) => ({ table: fullName(table), connection, failure: error, drift: [] }));
  } finally {
    await reading?.end();
  }
}

function told(drift: Drift, source: PostgresSource, { server }: PostgresReading): ServedDrift {
  const facts = drift.kind === "type" || drift.kind === "null" ? { declared: drift.declared, kept: drift.kept } : {};
  return { kind: drift.kind, ...("column" in drift ? { column: drift.column.name } : {}), ...facts, text: driftText(drift, source, server), hint: driftHint(drift) };
}
