/** A table as ingest needs it: where it and its dead table lie, whether they are as declared, and which messages the dead table holds. */
import type { Table } from "../../compiler/ir/catalog.ts";
import { fullName, quoteName } from "../../compiler/ir/names.ts";
import { deadTable } from "../governance/dead-letters.ts";
import type { DeadRecord, Declared } from "../ingest/contract.ts";
import { readRows } from "../parquet/arrow-rows.ts";
import type { Engine } from "../query/engine.ts";
import type { QueryRequest, QueryResult, SqlParameter } from "../query/request.ts";
import { Failure } from "../values/failure.ts";
import type { Row } from "../values/value.ts";
import { requireAsDeclared } from "./declared.ts";
import { createDead } from "./quarantine.ts";
import type { DeltaTables } from "./tables.ts";

/** The declaration of a fed table by this lake's catalog; TABLE_NOT_FED for a table without `@fromKafka`. */
export function declaredFeed(table: Table, tables: DeltaTables, engine: () => Promise<Engine>, query: (request: QueryRequest) => Promise<QueryResult>): Declared {
  const dead = deadTable(table);
  if (table.stream === undefined || dead === undefined) {
    throw new Failure("TABLE_NOT_FED", `No topic feeds ${fullName(table)}.`, { hint: "Put @fromKafka({ topic: \"…\", format: \"json\" }) over its class, and compile." });
  }
  return {
    name: fullName(table),
    table,
    main: tables.places.table(table),
    dead: tables.places.table(dead),
    requireFit(mainNow, deadNow) {
      requireAsDeclared(table, mainNow);
      requireAsDeclared(dead, deadNow);
    },
    createDead: () => createDead(tables, dead),
    deadRecords: async (version, beyond) => await recordsOf(dead, query, version, beyond),
    engine,
  };
}

async function recordsOf(dead: Table, query: (request: QueryRequest) => Promise<QueryResult>, version: number, beyond: ReadonlyMap<string, number | undefined>): Promise<readonly DeadRecord[]> {
  const parameters: SqlParameter[] = [];
  const conditions = [...beyond].map(([origin, offset]) => {
    parameters.push(origin, BigInt(offset ?? -1));
    return `(origin = $${parameters.length - 1} AND "offset" > CAST($${parameters.length} AS BIGINT))`;
  });
  const table = `${quoteName(dead.database)}.${quoteName(dead.name)}`;
  const { columns, batches } = await query({ sql: `SELECT origin, "offset", reason, payload FROM ${table} WHERE ${conditions.join(" OR ")}`, parameters, asOf: { version } });
  const records: DeadRecord[] = [];
  for await (const batch of batches) for (const row of readRows(columns, batch)) records.push(recordOf(row));
  return records;
}

function recordOf({ origin, offset, reason, payload }: Row): DeadRecord {
  return { origin: String(origin), offset: Number(offset), reason: String(reason), payload: payload instanceof Uint8Array ? payload : new Uint8Array() };
}
