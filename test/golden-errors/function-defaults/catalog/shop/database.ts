import { database, sql, table } from "neuralake";
import type { Day, Decimal, Int64 } from "neuralake";

@database()
export class Shop {
  @table()
  static a(day: Day = Temporal.Now.plainDateISO()) {
    return sql`SELECT ${day} AS day`;
  }

  @table()
  static b(least: Int64 = 5) {
    return sql`SELECT ${least} AS least`;
  }

  @table()
  static c(price: Decimal<10, 2> = 9.5) {
    return sql`SELECT ${price} AS price`;
  }

  @table()
  static d(state: "new" | "paid" = "sent") {
    return sql`SELECT ${state} AS state`;
  }

  @table()
  static e(day: Day = "2026-08-01") {
    return sql`SELECT ${day} AS day`;
  }
}
