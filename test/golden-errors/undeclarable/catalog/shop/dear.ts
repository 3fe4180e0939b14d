import { sql, view } from "neuralake";

@view()
export class Dear {
  static query() {
    return sql`SELECT price FROM shop.prices, shop.extras`;
  }
}
