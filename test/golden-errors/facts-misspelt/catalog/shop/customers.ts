import { deltaTable } from "neuralake";
import type { Int64 } from "neuralake";

@deltaTable({ layer: "platinum", freshness: "quarter of an hour", tags: "pii" })
export class Customers {
  customer_id: Int64;
}
