/** `GET /api/schema` and `/api/schema/{table}`: what tables there are, with their columns as the author wrote them. */
import type { FastifyInstance } from "fastify";
import type { Column, Table } from "../../../compiler/ir/catalog.ts";
import { allTables, fullName } from "../../../compiler/ir/names.ts";
import { typeName } from "../../../compiler/ir/type-name.ts";
import { isKept } from "../../../compiler/ir/sources.ts";
import { lagName, sumBy } from "../../governance/metrics.ts";
import type { MetricsSnapshot } from "../../governance/metrics.ts";
import { Failure } from "../../values/failure.ts";
import type { Answering } from "../editions.ts";
import { readQueryString, refuseRest } from "../query-string.ts";
import type { ServedLake } from "../served-lake.ts";
import { findTable, parametersOf } from "../table-name.ts";

/** Adds the routes; `beside` tells how many messages wait for a fed table. */
export function addSchemaRoutes(server: FastifyInstance, answering: Answering, beside: () => readonly MetricsSnapshot[]): void {
  server.get("/api/schema", answering(async ({ lake }, request) => {
    refuseRest(readQueryString(request.url), []);
    return { tables: allTables(lake.catalog).map(describeTable) };
  }));
  server.get<{ Params: { table: string } }>("/api/schema/:table", answering(async ({ lake }, request) => {
    refuseRest(readQueryString(request.url), []);
    const table = findTable(lake.catalog, request.params.table);
    return { ...describeTable(table), ...await describeNewest(lake, table), ...given({ lag: lagOf(table, beside()) }) };
  }));
}

/** The newest version of a Delta table, when it was committed, and its age in seconds by the clock of the server; nothing while it is not created. */
async function describeNewest(lake: ServedLake, table: Table): Promise<object> {
  if (!isKept(table.source)) return {};
  try {
    const [newest] = await lake.versions([fullName(table)]) ?? [];
    if (newest === undefined) return {};
    return { version: newest.version, committed: new Date(newest.committed).toISOString(), age: Math.max(0, Date.now() - newest.committed) / 1000 };
  } catch (error) {
    if (error instanceof Failure && error.code === "DELTA_TABLE_NOT_FOUND") return {};
    throw error;
  }
}

/** Messages the broker has and the table has not; undefined for a table that is not fed, and when nobody counts. */
function lagOf(table: Table, snapshots: readonly MetricsSnapshot[]): number | undefined {
  const known = snapshots.map((snapshot) => sumBy(snapshot, lagName, "table").get(fullName(table)));
  return known.find((lag) => lag !== undefined);
}

function describeTable(table: Table): object {
  const { doc, deprecated, owner, layer, freshness, retain, stream, tags, key, partitionBy } = table;
  const parameters = parametersOf(table).map((parameter) => ({ ...describeSlot(parameter), ...(parameter.default === undefined ? {} : { default: parameter.default }) }));
  return {
    name: fullName(table), kind: table.source.kind, doc, ...given({ deprecated, owner, layer, freshness, retain, stream }), tags, key, partitionBy,
    columns: table.columns.map((column) => ({ ...describeSlot(column), ...given({ deprecated: column.deprecated, unit: column.unit, pii: column.pii, references: column.references }) })),
    ...(parameters.length === 0 ? {} : { parameters }),
  };
}

function describeSlot({ name, type, nullable, doc }: Pick<Column, "name" | "type" | "nullable" | "doc">): object {
  return { name, type: typeName(type), nullable, doc };
}

/** The members that are there. */
function given(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
