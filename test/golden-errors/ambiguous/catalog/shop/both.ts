import { sql, view } from "neuralake";

@view()
export class Both {
  static query() {
    return sql`SELECT amount FROM shop.orders s JOIN web.orders w ON s.order_id = w.order_id`;
  }
}
