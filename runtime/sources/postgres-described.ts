/** What a table of PostgreSQL says of itself beside its columns' types: comments, keys, constraints, and what this user may read. Also, which tables a schema has. */
import type { PostgresReading } from "./postgres.ts";

export interface DescribedConstraint {
  readonly name: string;
  readonly kind: "key" | "unique" | "foreign" | "check" | "other";
  /** In the constraint's order. */
  readonly columns: readonly string[];
  /** As the server prints it: `CHECK ((fare > 0))`. */
  readonly text: string;
  /** Of a check: its condition alone. One of a domain says VALUE for the column. */
  readonly condition: string | null;
  /** Every row that a SELECT gives meets it: old rows were looked through, and rows of tables that inherit from this one as well; of foreign tables nobody looks. */
  readonly holds: boolean;
  readonly target: { readonly schema: string; readonly table: string; readonly columns: readonly string[] } | null;
}

export interface DescribedTable {
  readonly comment: string | null;
  /** By column. */
  readonly comments: { readonly [column: string]: string };
  /** Columns that the user of the connection may not read. */
  readonly hidden: readonly string[];
  readonly constraints: readonly DescribedConstraint[];
}

const names = (keys: string, relation: string): string => `(SELECT coalesce(json_agg(a.attname ORDER BY k.at), '[]') FROM unnest(${keys}) WITH ORDINALITY k(number, at) JOIN pg_attribute a ON a.attrelid = ${relation} AND a.attnum = k.number)`;

const query = `
WITH RECURSIVE own AS (
  SELECT c.oid, EXISTS (SELECT FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent WHERE p.oid = c.oid AND p.relkind = 'r') AS inherited
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2
), parts(oid) AS (
  SELECT oid FROM own UNION SELECT i.inhrelid FROM parts JOIN pg_inherits i ON i.inhparent = parts.oid
), far AS (
  SELECT FROM parts JOIN pg_class c ON c.oid = parts.oid WHERE c.relkind = 'f'
), members AS (
  SELECT a.attnum, a.attname, a.atttypid FROM pg_attribute a JOIN own ON a.attrelid = own.oid WHERE a.attnum > 0 AND NOT a.attisdropped
), domains(attname, typid) AS (
  SELECT attname, atttypid FROM members
  UNION ALL
  SELECT d.attname, t.typbasetype FROM domains d JOIN pg_type t ON t.oid = d.typid AND t.typtype = 'd'
), found AS (
  SELECT con.conname AS name, con.contype::text AS kind, ${names("con.conkey", "con.conrelid")} AS columns, pg_get_constraintdef(con.oid) AS text,
    CASE WHEN con.contype = 'c' THEN pg_get_expr(con.conbin, con.conrelid) END AS condition,
    con.convalidated AND coalesce(to_jsonb(con) ->> 'conperiod', 'false') = 'false' AND NOT (own.inherited AND (con.contype <> 'c' OR con.connoinherit)) AND NOT EXISTS (SELECT FROM far) AS holds,
    CASE WHEN con.contype = 'f' THEN (SELECT json_build_object('schema', n.nspname, 'table', c.relname, 'columns', ${names("con.confkey", "con.confrelid")}) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = con.confrelid) END AS target
  FROM pg_constraint con JOIN own ON con.conrelid = own.oid WHERE con.contype IN ('c', 'p', 'u', 'f', 'x')
  UNION ALL
  SELECT con.conname, 'c', json_build_array(d.attname), pg_get_constraintdef(con.oid), pg_get_expr(con.conbin, 0), con.convalidated AND NOT EXISTS (SELECT FROM far), NULL
  FROM domains d JOIN pg_constraint con ON con.contypid = d.typid AND con.contype = 'c'
)
SELECT json_build_object(
  'comment', obj_description(own.oid, 'pg_class'),
  'comments', (SELECT coalesce(json_object_agg(m.attname, col_description(own.oid, m.attnum)) FILTER (WHERE col_description(own.oid, m.attnum) IS NOT NULL), '{}') FROM members m),
  'hidden', (SELECT coalesce(json_agg(m.attname ORDER BY m.attnum) FILTER (WHERE NOT has_column_privilege(own.oid, m.attnum, 'SELECT')), '[]') FROM members m),
  'constraints', (SELECT coalesce(json_agg(to_json(f) ORDER BY f.name), '[]') FROM found f))::text
FROM own`;

const kinds: { readonly [letter: string]: DescribedConstraint["kind"] } = { p: "key", u: "unique", f: "foreign", c: "check" };

/** Of a table that is there. */
export async function describedTable(reading: PostgresReading, schema: string, table: string): Promise<DescribedTable> {
  const [row] = await reading.all(query, [schema, table]);
  const told = JSON.parse(row?.[0] ?? "null") as Omit<DescribedTable, "constraints"> & { readonly constraints: readonly (Omit<DescribedConstraint, "kind"> & { readonly kind: string })[] };
  return { ...told, constraints: told.constraints.map((one) => ({ ...one, kind: kinds[one.kind] ?? "other" })) };
}

/** Tables, views and foreign tables of a schema that the user may read something of, by name; parts of others and what belongs to an extension left out. */
export async function tablesOfSchema(reading: PostgresReading, schema: string): Promise<readonly string[]> {
  const rows = await reading.all(`
    SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND has_any_column_privilege(c.oid, 'SELECT')
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
    ORDER BY 1`, [schema]);
  return rows.map(([name]) => name ?? "");
}

/** All of the server's tables that the user may read, as `schema.table`; its own schemas left out. */
export async function tablesOfServer(reading: PostgresReading): Promise<readonly string[]> {
  const rows = await reading.all(`
    SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%' ORDER BY 1`, []);
  return rows.map(([name]) => name ?? "");
}
