import { sql, view } from "neuralake";

@view()
export class Revenue {
  static query() {
    return sql`SELECT 1 AS one;
  }
}
