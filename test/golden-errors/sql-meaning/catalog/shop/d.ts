import { sql, view } from "neuralake";

@view()
export class D {
  static query() {
    return sql`SELECT * FROM read_csv('data/orders.csv')`;
  }
}
