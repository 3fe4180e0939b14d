import { check, deltaTable, sql } from "neuralake";
import type { Columns, Day } from "neuralake";

@deltaTable()
export class Doubled {
  day: Day;
  Day: Day;

  @check({ onFail: "warn" })
  static isNew(t: Columns<Doubled>) {
    return sql`${t.day} > DATE '2020-01-01'`;
  }
}
