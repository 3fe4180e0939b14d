import { columns, database, sql, table } from "neuralake";
import type { Int32 } from "neuralake";
import { Orders } from "./orders.ts";

const limit = 10;

@database()
export class Shop {
  @table()
  static dear(least: Int32) {
    const o = columns(Orders);
    return sql`SELECT ${o.day} FROM ${o} WHERE ${o.amount} > ${least * 2} LIMIT ${limit}`;
  }

  @table()
  static named(least: Int32) {
    const o = columns(Orders);
    return sql`SELECT ${o["day"]}, ${o.total} AS total FROM ${Orders} WHERE 1 > ${most}`;
  }
}
