/** Kysely's dialect over a port: queries go to it as SQL, rows come back as exact values, a batch at a time. */
import { DialectAdapterBase } from "kysely";
import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult } from "kysely";
import { readRows } from "../parquet/arrow-rows.ts";
import type { AsOf } from "../query/request.ts";
import { Failure } from "../values/failure.ts";
import type { LakeChange } from "./change-compiler.ts";
import type { Answer, Port } from "./port.ts";
import { LakeQueryCompiler } from "./query-compiler.ts";
import type { LakeQuery } from "./query-compiler.ts";

/** The dialect of one port at one state of the tables (the newest when `asOf` is undefined). */
export function lakeDialect(port: Port, asOf: AsOf | undefined): Dialect {
  return {
    createDriver: () => createDriver(port),
    createQueryCompiler: () => new LakeQueryCompiler(asOf),
    createAdapter: () => new LakeAdapter(),
    createIntrospector: () => ({ getSchemas: refuse, getTables: refuse, getMetadata: refuse }),
  };
}

/** Sends a compiled query through the port. */
export function ask(port: Port, compiled: CompiledQuery, signal?: AbortSignal): Promise<Answer> {
  // Whatever comes here was made by this dialect's compiler.
  const { sql, parameters, asOf } = compiled as LakeQuery;
  return port.query({
    sql,
    parameters,
    ...(asOf === undefined ? {} : { asOf }),
    ...(signal === undefined ? {} : { signal }),
  });
}

class LakeAdapter extends DialectAdapterBase {
  override acquireMigrationLock = refuse;
  override releaseMigrationLock = refuse;
}

/** A port serves any number of queries at once, so all share one connection and there is nothing to pool. */
function createDriver(port: Port): Driver {
  const connection: DatabaseConnection = {
    executeQuery: async <Row>(compiled: CompiledQuery, options?: { readonly signal?: AbortSignal | undefined }) => {
      const { change } = compiled as LakeQuery;
      if (change !== undefined) return { rows: [], numAffectedRows: await perform(port, change, options?.signal) };
      const rows: Row[] = [];
      for await (const part of streamRows<Row>(port, compiled, options?.signal)) for (const row of part.rows) rows.push(row);
      return { rows };
    },
    // The batches of the answer are the chunks; Kysely hands on row by row whatever their size.
    streamQuery: (compiled, _chunkSize, options) => streamRows(port, compiled, options?.signal),
  };
  return {
    init: async () => undefined,
    acquireConnection: async () => connection,
    releaseConnection: async () => undefined,
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    destroy: async () => undefined,
  };
}

/** How many rows it changed. */
async function perform(port: Port, change: LakeChange, signal: AbortSignal | undefined): Promise<bigint> {
  const options = { parameters: change.parameters, ...(signal === undefined ? {} : { signal }) };
  switch (change.kind) {
    case "delete":
      return BigInt((await port.deleteRows(change.table, change.where, options)).deleted ?? 0);
    case "merge": {
      const { inserted, updated, deleted } = await port.mergeRows(change.table, { query: change.source }, change.clauses, options);
      return BigInt(inserted) + BigInt(updated) + BigInt(deleted);
    }
    case "update":
      return BigInt((await port.updateRows(change.table, change.set, change.where, options)).updated);
  }
}

async function* streamRows<Row>(port: Port, compiled: CompiledQuery, signal: AbortSignal | undefined): AsyncGenerator<QueryResult<Row>, undefined> {
  if ((compiled as LakeQuery).change !== undefined) throw new Failure("SQL_FORBIDDEN", "A change of rows answers with no rows to be streamed.", { hint: "execute() does it, and says how many rows it changed." });
  const answer = await ask(port, compiled, signal);
  for await (const batch of answer.batches) yield { rows: readRows(answer.columns, batch) as Row[] };
}

async function refuse(): Promise<never> {
  throw new Failure("SQL_FORBIDDEN", "A lake has no transactions and no migrations to be asked for in the query builder.", { hint: "Each query sees one version of a table, each append and each change is one commit." });
}
