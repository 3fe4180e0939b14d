import { sql, view } from "neuralake";

@view()
export class D {
  static query() {
    return sql`SELECT 1 AS one; SELECT 2 AS two`;
  }
}
