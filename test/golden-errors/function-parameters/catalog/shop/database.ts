import { database, sql, table } from "neuralake";
import type { Day, Int32, Text } from "neuralake";

@database()
export class Shop {
  @table()
  static a(day?: Day) {
    return sql`SELECT ${day} AS day`;
  }

  @table()
  static b(day) {
    return sql`SELECT 1 AS one`;
  }

  @table()
  static c(least: Int32 = 1, day: Day) {
    return sql`SELECT ${day} AS day, ${least} AS least`;
  }

  @table()
  static d(limit: Int32, sort: Text) {
    return sql`SELECT ${limit} AS least, ${sort} AS by`;
  }
}
