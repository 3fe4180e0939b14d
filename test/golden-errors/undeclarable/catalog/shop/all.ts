import { sql, view } from "neuralake";

@view()
export class All {
  static query() {
    return sql`SELECT day FROM shop.doubled`;
  }
}
