import { deltaTable, fromKafka } from "neuralake";
import type { Int64 } from "neuralake";

@deltaTable()
@fromKafka({ format: "json" })
export class Carts {
  cart_id: Int64;
}
