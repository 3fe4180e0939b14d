import { check, deltaTable, sql } from "neuralake";
import type { Columns, Decimal, Int64 } from "neuralake";

@deltaTable()
export class Orders {
  order_id: Int64;
  amount: Decimal<10, 2>;

  @check({ onFail: "reject" })
  static takesNothing() {
    return sql`amount > 0`;
  }

  @check({ onFail: "drop" })
  static unknownWay(o: Columns<Orders>) {
    return sql`${o.amount} > 0`;
  }

  @check()
  static noFacts(o: Columns<Orders>) {
    return sql`${o.amount} > 0`;
  }

  @check({ onFail: "warn" })
  static isBoolean(o: Columns<Orders>) {
    return o.amount > "0";
  }

  @check({ onFail: "warn" })
  isInstance(o: Columns<Orders>) {
    return sql`${o.amount} > 0`;
  }
}
