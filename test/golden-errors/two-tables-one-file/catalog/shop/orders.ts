import { deltaTable } from "neuralake";
import type { Int64, Timestamp } from "neuralake";

class Audited {
  created_at: Timestamp;
}

@deltaTable()
export class Orders extends Audited {
  order_id: Int64;
}

@deltaTable()
export class OrderLines {
  line_id: Int64;
}
