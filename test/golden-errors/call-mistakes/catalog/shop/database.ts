import { database, sql, table } from "neuralake";
import type { Day } from "neuralake";

@database()
export class Shop {
  @table()
  static onDay(day: Day) {
    return sql`SELECT ${day} AS day`;
  }

  @table()
  static a() {
    return sql`SELECT day FROM shop.on_day`;
  }

  @table()
  static b() {
    return sql`SELECT day FROM shop.orders(DATE '2026-08-01')`;
  }

  @table()
  static c() {
    return sql`SELECT day FROM shop.on_days(DATE '2026-08-01')`;
  }
}
