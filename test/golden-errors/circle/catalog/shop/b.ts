import { sql, view } from "neuralake";

@view()
export class B {
  static query() {
    return sql`SELECT day FROM shop.c`;
  }
}
