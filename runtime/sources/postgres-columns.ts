/** The columns a table of PostgreSQL has just now, out of its own catalog (pg_attribute, pg_type): domains as the types they stand on, arrays by their elements. */
import type { PostgresReading } from "./postgres.ts";

/** A type without its brackets of an array. */
export interface LiveElement {
  /** As the server prints it: `numeric(10,2)`, `timestamp with time zone`, `shop.mood`. */
  readonly text: string;
  /** The same without what stands in brackets. */
  readonly base: string;
  /** The numbers in brackets; none where there are none. */
  readonly digits: readonly number[];
  /** The labels of an enum, in their order. */
  readonly labels: readonly string[] | undefined;
}

export interface LiveColumn extends LiveElement {
  readonly name: string;
  readonly array: boolean;
  readonly nullable: boolean;
  /** Texts are equal only when their bytes are. */
  readonly deterministic: boolean;
}

export interface LiveTable {
  readonly columns: readonly LiveColumn[];
  /** Whether columns say that they are never null: a view's never do, and of foreign tables nobody looks, nor of parts that are such. */
  readonly tellsNulls: boolean;
  /** Texts are kept in UTF-8, so that their bytes have the order we know. */
  readonly utf8: boolean;
}

const query = `
SELECT c.relkind::text, pg_encoding_to_char(d.encoding), a.attname::text,
  (a.attnotnull AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum] AND NOT (k.convalidated AND (NOT k.connoinherit OR s.alone))))::text, (t.typcategory = 'A' AND t.typelem <> 0)::text,
  format_type(e.oid, b.typmod), e.typtype::text,
  (SELECT coalesce(json_agg(l.enumlabel ORDER BY l.enumsortorder), '[]')::text FROM pg_enum l WHERE l.enumtypid = e.oid),
  coalesce(o.collisdeterministic, true)::text, s.far::text
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_database d ON d.datname = current_database()
CROSS JOIN LATERAL (
  WITH RECURSIVE parts(oid) AS (
    SELECT c.oid UNION SELECT i.inhrelid FROM parts JOIN pg_inherits i ON i.inhparent = parts.oid
  ) SELECT count(*) = 1 AS alone, bool_or(p.relkind = 'f') AS far FROM parts JOIN pg_class p ON p.oid = parts.oid
) s
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN LATERAL (
  WITH RECURSIVE base(oid, typmod, depth) AS (
    SELECT a.atttypid, a.atttypmod, 0
    UNION ALL
    SELECT u.typbasetype, u.typtypmod, base.depth + 1 FROM base JOIN pg_type u ON u.oid = base.oid AND u.typtype = 'd'
  ) SELECT oid, typmod FROM base ORDER BY depth DESC LIMIT 1
) b ON true
LEFT JOIN pg_type t ON t.oid = b.oid
LEFT JOIN pg_type e ON e.oid = CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem ELSE t.oid END
LEFT JOIN pg_collation o ON o.oid = a.attcollation
WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
ORDER BY a.attnum`;

/** The table's columns in their order; undefined where there is no such table, or the user may not see it. */
export async function liveTable(reading: PostgresReading, schema: string, table: string): Promise<LiveTable | undefined> {
  const rows = await reading.all(query, [schema, table]);
  const [first] = rows;
  if (first === undefined) return undefined;
  return { columns: rows.filter((row) => row[2] !== null).map(liveColumn), tellsNulls: (first[0] === "r" || first[0] === "p") && first[9] === "false", utf8: first[1] === "UTF8" };
}

function liveColumn([, , name, notNull, array, type, kind, labels, deterministic]: readonly (string | null)[]): LiveColumn {
  const text = type ?? "";
  const [, before = "", inner, after = ""] = /^([^(]*)(?:\(([^)]*)\))?(.*)$/.exec(text) ?? [];
  return {
    name: name ?? "", text, base: `${before}${after}`, digits: inner === undefined ? [] : inner.split(",").map(Number),
    labels: kind === "e" ? (JSON.parse(labels ?? "[]") as readonly string[]) : undefined,
    array: array === "true", nullable: notNull !== "true", deterministic: deterministic === "true",
  };
}

/** As the server prints a column's type: `text[]`. */
export function liveTypeText({ text, array }: Pick<LiveColumn, "text" | "array">): string {
  return `${text}${array ? "[]" : ""}`;
}
