import { between, check, cluster, dayOf, deltaTable, initially, key, matches, partition, pii, references, sql, unique, unit, was } from "neuralake";
import type { Bool, Bytes, Columns, Day, Decimal, Float32, Float64, Int16, Int32, Int64, Int8, LocalTimestamp, Text, Timestamp, Uuid } from "neuralake";
import { Customers } from "./customers.ts";
import { Stores } from "./stores.ts";

/**
 * Every order at a till.
 *
 * A column of each type there is, and a word of each.
 */
@deltaTable({ owner: "tills", layer: "silver", freshness: "15m", retain: "730d", tags: ["money", "personal"] })
export class Orders {
  /** Given by the till, never used again. */
  @key()
  order_id: Int64;

  /** Printed on the receipt. */
  @unique()
  receipt: Uuid;

  @references(() => Stores, "store_id")
  @cluster()
  store_id: Int32;

  /** Absent where nobody showed a card. */
  @references(() => Customers, "customer_id")
  customer_id: Int64 | null;

  ordered_at: Timestamp;

  /** UTC day of the order. */
  @partition()
  @dayOf("ordered_at")
  ordered_day: Day;

  /** As the clock of the till had it. */
  till_time: LocalTimestamp | null;

  /** Tip included. */
  @between(0, "9999.99")
  @unit("EUR")
  total: Decimal<10, 2>;

  @matches(/^[A-Z]{3}$/)
  @initially("EUR")
  currency: Text;

  paid_with: "card" | "cash" | "voucher";

  /** Where the receipt went. */
  @pii("email", { mask: "hash" })
  email: Text | null;

  @pii("birthday")
  born: Day | null;

  /** Where the till stood. */
  @pii("location", { mask: "round" })
  latitude: Float64 | null;

  /** Of the oven, when it was baked. */
  @unit("degree Celsius")
  oven: Float32 | null;

  /** Stars from 1 to 5. */
  @between(1, 5)
  @was("rating")
  stars: Int8 | null;

  till: Int16;
  is_gift: Bool;

  /** Signature of the customer. */
  signature: Bytes | null;

  /** What was sold, in the order it was typed in. */
  lines: { article: Text; pieces: Int32; price: Decimal<8, 2> | null }[];
  coupons: Text[] | null;
  notes: Record<string, Text> | null;
  address: { street: Text; zip: Text | null } | null;

  /** @deprecated The till no longer tells. */
  cashier: Text | null;

  /** Somebody bought something. */
  @check({ onFail: "quarantine" })
  static soldSomething(o: Columns<Orders>) {
    return sql`len(${o.lines}) > 0`;
  }

  /** A voucher pays for no more than a hundred. */
  @check({ onFail: "reject" })
  static vouchersAreSmall(o: Columns<Orders>) {
    return sql`${o.paid_with} <> 'voucher' OR ${o.total} <= 100`;
  }
}
