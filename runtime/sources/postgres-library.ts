/** PostgreSQL's client, which loads once a table of a server is read and not before: most lakes have none. */
import { createRequire } from "node:module";
import type * as Pg from "pg";
import type PgCursor from "pg-cursor";

const require = createRequire(import.meta.url);
let client: typeof Pg | undefined;
let cursor: typeof PgCursor | undefined;

/** Clients, pools of them, and a server's errors. */
export function postgresLibrary(): typeof Pg {
  return (client ??= require("pg") as typeof Pg);
}

/** Rows some at a time. */
export function postgresCursor(): typeof PgCursor {
  return (cursor ??= require("pg-cursor") as typeof PgCursor);
}
