import { deltaTable, key, partition, pii } from "neuralake";
import type { Day, Int64, Text } from "neuralake";

@deltaTable
export class Orders {
  @key
  order_id: Int64;

  @partition
  day: Day;

  @pii
  email: Text;
}
