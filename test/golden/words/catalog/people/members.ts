import { between, check, cluster, deltaTable, key, matches, partition, pii, references, sql, unique, unit } from "neuralake";
import type { Columns, Float64, Int32, Int64, Text } from "neuralake";
import { Countries } from "./countries.ts";

/**
 * Members of the club. They pay each year.
 *
 * Those who left stay here, marked.
 */
@deltaTable({ owner: "club", layer: "bronze", freshness: "1h", retain: "30d", tags: ["people", "club"], location: "elsewhere/members" })
export class Members {
  @key()
  @partition()
  @references(() => Countries, "code")
  country: Text;

  @key()
  @cluster()
  @between(1, 999_999)
  number: Int64;

  /** Written in full. */
  @pii("name", { mask: "redact" })
  @matches(/^\S+( \S+)*$/)
  name: Text;

  @unique()
  @pii("email", { mask: "hash" })
  @matches(/^[^@]+@[^@]+$/i)
  email: Text | null;

  @unit("m")
  @between(0.3, 2.8)
  height: Float64 | null;

  /** @deprecated members have no colours any more */
  colour: Text | null;

  /**
   * What they paid.
   * @deprecated
   */
  paid: Int32;

  /** Nobody pays a negative sum. */
  @check({ onFail: "reject" })
  static paysSomething(t: Columns<Members>) {
    return sql`${t.paid} >= 0`;
  }

  @check({ onFail: "quarantine" })
  static hasName(t: Columns<Members>) {
    return sql`length(${t.name}) > 1`;
  }
}
