import { deltaTable, matches } from "neuralake";
import type { Int64, Text } from "neuralake";

@deltaTable()
export class Customers {
  customer_id: Int64;

  @matches("^[A-Z]+$")
  code: Text;

  @matches(/^(?=.*[0-9]).+$/)
  password_hint: Text;

  @matches(/(a)\1/)
  twice: Text;
}
