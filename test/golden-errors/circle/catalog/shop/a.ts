import { sql, view } from "neuralake";

@view()
export class A {
  static query() {
    return sql`SELECT day FROM shop.b`;
  }
}
