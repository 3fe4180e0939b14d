import { deltaTable, pii } from "neuralake";
import type { Int64, Text } from "neuralake";

@deltaTable()
export class Customers {
  customer_id: Int64;

  @pii("mail")
  email: Text;

  @pii("email", { mask: "year" })
  other_email: Text;

  @pii("phone", { maks: "hash" })
  phone: Text;

  @pii()
  name: Text;
}
