import { deltaTable, key } from "neuralake";
import type { Int64, Text } from "neuralake";

@deltaTable()
export class Customers {
  @key()
  customer_id: Int64 | null;
  name?: Text;
  email: Text | undefined;
  phone: Text | null | undefined;
  city: Text | null;
}
