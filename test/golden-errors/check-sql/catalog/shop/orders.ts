import { check, deltaTable, sql } from "neuralake";
import type { Columns, Decimal, Int64, Text } from "neuralake";

@deltaTable()
export class Orders {
  order_id: Int64;
  amount: Decimal<10, 2>;
  state: Text;

  @check({ onFail: "reject" })
  static isNumber(o: Columns<Orders>) {
    return sql`${o.amount}`;
  }

  @check({ onFail: "reject" })
  static isKnown(o: Columns<Orders>) {
    return sql`${o.state} IN ('new', 'paid') AND ${o.amonut} > 0`;
  }

  @check({ onFail: "reject" })
  static isClosed(o: Columns<Orders>) {
    return sql`lenght(${o.state}) > 0`;
  }

  @check({ onFail: "reject" })
  static isOpen(o: Columns<Orders>) {
    return sql`(${o.amount} > 0`;
  }
}
