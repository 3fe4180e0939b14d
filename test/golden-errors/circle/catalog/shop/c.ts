import { sql, view } from "neuralake";

@view()
export class C {
  static query() {
    return sql`SELECT day FROM shop.a`;
  }
}
