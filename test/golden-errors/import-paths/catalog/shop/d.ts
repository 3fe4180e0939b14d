import { columns, sql, view } from "neuralake";

@view()
export class D {
  static query(o = columns(Orders)) {
    return sql`SELECT ${o.day} FROM ${o}`;
  }
}
