/** Which of DuckDB's functions a query may call. Scalar functions are allowed unless listed here; table functions only when listed here. */

/** Table functions that make rows out of their arguments and look at nothing else. */
export const allowedTableFunctions: ReadonlySet<string> = new Set([
  "generate_series", "generate_subscripts", "json_each", "json_tree", "range", "regexp_split_to_table", "repeat", "repeat_row", "unnest",
]);

/**
 * Scalar functions that reach beyond the rows they are given: the process and its settings, other connections, the engine's own
 * catalog (where file names stand), SQL given as text, state that outlives the query, or the clock by sleeping.
 */
const deniedFunctions: ReadonlySet<string> = new Set([
  "getenv", "getvariable", "current_setting", "set_config", "read_text", "read_blob", "which_secret",
  "current_connection_id", "current_query", "current_query_id", "current_transaction_id", "txid_current", "in_search_path",
  "current_database", "current_catalog", "current_schema", "current_schemas",
  "json_serialize_plan", "json_serialize_sql", "json_deserialize_sql", "json_execute_serialized_sql", "query", "query_table",
  "nextval", "currval", "setseed", "write_log", "parse_duckdb_log_message", "sleep_ms", "pg_sleep", "stats", "get_block_size",
  "col_description", "obj_description", "shobj_description", "inet_client_addr", "inet_client_port", "inet_server_addr", "inet_server_port",
]);

/** Families: the engine's internals, the look-ups of PostgreSQL's catalog and of privileges. */
const deniedFamilies = /^(?:__internal|pg_(?!typeof$|size_pretty$)|has_.*_privilege$|duckdb_|pragma_|read_|sniff_|scan_|parquet_|enable_|disable_)/;

/** Functions whose answer differs from one asking to the next, DuckDB's VOLATILE and CONSISTENT_WITHIN_QUERY; some stand without brackets. */
const volatileFunctions: ReadonlySet<string> = new Set([
  "ago", "age", "current_date", "current_localtime", "current_localtimestamp", "current_time", "current_timestamp", "gen_random_uuid",
  "get_current_time", "get_current_timestamp", "localtime", "localtimestamp", "now", "random", "today", "transaction_timestamp",
  "uuid", "uuidv4", "uuidv7",
]);

/** Whether a scalar, aggregate or window function may be called; names in lower case. */
export function isAllowedFunction(name: string): boolean {
  return !deniedFunctions.has(name) && !deniedFamilies.test(name);
}

/** Whether two askings of the same rows may get two answers. */
export function isVolatileFunction(name: string): boolean {
  return volatileFunctions.has(name);
}
