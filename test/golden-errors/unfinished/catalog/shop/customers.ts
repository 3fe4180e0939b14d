import { deltaTable } from "neuralake";
import type { Int64, Text } from "neuralake";

@deltaTable()
export class Customers {
  customer_id Int64;
  name: Text;
}
